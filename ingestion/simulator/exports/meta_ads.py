"""Meta Ads: campaign reports of the dollar account, and those of the Chinese one."""

from ingestion.simulator.exports.ads import CPM, tell_reports, with_totals
from ingestion.simulator.exports.cells import World, columns, select_list
from ingestion.simulator.month_names import MONTHS
from ingestion.simulator.writing import Folder

HEADER = columns(
    "Campaign name|Day|Campaign delivery|Attribution setting|Results|Result indicator|Reach|"
    "Frequency|Cost per results|Amount spent (USD)|Impressions|"
    "CPM (cost per 1,000 impressions) (USD)|Link clicks|CTR (link click-through rate)|Purchases|"
    "Purchases conversion value|Reporting starts|Reporting ends|Campaign ID"
)
CHINESE_HEADER = columns(
    "报告开始日期|报告结束日期|广告系列名称|广告系列编号|广告系列投放|成效|成效指标|"
    "已花费金额 (CNY)|购物转化价值|CPM（千次展示费用） (CNY)|链接点击率|链接点击量|展示次数|"
    "覆盖人数"
)
PURCHASE = "actions:offsite_conversion.fb_pixel_purchase"
_REACH = "floor(impressions / 1.17)::bigint"
_ROW = {
    "Campaign name": "name",
    "Day": "day",
    "Campaign delivery": "'active'",
    "Attribution setting": "'7-day click or 1-day view'",
    "Results": "nullif(sold, 0)",
    "Result indicator": f"if(sold > 0, '{PURCHASE}', null)",
    "Reach": _REACH,
    "Frequency": f"printf('%.6f', impressions / nullif({_REACH}, 0))",
    "Cost per results": "printf('%.6f', cost / 100 / nullif(sold, 0))",
    "Amount spent (USD)": "money(cost)",
    "Impressions": "impressions",
    "CPM (cost per 1,000 impressions) (USD)": f"printf('%.6f', {CPM})",
    "Link clicks": "clicks",
    "CTR (link click-through rate)": "rate(clicks, impressions, 6)",
    "Purchases": "nullif(sold, 0)",
    "Purchases conversion value": "if(sold > 0, printf('%.2f', value), null)",
    "Reporting starts": "day",
    "Reporting ends": "day",
    "Campaign ID": "campaign_id",
}
_CHINESE_ROW = {
    "报告开始日期": "day",
    "报告结束日期": "day",
    "广告系列名称": "name",
    "广告系列编号": "campaign_id",
    "广告系列投放": "'active'",
    "成效": "nullif(sold, 0)",
    "成效指标": f"if(sold > 0, '{PURCHASE}', null)",
    "已花费金额 (CNY)": "money(cost)",
    "购物转化价值": "if(sold > 0, printf('%.2f', value), null)",
    "CPM（千次展示费用） (CNY)": f"printf('%.6f', {CPM})",
    "链接点击率": "rate(clicks, impressions, 6)",
    "链接点击量": "clicks",
    "展示次数": "impressions",
    "覆盖人数": _REACH,
}


def write(world: World, folder: Folder) -> None:
    """Write the reports of the dollar account, totals first, and of the Chinese account."""
    for report in tell_reports(world, "meta_ads", 7):
        totals = {
            "Reach": "floor(impressions / 2.4)::bigint",
            "Frequency": "'2.400000'",
            "Amount spent (USD)": "money(cost)",
            "Impressions": "impressions",
            "CPM (cost per 1,000 impressions) (USD)": f"printf('%.6f', {CPM})",
            "Link clicks": "clicks",
            "CTR (link click-through rate)": "rate(clicks, impressions, 6)",
            "Reporting starts": f"date '{report.first}'",
            "Reporting ends": f"date '{report.last}'",
        }
        span = "-".join(
            f"{day.day}-{MONTHS[day.month - 1][:3]}" for day in (report.first, report.last)
        )
        folder.csv(
            f"meta_ads/Tanwick-Tea-US-Campaigns-{span}-{report.last.year}.csv",
            with_totals(HEADER, _ROW, totals, first=True, order="day, name"),
            exported_at=report.known_at,
        )
    for report in tell_reports(world, "meta_ads_cn", 8):
        span = "-".join(
            f"{day.year}年{day.month}月{day.day}日" for day in (report.first, report.last)
        )
        folder.csv(
            f"meta_ads/唐维茶海外-广告系列-{span}.csv",
            f"select {select_list(CHINESE_HEADER, _CHINESE_ROW)} from report order by name, day",
            bom=True,
            exported_at=report.known_at,
        )
