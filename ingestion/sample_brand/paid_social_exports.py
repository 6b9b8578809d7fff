"""Paid social: Meta (two accounts, two languages), LinkedIn, TikTok and Ocean Engine."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from ingestion.sample_brand.ad_days import AdDay, ad_days, at_hour
from ingestion.sample_brand.brand import EXPORTED_AT, FIRST_DAY, LAST_DAY, NAME
from ingestion.sample_brand.draws import Draws
from ingestion.sample_brand.files import (
    Export,
    columns,
    money,
    rate,
    rows_of,
    table,
    utf8_marked,
    utf16,
    workbook,
)
from ingestion.sample_brand.world import World

META_HEADER = columns(
    "Campaign name|Day|Campaign delivery|Attribution setting|Results|Result indicator|Reach|"
    "Frequency|Cost per results|Amount spent (USD)|Impressions|"
    "CPM (cost per 1,000 impressions) (USD)|Link clicks|CTR (link click-through rate)|Purchases|"
    "Purchases conversion value|Reporting starts|Reporting ends|Campaign ID"
)
META_CHINESE_HEADER = columns(
    "报告开始日期|报告结束日期|广告系列名称|广告系列编号|广告系列投放|成效|成效指标|"
    "已花费金额 (CNY)|购物转化价值|CPM（千次展示费用） (CNY)|链接点击率|链接点击量|展示次数|"
    "覆盖人数"
)
PURCHASE = "actions:offsite_conversion.fb_pixel_purchase"
YUAN_PER_DOLLAR = 7.1  # the pixel reports dollars, the account counts in yuan


def _reach(ad_day: AdDay) -> int:
    return int(ad_day.impressions / 1.17)


def meta_ads(world: World, seed: int) -> list[Export]:
    """Return a report per month with the totals in its first row, and a Chinese account's."""
    draws = Draws(seed, "meta_ads")
    days = [ad_day for ad_day in ad_days(world, "meta_ads", draws) if ad_day.impressions]
    days.sort(key=lambda ad_day: (ad_day.day, ad_day.campaign.name))
    exports = []
    for month, short in ((7, "Jul"), (8, "Aug"), (9, "Sep")):
        listed = [ad_day for ad_day in days if ad_day.day.month == month]
        last = date(2026, month + 1, 1) - timedelta(days=1)
        exported_at = at_hour(last + timedelta(days=1), 7)
        records = [_meta_totals(listed, last), *(_meta_row(day, exported_at) for day in listed)]
        stem = f"{NAME.replace(' ', '-')}-US-Campaigns-1-{short}-{last.day}-{short}-2026"
        content = table(rows_of(META_HEADER, records)).encode()
        exports.append(Export(f"meta_ads/{stem}.csv", content, exported_at))
    return [*exports, _meta_chinese(world, draws)]


def _meta_totals(listed: list[AdDay], last: date) -> dict[str, object]:
    cost, shown, clicks = (
        sum(getattr(ad_day, name) for ad_day in listed)
        for name in ("cost", "impressions", "clicks")
    )
    return {
        "Reach": int(shown / 2.4),
        "Frequency": "2.400000",
        "Amount spent (USD)": money(cost),
        "Impressions": shown,
        "CPM (cost per 1,000 impressions) (USD)": f"{cost * 10 / shown:.6f}",
        "Link clicks": clicks,
        "CTR (link click-through rate)": rate(clicks, shown, 6),
        "Reporting starts": last.replace(day=1),
        "Reporting ends": last,
    }


def _meta_row(ad_day: AdDay, exported_at: datetime) -> dict[str, object]:
    sold, value = ad_day.claimed(exported_at)
    reach = _reach(ad_day)
    row: dict[str, object] = {
        "Campaign name": ad_day.campaign.name,
        "Day": ad_day.day,
        "Campaign delivery": "active",
        "Attribution setting": "7-day click or 1-day view",
        "Reach": reach,
        "Frequency": f"{ad_day.impressions / reach:.6f}" if reach else None,
        "Amount spent (USD)": money(ad_day.cost),
        "Impressions": ad_day.impressions,
        "CPM (cost per 1,000 impressions) (USD)": f"{ad_day.cpm:.6f}",
        "Link clicks": ad_day.clicks,
        "CTR (link click-through rate)": rate(ad_day.clicks, ad_day.impressions, 6),
        "Reporting starts": ad_day.day,
        "Reporting ends": ad_day.day,
        "Campaign ID": ad_day.campaign.campaign_id,
    }
    if sold:
        row |= {
            "Results": sold,
            "Result indicator": PURCHASE,
            "Cost per results": f"{ad_day.cost / 100 / sold:.6f}",
            "Purchases": sold,
            "Purchases conversion value": f"{value:.2f}",
        }
    return row


