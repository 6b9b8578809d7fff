"""What the ad platforms know: the clicks behind the visits, and the sales each one claims.

Every report holds a month and, restated, the last week before it: platforms take back invalid
clicks and go on finding sales for old clicks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ingestion.simulator.exports.cells import World, columns, literal, select_list, spelling
from ingestion.simulator.exports.periods import PERIODS, at_hour
from ingestion.simulator.writing import Folder

SETTLED_DAYS = 5  # by then invalid clicks have been taken back
CLAIM_DAYS = 30
CLAIM_DAYS_IN_MALL = 7
PER_DOLLAR = {"USD": 1.0, "CNY": 7.1, "EUR": 0.92, "GBP": 0.79}
MONTHS = columns(
    "January|February|March|April|May|June|July|August|September|October|November|December"
)

_AD_DAYS = """
create or replace temp table ad_days as
with brought as (
    select
        campaign_key, touched_at::date as day, count_if(kind != 'impression') as visits,
        count_if(kind = 'impression') as seen
    from touches where campaign_key is not null group by all
    union all
    -- Strangers, and buyers who came back through an ad.
    select min(campaign.campaign_key), started_at::date, count(distinct visit_id), 0
    from visits inner join campaigns as campaign on visits.campaign_id = campaign.campaign_id
    where touch_id is null and not is_bot
    group by campaign.campaign_id, started_at::date
),
counted as (
    select campaign_key, day, sum(visits) as visits, sum(seen) as seen from brought group by all
),
listed as (
    select
        campaigns.*, unnest(generate_series(first_day, last_day, interval 1 day))::date as day
    from campaigns
),
clicked as (
    select
        listed.*, coalesce(seen, 0) as seen, campaign_key || '/' || day as id,
        (coalesce(visits, 0)
        + floor(coalesce(visits, 0) * (clicks_per_visit - 1) + u('lost clicks', id))
        + (u('stray click', id) < 0.06)::int)::bigint as clicks
    from listed left join counted using (campaign_key, day)
)
select
    * exclude (seen, id),
    (floor(clicks / (click_rate * (0.82 + 0.4 * u('click rate', id))))
    + floor(40 * u('stray impressions', id)) + seen)::bigint as impressions,
    floor(clicks * cost_per_click * (0.85 + 0.31 * u('cost', id)))::bigint as cost
from clicked
"""


def _claims() -> str:
    """Return a table of sales that campaigns claim: a last click, or an ad seen the day before."""
    rates = " ".join(f"when '{currency}' then {rate}" for currency, rate in PER_DOLLAR.items())
    return f"""
        create or replace temp table ad_claims as
        with met as (
            select
                campaign_key, person_id, touched_at, campaign.currency,
                platform = 'ocean_engine' as is_mall,
                to_days(case when touch.kind = 'impression' then 1
                    when platform = 'ocean_engine' then {CLAIM_DAYS_IN_MALL}
                    else {CLAIM_DAYS} end) as valid_for
            from touches as touch inner join campaigns as campaign using (campaign_key)
        )
        select
            campaign_key, max(touched_at)::date as day, any_value(ordered_at) as sold_at,
            any_value(
                subtotal * case met.currency {rates} end / case orders.currency {rates} end
            ) as cents
        from met
        inner join orders
            on met.person_id = orders.person_id
            and ordered_at between touched_at and touched_at + valid_for
            and place = if(is_mall, 'mall', 'shop') and status != 'cancelled'
        group by campaign_key, order_id
    """


@dataclass(frozen=True)
class Report:
    """One download of one account: its days, and the instant whose knowledge it holds."""

    first: date
    last: date
    known_at: datetime
    account: str
    currency: str
    position: int  # of the account among the platform's, from 0


def _reports(world: World, platform: str, hour: int) -> Iterator[Report]:
    """Yield the reports of a platform; ``report`` is a table of the current one's rows."""
    restatement = world.plan.scenario.restatement
    connection = spelling(world)
    connection.execute(_AD_DAYS)
    connection.execute(_claims())
    accounts = connection.execute(
        "select account, any_value(currency) from campaigns where platform = ? "
        "group by account order by min(campaign_key)",
        [platform],
    ).fetchall()
    for position, (account, currency) in enumerate(accounts):
        for period in PERIODS[restatement.ad_reports](world):
            first = max(period.first - timedelta(days=restatement.ad_days), world.plan.first_day)
            report = Report(
                first, period.last, at_hour(period.after, hour), account, currency, position
            )
            if _tell(world, platform, report):
                yield report
    connection.execute("drop table ad_days; drop table ad_claims; drop table if exists report")


