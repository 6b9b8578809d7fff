"""What the ad platforms know: the clicks behind the visits, and the sales each one claims.

Every report holds a month and, restated, the last week before it: platforms take back invalid
clicks and go on finding sales for old clicks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ingestion.simulator.exports.cells import World, literal, select_list, spelling
from ingestion.simulator.exports.periods import PERIODS, at_hour

SETTLED_DAYS = 5  # by then invalid clicks have been taken back
CLAIM_DAYS = 30
CLAIM_DAYS_IN_MALL = 7
PER_DOLLAR = {"USD": 1.0, "CNY": 7.1, "EUR": 0.92, "GBP": 0.79}

# SQL over the rows of a report.
SUMS = "sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks, " + (
    "sum(cost)::bigint as cost, sum(sold)::bigint as sold, sum(value) as value"
)
CPM = "cost * 10 / nullif(impressions, 0)"

# The table ``ad_days``: impressions, clicks and cost (cents) of every campaign, invalid clicks too.
AD_DAYS = """
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
# SQL over ``ad_days``: whether the platform will take back a click of the campaign's day.
HAS_INVALID_CLICK = "(clicks > 6 and u('invalid click', campaign_key || '/' || day) < 0.3)"


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


def tell_reports(world: World, platform: str, hour: int) -> Iterator[Report]:
    """Yield the reports of a platform; ``report`` is a table of the current one's rows."""
    restatement = world.plan.scenario.restatement
    connection = spelling(world)
    connection.execute(AD_DAYS)
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
            if fill_report(world, platform, report):
                yield report
    connection.execute("drop table ad_days; drop table ad_claims; drop table if exists report")


def fill_report(world: World, platform: str, report: Report) -> int:
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
            {HAS_INVALID_CLICK} and day + interval {SETTLED_DAYS} day
            < timestamp '{report.known_at}' as is_corrected,
            if(is_corrected, clicks - 1, clicks) as clicks,
            if(is_corrected, cost * (ad_days.clicks - 1) // ad_days.clicks, cost) as cost
        from ad_days left join known using (campaign_key, day)
        where platform = {literal(platform)} and account = {literal(report.account)}
            and day between date '{report.first}' and date '{report.last}' and impressions > 0
        """
    )
    return connection.execute("select count(*) from report").fetchone()[0]


def with_totals(
    header: Sequence[str], rows: dict[str, str], totals: dict[str, str], first: bool, order: str
) -> str:
    """Return a query of the report's rows in an order, and a row of totals before or after."""
    return f"""
        with totals as (select count(*) as rows, {SUMS} from report),
        listed as (
            select
                {0 if first else 2} as _position, 0 as _rank, {select_list(header, totals)}
            from totals
            union all
            select 1, row_number() over (order by {order}), {select_list(header, rows)} from report
        )
        select * exclude (_position, _rank) from listed order by _position, _rank
    """