def _meta_chinese(world: World, draws: Draws) -> Export:
    exported_at = at_hour(LAST_DAY + timedelta(days=1), 8)
    records = []
    for ad_day in ad_days(world, "meta_ads_cn", draws):
        sold, value = ad_day.claimed(exported_at)
        if ad_day.impressions:
            records.append(
                {
                    "报告开始日期": ad_day.day,
                    "报告结束日期": ad_day.day,
                    "广告系列名称": ad_day.campaign.name,
                    "广告系列编号": ad_day.campaign.campaign_id,
                    "广告系列投放": "active",
                    "成效": sold or None,
                    "成效指标": PURCHASE if sold else None,
                    "已花费金额 (CNY)": money(ad_day.cost),
                    "购物转化价值": f"{value * YUAN_PER_DOLLAR:.2f}" if sold else None,
                    "CPM（千次展示费用） (CNY)": f"{ad_day.cpm:.6f}",
                    "链接点击率": rate(ad_day.clicks, ad_day.impressions, 6),
                    "链接点击量": ad_day.clicks,
                    "展示次数": ad_day.impressions,
                    "覆盖人数": _reach(ad_day),
                }
            )
    path = "meta_ads/唐维茶海外-广告系列-2026年8月10日-2026年9月30日.csv"
    content = utf8_marked(table(rows_of(META_CHINESE_HEADER, records)))
    return Export(path, content, exported_at)


LINKEDIN_HEADER = columns(
    "Start Date (in UTC)|Account Name|Currency|Campaign Group ID|Campaign Group Name|"
    "Campaign Group Status|Campaign ID|Campaign Name|Campaign Objective|Campaign Type|"
    "Campaign Status|Total Spent|Impressions|Clicks|Click Through Rate|Average CPM|Average CPC|"
    "Leads|Lead Forms Opened|Conversions"
)
LINKEDIN_PREAMBLE = (
    ["Campaign Performance Report (in UTC)"],
    ["Report Start: July 1, 2026, 12:00 AM"],
    ["Report End: September 30, 2026, 11:59 PM"],
    ["Date Generated: October 1, 2026, 8:12 AM"],
    [],
)


def linkedin_ads(world: World, seed: int) -> list[Export]:
    """Return the campaign performance report, with its preamble and no final newline."""
    draws = Draws(seed, "linkedin_ads")
    leads = Counter(
        lead.created_at.date()
        for lead in world.leads
        if lead.session and lead.session.source == "linkedin"
    )
    records = []
    for ad_day in ad_days(world, "linkedin_ads", draws):
        if not ad_day.impressions:
            continue
        campaign, day, found = ad_day.campaign, ad_day.day, leads.get(ad_day.day, 0)
        records.append(
            {
                "Start Date (in UTC)": f"{day.month}/{day.day}/{day.year}",
                "Account Name": f"{NAME} B2B",
                "Currency": campaign.currency,
                "Campaign Group ID": "650000001",
                "Campaign Group Name": campaign.group,
                "Campaign Group Status": "Active",
                "Campaign ID": campaign.campaign_id,
                "Campaign Name": campaign.name,
                "Campaign Objective": campaign.kind,
                "Campaign Type": "Sponsored Content",
                "Campaign Status": "Active",
                "Total Spent": money(ad_day.cost),
                "Impressions": f"{ad_day.impressions:,}",
                "Clicks": ad_day.clicks,
                "Click Through Rate": f"{rate(ad_day.clicks, ad_day.impressions, 3)}%",
                "Average CPM": f"{ad_day.cpm:.2f}",
                "Average CPC": f"{ad_day.cost / 100 / ad_day.clicks:.2f}" if ad_day.clicks else "0",
                "Leads": found,
                "Lead Forms Opened": found + draws.below(3),
                "Conversions": found,
            }
        )
    text = table([*LINKEDIN_PREAMBLE, *rows_of(LINKEDIN_HEADER, records)], "\t")
    path = "linkedin_ads/account_508000123_campaign_performance_report.csv"
    exported_at = datetime(2026, 10, 1, 8, 12, tzinfo=UTC)
    return [Export(path, utf16(text.removesuffix("\n")), exported_at)]


TIKTOK_HEADER = columns(
    "Campaign name|Campaign ID|Ad group name|By Day|Website URL (Ad level）|Currency|Cost|"
    "CPC (destination)|CPM|Impressions|Clicks (destination)|CTR (destination)|Reach|"
    "Cost per 1,000 people reached|Frequency|Conversions|Video views|2-second video views|"
    "6-second video views|Video views at 100%|Average play time per video view"
)