def _tell(world: World, platform: str, report: Report) -> int:
    """Fill ``report`` with the rows as they read at the time of download; return their number."""
    connection = world.connection
    connection.execute(
        f"""
        create or replace temp table report as
        with known as (
            select campaign_key, day, count(*) as sold, sum(cents) / 100 as value
            from ad_claims where sold_at <= timestamp '{report.known_at}' group by all
        )
        select
            ad_days.* exclude (clicks, cost), coalesce(sold, 0) as sold,
            coalesce(value, 0) as value,
            clicks > 6 and day + interval {SETTLED_DAYS} day < timestamp '{report.known_at}'
            and u('invalid click', campaign_key || '/' || day) < 0.3 as is_corrected,
            if(is_corrected, clicks - 1, clicks) as clicks,
            if(is_corrected, cost * (ad_days.clicks - 1) // ad_days.clicks, cost) as cost
        from ad_days left join known using (campaign_key, day)
        where platform = {literal(platform)} and account = {literal(report.account)}
            and day between date '{report.first}' and date '{report.last}' and impressions > 0
        """
    )
    return connection.execute("select count(*) from report").fetchone()[0]


_SUMS = "sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks, " + (
    "sum(cost)::bigint as cost, sum(sold)::bigint as sold, sum(value) as value"
)
_CPM = "cost * 10 / nullif(impressions, 0)"

