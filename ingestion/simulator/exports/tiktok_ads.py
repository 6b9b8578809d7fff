"""TikTok Ads: workbooks of ad groups."""

from ingestion.simulator.exports.ads import tell_reports, with_totals
from ingestion.simulator.exports.cells import World, columns
from ingestion.simulator.writing import Folder

HEADER = columns(
    "Campaign name|Campaign ID|Ad group name|By Day|Website URL (Ad level）|Currency|Cost|"
    "CPC (destination)|CPM|Impressions|Clicks (destination)|CTR (destination)|Reach|"
    "Cost per 1,000 people reached|Frequency|Conversions|Video views|2-second video views|"
    "6-second video views|Video views at 100%|Average play time per video view"
)
_SEEN_BY = "floor(impressions / 1.21)::bigint"
_VIEWS = "floor(impressions * 0.93)"


def _or_dash(whole: str, value: str) -> str:
    return f"if({whole} > 0, to_json({value}), to_json('-'))"


_MEASURES = {
    "Cost": "cost / 100",
    "CPC (destination)": _or_dash("clicks", "round(cost / 100 / clicks, 2)"),
    "CPM": _or_dash("impressions", "round(cost * 10 / impressions, 2)"),
    "Impressions": "impressions",
    "Clicks (destination)": "clicks",
    "CTR (destination)": "if(impressions > 0, rate(clicks, impressions, 2) || '%', '-')",
    "Reach": _SEEN_BY,
    "Cost per 1,000 people reached": _or_dash(_SEEN_BY, f"round(cost * 10 / {_SEEN_BY}, 2)"),
    "Frequency": _or_dash(_SEEN_BY, f"round(impressions / {_SEEN_BY}, 2)"),
    "Conversions": "sold",
    "Video views": f"{_VIEWS}::bigint",
    "2-second video views": f"floor({_VIEWS} * 0.41)::bigint",
    "6-second video views": f"floor({_VIEWS} * 0.13)::bigint",
    "Video views at 100%": f"floor({_VIEWS} * 0.05)::bigint",
    "Average play time per video view": "round(2.1 + (impressions % 90) / 100, 2)",
}


def write(world: World, folder: Folder) -> None:
    """Write workbooks of the ad groups by day, closed by a row ``Total of N results``."""
    rows = _MEASURES | {
        "Campaign name": "name",
        "Campaign ID": "campaign_id",
        "Ad group name": "ad_group",
        "By Day": "day::varchar",
        "Website URL (Ad level）": f"'https://{world.brand.shop_host}/?ttclid=__CLICKID__'",
        "Currency": "currency",
    }
    for report in tell_reports(world, "tiktok_ads", 9):
        totals = _MEASURES | dict.fromkeys(HEADER[:5], "'-'")
        totals |= {
            "Campaign name": "'Total of ' || rows || ' results'",
            "Currency": f"'{report.currency}'",
        }
        folder.workbook(
            f"tiktok_ads/Tanwick Tea-Ad Group Report-({report.first} to {report.last}).xlsx",
            with_totals(HEADER, rows, totals, first=False, order="day, ad_group"),
            "Sheet1",
            exported_at=report.known_at,
        )