def _tiktok_measures(shown: int, clicks: int, cost: int, sold: int) -> dict[str, object]:
    reach, views = int(shown / 1.21), int(shown * 0.93)
    return {
        "Cost": cost / 100,
        "CPC (destination)": round(cost / 100 / clicks, 2) if clicks else "-",
        "CPM": round(cost * 10 / shown, 2) if shown else "-",
        "Impressions": shown,
        "Clicks (destination)": clicks,
        "CTR (destination)": f"{rate(clicks, shown)}%" if shown else "-",
        "Reach": reach,
        "Cost per 1,000 people reached": round(cost * 10 / reach, 2) if reach else "-",
        "Frequency": round(shown / reach, 2) if reach else "-",
        "Conversions": sold,
        "Video views": views,
        "2-second video views": int(views * 0.41),
        "6-second video views": int(views * 0.13),
        "Video views at 100%": int(views * 0.05),
        "Average play time per video view": round(2.1 + (shown % 90) / 100, 2),
    }


def tiktok_ads(world: World, seed: int) -> list[Export]:
    """Return the workbook of both ad groups by day, closed by its ``Total of N results``."""
    records: list[dict[str, object]] = []
    measured: list[tuple[int, int, int, int]] = []
    days = ad_days(world, "tiktok_ads", Draws(seed, "tiktok_ads"))
    for ad_day in sorted(days, key=lambda ad_day: (ad_day.day, ad_day.campaign.group)):
        if not ad_day.impressions:
            continue
        sold, _ = ad_day.claimed(EXPORTED_AT)
        measured.append((ad_day.impressions, ad_day.clicks, ad_day.cost, sold))
        records.append(
            _tiktok_measures(*measured[-1])
            | {
                "Campaign name": ad_day.campaign.name,
                "Campaign ID": ad_day.campaign.campaign_id,
                "Ad group name": ad_day.campaign.group,
                "By Day": str(ad_day.day),
                "Website URL (Ad level）": "https://shop.tanwick.example/?ttclid=__CLICKID__",
                "Currency": ad_day.campaign.currency,
            }
        )
    total = dict.fromkeys(TIKTOK_HEADER[:5], "-") | {"Currency": "USD"}
    total["Campaign name"] = f"Total of {len(records)} results"
    sums = (sum(values) for values in zip(*measured, strict=True))
    records.append(total | _tiktok_measures(*sums))
    path = f"tiktok_ads/{NAME}-Ad Group Report-({FIRST_DAY} to {LAST_DAY}).xlsx"
    return [Export(path, workbook("Sheet1", rows_of(TIKTOK_HEADER, records)), EXPORTED_AT)]


OCEAN_HEADER = columns(
    "推广类型|账户名称|账户ID|计划ID|计划名称|商品ID|商品名称|抖音号ID|抖音号名称|日期|消耗(元)|"
    "展示次数|点击率(%)|点击次数|转化数|转化率(%)|转化成本(元)|7日总支付ROI|直接成交订单数|直接成交金额(元)"
)


def _ocean_measures(
    shown: int, clicks: int, cost: int, sold: int, value: float
) -> dict[str, object]:
    return {
        "消耗(元)": money(cost),
        "展示次数": f"{shown:,}",
        "点击率(%)": rate(clicks, shown),
        "点击次数": clicks,
        "转化数": sold,
        "转化率(%)": rate(sold, clicks),
        "转化成本(元)": f"{cost / 100 / sold:.2f}" if sold else "--",
        "7日总支付ROI": f"{value * 100 / cost:.2f}" if cost else "--",
        "直接成交订单数": sold,
        "直接成交金额(元)": f"{value:.2f}",
    }


def ocean_engine(world: World, seed: int) -> list[Export]:
    """Return the plan report: ids guarded by a tab, the sum in a row named 全部."""
    records: list[dict[str, object]] = []
    measured: list[tuple[int, int, int, int, float]] = []
    days = ad_days(world, "ocean_engine", Draws(seed, "ocean_engine"))
    for ad_day in sorted(days, key=lambda ad_day: (ad_day.day, ad_day.campaign.campaign_id)):
        if not ad_day.impressions:
            continue
        claimed = ad_day.claimed(EXPORTED_AT)
        measured.append((ad_day.impressions, ad_day.clicks, ad_day.cost, *claimed))
        records.append(
            _ocean_measures(*measured[-1])
            | {
                "推广类型": ad_day.campaign.kind,
                "账户名称": "唐维茶官方旗舰",
                "账户ID": "1700000000000812\t",
                "计划ID": f"{ad_day.campaign.campaign_id}\t",
                "计划名称": ad_day.campaign.name,
                "商品ID": "3500000000000000317\t",
                "商品名称": "中秋礼盒",
                "抖音号ID": "9900000317\t",
                "抖音号名称": "唐维茶",
                "日期": ad_day.day,
            }
        )
    total = dict.fromkeys(OCEAN_HEADER[:10], "--") | {"推广类型": "全部", "计划名称": "汇总"}
    sums = (sum(values) for values in zip(*measured, strict=True))
    records.append(total | _ocean_measures(*sums))
    path = "ocean_engine/千川_计划报表_20260701-20260930.csv"
    return [Export(path, utf8_marked(table(rows_of(OCEAN_HEADER, records))), EXPORTED_AT)]