GOOGLE_HEADER = columns(
    "Campaign status|Campaign|Campaign ID|Day|Campaign type|Currency code|Clicks|Impr.|CTR|"
    "Avg. CPC|Cost|Search impr. share|Conversions|Conv. value|Conv. rate|Cost / conv."
)
_GOOGLE_MEASURES = {
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


def _google_query(world: World, currency: str) -> str:
    rows = _GOOGLE_MEASURES | {
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
    nothing = dict.fromkeys(GOOGLE_HEADER, "' --'")
    totals = (
        nothing
        | _GOOGLE_MEASURES
        | {"Campaign status": "'Total: ' || label", "Currency code": f"'{currency}'"}
    )
    return f"""
        with totals as (
            select 1 as position, 'Campaigns' as label, {_SUMS} from report
            union all select 2, 'Account', {_SUMS} from report
            union all select 3, 'Search', {_SUMS} from report where kind = 'Search'
            union all select 4, 'Display', {_SUMS} from report where kind = 'Display'
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
                0 as _position, name as _name, day as _day, {select_list(GOOGLE_HEADER, rows)}
            from report
            union all
            select position, label, null, {select_list(GOOGLE_HEADER, totals)} from filled
        )
        select * exclude (_position, _name, _day) from listed order by _position, _name, _day
    """


def _day_name(day: date, is_british: bool) -> str:
    month = MONTHS[day.month - 1]
    return f"{day.day} {month} {day.year}" if is_british else f"{month} {day.day}, {day.year}"


def google_ads(world: World, folder: Folder) -> None:
    """Write campaign reports, UTF-16 with tabs; a second account's are British and UTF-8.

    Where the brand has one account, its last fortnight is downloaded once more, the second way.
    """
    for report in _reports(world, "google_ads", 6):
        _google_report(world, folder, report, is_british=report.position > 0)
        is_end = report.last == world.plan.last_day
        if is_end and report.position == 0:
            first = max(report.last - timedelta(days=13), world.plan.first_day)
            later = Report(
                first,
                report.last,
                report.known_at + timedelta(hours=2),
                report.account,
                report.currency,
                0,
            )
            if _tell(world, "google_ads", later):
                _google_report(world, folder, later, is_british=True)


def _google_report(world: World, folder: Folder, report: Report, is_british: bool) -> None:
    span = " - ".join(_day_name(day, is_british) for day in (report.first, report.last))
    if is_british and "," in span:
        span = f'"{span}"'
    suffix = f" ({report.position + 1})" if report.position else ""
    folder.csv(
        f"google_ads/Campaign report_{report.first}_{report.last}{suffix}.csv",
        _google_query(world, report.currency),
        delimiter="," if is_british else "\t",
        quoting="needed" if is_british else "commas",
        encoding="utf-8" if is_british else "utf-16-le",
        bom=not is_british,
        preamble=f"Campaign report\n{span if is_british else _quoted(span)}\n",
        exported_at=report.known_at,
    )


def _quoted(text: str) -> str:
    return f'"{text}"' if "," in text else text


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
_REACH = "floor(impressions / 1.17)::bigint"
_META_ROW = {
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
    "CPM (cost per 1,000 impressions) (USD)": f"printf('%.6f', {_CPM})",
    "Link clicks": "clicks",
    "CTR (link click-through rate)": "rate(clicks, impressions, 6)",
    "Purchases": "nullif(sold, 0)",
    "Purchases conversion value": "if(sold > 0, printf('%.2f', value), null)",
    "Reporting starts": "day",
    "Reporting ends": "day",
    "Campaign ID": "campaign_id",
}
_META_CHINESE_ROW = {
    "报告开始日期": "day",
    "报告结束日期": "day",
    "广告系列名称": "name",
    "广告系列编号": "campaign_id",
    "广告系列投放": "'active'",
    "成效": "nullif(sold, 0)",
    "成效指标": f"if(sold > 0, '{PURCHASE}', null)",
    "已花费金额 (CNY)": "money(cost)",
    "购物转化价值": "if(sold > 0, printf('%.2f', value), null)",
    "CPM（千次展示费用） (CNY)": f"printf('%.6f', {_CPM})",
    "链接点击率": "rate(clicks, impressions, 6)",
    "链接点击量": "clicks",
    "展示次数": "impressions",
    "覆盖人数": _REACH,
}


def _with_totals(
    header: Sequence[str], rows: dict[str, str], totals: dict[str, str], first: bool, order: str
) -> str:
    """Return a query of the report's rows in an order, and a row of totals before or after."""
    return f"""
        with totals as (select count(*) as rows, {_SUMS} from report),
        listed as (
            select
                {0 if first else 2} as _position, 0 as _rank, {select_list(header, totals)}
            from totals
            union all
            select 1, row_number() over (order by {order}), {select_list(header, rows)} from report
        )
        select * exclude (_position, _rank) from listed order by _position, _rank
    """


def meta_ads(world: World, folder: Folder) -> None:
    """Write the reports of the dollar account, totals first, and of the Chinese account."""
    for report in _reports(world, "meta_ads", 7):
        totals = {
            "Reach": "floor(impressions / 2.4)::bigint",
            "Frequency": "'2.400000'",
            "Amount spent (USD)": "money(cost)",
            "Impressions": "impressions",
            "CPM (cost per 1,000 impressions) (USD)": f"printf('%.6f', {_CPM})",
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
            _with_totals(META_HEADER, _META_ROW, totals, first=True, order="day, name"),
            exported_at=report.known_at,
        )
    for report in _reports(world, "meta_ads_cn", 8):
        span = "-".join(
            f"{day.year}年{day.month}月{day.day}日" for day in (report.first, report.last)
        )
        folder.csv(
            f"meta_ads/唐维茶海外-广告系列-{span}.csv",
            f"select {select_list(META_CHINESE_HEADER, _META_CHINESE_ROW)} "
            "from report order by name, day",
            bom=True,
            exported_at=report.known_at,
        )


LINKEDIN_HEADER = columns(
    "Start Date (in UTC)|Account Name|Currency|Campaign Group ID|Campaign Group Name|"
    "Campaign Group Status|Campaign ID|Campaign Name|Campaign Objective|Campaign Type|"
    "Campaign Status|Total Spent|Impressions|Clicks|Click Through Rate|Average CPM|Average CPC|"
    "Leads|Lead Forms Opened|Conversions"
)
_LINKEDIN_ROW = {
    "Start Date (in UTC)": "month(day) || '/' || day(day) || '/' || year(day)",
    "Account Name": "'Tanwick Tea B2B'",
    "Currency": "currency",
    "Campaign Group ID": "'650000001'",
    "Campaign Group Name": "ad_group",
    "Campaign Group Status": "'Active'",
    "Campaign ID": "campaign_id",
    "Campaign Name": "name",
    "Campaign Objective": "kind",
    "Campaign Type": "'Sponsored Content'",
    "Campaign Status": "'Active'",
    "Total Spent": "money(cost)",
    "Impressions": "thousands(impressions)",
    "Clicks": "clicks",
    "Click Through Rate": "rate(clicks, impressions, 3) || '%'",
    "Average CPM": f"printf('%.2f', {_CPM})",
    "Average CPC": "if(clicks > 0, printf('%.2f', cost / 100 / clicks), '0')",
    "Leads": "found",
    "Lead Forms Opened": "found + floor(3 * u('forms', campaign_key || day))::bigint",
    "Conversions": "found",
}


def linkedin_ads(world: World, folder: Folder) -> None:
    """Write the campaign performance reports, with a preamble and no final newline."""
    for report in _reports(world, "linkedin_ads", 8):
        starts, ends, made = (
            f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
            for day in (report.first, report.last, report.known_at.date())
        )
        folder.csv(
            f"linkedin_ads/account_{report.account}_campaign_performance_report_{report.last}.csv",
            f"""
            with found as (
                select campaign_id, created_at::date as day, count(*) as found
                from leads inner join visits using (visit_id)
                where created_at <= timestamp '{report.known_at}' group by all
            ),
            listed as (
                select report.*, coalesce(found, 0) as found
                from report left join found using (campaign_id, day)
            )
            select {select_list(LINKEDIN_HEADER, _LINKEDIN_ROW)} from listed
            order by campaign_key, day
            """,
            delimiter="\t",
            encoding="utf-16-le",
            bom=True,
            preamble="Campaign Performance Report (in UTC)\n"
            f"Report Start: {starts}, 12:00 AM\nReport End: {ends}, 11:59 PM\n"
            f"Date Generated: {made}, 8:00 AM\n\n",
            ends_with_newline=False,
            exported_at=report.known_at,
        )


TIKTOK_HEADER = columns(
    "Campaign name|Campaign ID|Ad group name|By Day|Website URL (Ad level）|Currency|Cost|"
    "CPC (destination)|CPM|Impressions|Clicks (destination)|CTR (destination)|Reach|"
    "Cost per 1,000 people reached|Frequency|Conversions|Video views|2-second video views|"
    "6-second video views|Video views at 100%|Average play time per video view"
)
_SEEN_BY = "floor(impressions / 1.21)::bigint"
_VIEWS = "floor(impressions * 0.93)"


def _or_dash(whole: str, value: str) -> str:
    return f"if({whole} > 0, to_json({value}), to_json('-'))"


_TIKTOK_MEASURES = {
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


def tiktok_ads(world: World, folder: Folder) -> None:
    """Write workbooks of the ad groups by day, closed by a row ``Total of N results``."""
    rows = _TIKTOK_MEASURES | {
        "Campaign name": "name",
        "Campaign ID": "campaign_id",
        "Ad group name": "ad_group",
        "By Day": "day::varchar",
        "Website URL (Ad level）": f"'https://{world.brand.shop_host}/?ttclid=__CLICKID__'",
        "Currency": "currency",
    }
    for report in _reports(world, "tiktok_ads", 9):
        totals = _TIKTOK_MEASURES | dict.fromkeys(TIKTOK_HEADER[:5], "'-'")
        totals |= {
            "Campaign name": "'Total of ' || rows || ' results'",
            "Currency": f"'{report.currency}'",
        }
        folder.workbook(
            f"tiktok_ads/Tanwick Tea-Ad Group Report-({report.first} to {report.last}).xlsx",
            _with_totals(TIKTOK_HEADER, rows, totals, first=False, order="day, ad_group"),
            "Sheet1",
            exported_at=report.known_at,
        )


OCEAN_HEADER = columns(
    "推广类型|账户名称|账户ID|计划ID|计划名称|商品ID|商品名称|抖音号ID|抖音号名称|日期|消耗(元)|"
    "展示次数|点击率(%)|点击次数|转化数|转化率(%)|转化成本(元)|7日总支付ROI|直接成交订单数|直接成交金额(元)"
)
_OCEAN_MEASURES = {
    "消耗(元)": "money(cost)",
    "展示次数": "thousands(impressions)",
    "点击率(%)": "rate(clicks, impressions, 2)",
    "点击次数": "clicks",
    "转化数": "sold",
    "转化率(%)": "rate(sold, clicks, 2)",
    "转化成本(元)": "if(sold > 0, printf('%.2f', cost / 100 / sold), '--')",
    "7日总支付ROI": "if(cost > 0, printf('%.2f', value * 100 / cost), '--')",
    "直接成交订单数": "sold",
    "直接成交金额(元)": "printf('%.2f', value)",
}


def ocean_engine(world: World, folder: Folder) -> None:
    """Write the plan reports: ids guarded by a tab, the sum in a row named 全部."""
    for report in _reports(world, "ocean_engine", 9):
        rows = _OCEAN_MEASURES | {
            "推广类型": "kind",
            "账户名称": "'唐维茶官方旗舰'",
            "账户ID": "account || chr(9)",
            "计划ID": "campaign_id || chr(9)",
            "计划名称": "name",
            "商品ID": "'3500000000000000317' || chr(9)",
            "商品名称": "'中秋礼盒'",
            "抖音号ID": "'9900000317' || chr(9)",
            "抖音号名称": "'唐维茶'",
            "日期": "day::varchar",
        }
        totals = dict.fromkeys(OCEAN_HEADER[:10], "'--'") | _OCEAN_MEASURES
        totals |= {"推广类型": "'全部'", "计划名称": "'汇总'"}
        folder.csv(
            f"ocean_engine/千川_计划报表_{report.first:%Y%m%d}-{report.last:%Y%m%d}.csv",
            _with_totals(OCEAN_HEADER, rows, totals, first=False, order="day, campaign_id"),
            bom=True,
            exported_at=report.known_at,
        )
