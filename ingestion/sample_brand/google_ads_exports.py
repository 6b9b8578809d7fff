"""Google Ads: weekly campaign reports, and a later download that restates the last of them."""

from datetime import date, datetime, timedelta

from ingestion.sample_brand.ad_days import AdDay, ad_days, at_hour
from ingestion.sample_brand.brand import FIRST_DAY, LAST_DAY
from ingestion.sample_brand.draws import Draws
from ingestion.sample_brand.files import Export, columns, money, rate, rows_of, table, utf16
from ingestion.sample_brand.world import World

HEADER = columns(
    "Campaign status|Campaign|Campaign ID|Day|Campaign type|Currency code|Clicks|Impr.|CTR|"
    "Avg. CPC|Cost|Search impr. share|Conversions|Conv. value|Conv. rate|Cost / conv."
)
NOTHING = " --"
SETTLED_AFTER = timedelta(days=5)  # by then invalid clicks have been taken back
MONTH_NAMES = columns(
    "|January|February|March|April|May|June|July|August|September|October|November|December"
)


def _measures(clicks: int, impressions: int, cost: int, sold: int, value: float) -> dict[str, str]:
    return {
        "Clicks": f"{clicks:,}",
        "Impr.": f"{impressions:,}",
        "CTR": f"{rate(clicks, impressions)}%" if impressions else NOTHING,
        "Avg. CPC": money(cost // clicks) if clicks else NOTHING,
        "Cost": money(cost),
        "Conversions": f"{sold:,.2f}",
        "Conv. value": f"{value:,.2f}",
        "Conv. rate": f"{rate(sold, clicks)}%" if clicks else NOTHING,
        "Cost / conv.": f"{cost / 100 / sold:.2f}" if sold else NOTHING,
    }


def _campaign_row(ad_day: AdDay, known_at: datetime) -> tuple[dict[str, str], tuple]:
    """Return a row as it reads when exported at ``known_at``, and its measures to be summed."""
    campaign = ad_day.campaign
    draws = Draws(ad_day.day.toordinal(), campaign.name)  # the same whenever it is exported
    share = draws.weighted({"< 10%": 1, f"{draws.between(11, 62):.2f}%": 5})
    is_settled = known_at - at_hour(ad_day.day, 0) > SETTLED_AFTER
    clicks, cost = ad_day.clicks, ad_day.cost
    if is_settled and clicks > 6 and draws.chance(0.3):
        clicks, cost = clicks - 1, cost * (clicks - 1) // clicks
    measures = (clicks, ad_day.impressions, cost, *ad_day.claimed(known_at))
    row = _measures(*measures) | {
        "Campaign status": "Enabled" if campaign.last_day == LAST_DAY else "Paused",
        "Campaign": campaign.name,
        "Campaign ID": campaign.campaign_id,
        "Day": ad_day.day.isoformat(),
        "Campaign type": campaign.kind,
        "Currency code": campaign.currency,
        "Search impr. share": share if campaign.kind == "Search" else NOTHING,
    }
    return row, measures


def _total_row(label: str, measures: list[tuple]) -> dict[str, str]:
    sums = [sum(values) for values in zip(*measures, strict=True)] or [0] * 5
    blanks = dict.fromkeys(HEADER, NOTHING)
    return blanks | {"Campaign status": label, "Currency code": "USD"} | _measures(*sums)


def _report(
    days: list[AdDay], first: date, last: date, known_at: datetime, british: bool = False
) -> list[list]:
    """Return the rows of one report, preamble and totals included."""
    listed = [_campaign_row(day, known_at) for day in days if first <= day.day <= last]
    totals = [
        _total_row(
            f"Total: {label}", [m for row, m in listed if kind in (None, row["Campaign type"])]
        )
        for label, kind in (
            ("Campaigns", None),
            ("Account", None),
            ("Search", "Search"),
            ("Display", "Display"),
        )
    ]
    span = " - ".join(_day_name(day, british) for day in (first, last))
    return [["Campaign report"], [span], *rows_of(HEADER, [row for row, _ in listed] + totals)]


def _day_name(day: date, british: bool) -> str:
    month = MONTH_NAMES[day.month]
    return f"{day.day} {month} {day.year}" if british else f"{month} {day.day}, {day.year}"


def google_ads(world: World, seed: int) -> list[Export]:
    """Return a scheduled report per week, then a download that restates the last two of them."""
    days = ad_days(world, "google_ads", Draws(seed, "google_ads"))
    days.sort(key=lambda ad_day: (ad_day.campaign.name, ad_day.day))
    exports, first = [], FIRST_DAY
    while (last := first + timedelta(days=6 - first.weekday())) <= LAST_DAY:
        exported_at = at_hour(last + timedelta(days=1), 6)
        text = table(_report(days, first, last, exported_at), "\t", "commas")
        path = f"google_ads/Campaign report_{first}_{last}.csv"
        exports.append(Export(path, utf16(text), exported_at))
        first = last + timedelta(days=1)
    first -= timedelta(days=14)
    exported_at = at_hour(LAST_DAY + timedelta(days=1), 8)
    text = table(_report(days, first, LAST_DAY, exported_at, british=True))
    path = f"google_ads/Campaign report_{first}_{LAST_DAY}.csv"
    return [*exports, Export(path, text.encode(), exported_at)]
