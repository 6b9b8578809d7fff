"""Google Ads: campaign reports of two accounts, one of them British."""

from dataclasses import replace
from datetime import date, timedelta

from ingestion.simulator.exports.ads import SUMS, Report, fill_report, tell_reports
from ingestion.simulator.exports.cells import World, columns, select_list
from ingestion.simulator.month_names import MONTHS
from ingestion.simulator.writing import Folder

HEADER = columns(
    "Campaign status|Campaign|Campaign ID|Day|Campaign type|Currency code|Clicks|Impr.|CTR|"
    "Avg. CPC|Cost|Search impr. share|Conversions|Conv. value|Conv. rate|Cost / conv."
)
_MEASURES = {
    "Clicks": "thousands(clicks)",
    "Impr.": "thousands(impressions)",
    "CTR": "if(impressions > 0, rate(clicks, impressions, 2) || '%', ' --')",
    "Avg. CPC": "if(clicks > 0, money(cost // clicks), ' --')",
    "Cost": "money(cost)",
    "Conversions": "format('{:,.2f}', sold::double)",
    "Conv. value": "format('{:,.2f}', value::double)",
    "Conv. rate": "if(clicks > 0, rate(sold, clicks, 2) || '%', ' --')",
    "Cost / conv.": "if(sold > 0, printf('%.2f', cost / 100 / sold), ' --')",
}


def _query(world: World, currency: str) -> str:
    rows = _MEASURES | {
        "Campaign status": f"if(last_day = date '{world.plan.last_day}', 'Enabled', 'Paused')",
        "Campaign": "name",
        "Campaign ID": "campaign_id",
        "Day": "strftime(day, '%Y-%m-%d')",
        "Campaign type": "kind",
        "Currency code": "currency",
        "Search impr. share": "case when kind != 'Search' then ' --' "
        "when u('share', campaign_key || day) < 0.16 then '< 10%' "
        "else printf('%.2f', 11 + 51 * u('shown share', campaign_key || day)) || '%' end",
    }
    nothing = dict.fromkeys(HEADER, "' --'")
    totals = (
        nothing
        | _MEASURES
        | {"Campaign status": "'Total: ' || label", "Currency code": f"'{currency}'"}
    )
    return f"""
        with totals as (
            select 1 as position, 'Campaigns' as label, {SUMS} from report
            union all select 2, 'Account', {SUMS} from report
            union all select 3, 'Search', {SUMS} from report where kind = 'Search'
            union all select 4, 'Display', {SUMS} from report where kind = 'Display'
        ),
        filled as (
            select
                position, label,
                coalesce(impressions, 0) as impressions, coalesce(clicks, 0) as clicks,
                coalesce(cost, 0) as cost, coalesce(sold, 0) as sold, coalesce(value, 0) as value
            from totals
        ),
        listed as (
            select
                0 as _position, name as _name, day as _day, {select_list(HEADER, rows)}
            from report
            union all
            select position, label, null, {select_list(HEADER, totals)} from filled
        )
        select * exclude (_position, _name, _day) from listed order by _position, _name, _day
    """


def _day_name(day: date, is_british: bool) -> str:
    month = MONTHS[day.month - 1]
    return f"{day.day} {month} {day.year}" if is_british else f"{month} {day.day}, {day.year}"


def write(world: World, folder: Folder) -> None:
    """Write campaign reports, UTF-16 with tabs; a second account's are British and UTF-8.

    Where the brand has one account, its last fortnight is downloaded once more, the second way.
    """
    for report in tell_reports(world, "google_ads", 6):
        _write_report(world, folder, report, is_british=report.position > 0)
        is_end = report.last == world.plan.last_day
        if is_end and report.position == 0:
            first = max(report.last - timedelta(days=13), world.plan.first_day)
            known_at = report.known_at + timedelta(hours=2)
            later = replace(report, first=first, known_at=known_at)
            if fill_report(world, "google_ads", later):
                _write_report(world, folder, later, is_british=True)


def _write_report(world: World, folder: Folder, report: Report, is_british: bool) -> None:
    span = " - ".join(_day_name(day, is_british) for day in (report.first, report.last))
    if "," in span:
        span = f'"{span}"'
    suffix = f" ({report.position + 1})" if report.position else ""
    folder.csv(
        f"google_ads/Campaign report_{report.first}_{report.last}{suffix}.csv",
        _query(world, report.currency),
        delimiter="," if is_british else "\t",
        quoting="needed" if is_british else "commas",
        encoding="utf-8" if is_british else "utf-16-le",
        bom=not is_british,
        preamble=f"Campaign report\n{span}\n",
        exported_at=report.known_at,
    )
