"""Every exporter's files are what the formats know, and hold what the world holds."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.inspection import inspect_file
from ingestion.settings import Settings
from ingestion.simulator.brand import Brand, load_brand
from ingestion.simulator.experiments import seconds_of
from ingestion.simulator.exports import PLATFORMS
from ingestion.simulator.exports.records import add_records
from ingestion.simulator.mailings import RECIPIENTS
from ingestion.simulator.plan import Plan, load_scenario
from ingestion.simulator.world import MACROS
from ingestion.simulator.writing import Folder

CAMPAIGNS = """
    ('g1', 'google_ads', 'us', '21800000001', 'us_brand_search', 'Search', '', 'paid_search',
     'google', 'cpc', 'gclid', 82, 0.039, 3.4, 'USD', 'US'),
    ('g2', 'google_ads', 'eu', '21800000004', 'eu_matcha_search', 'Search', '', 'paid_search',
     'google', 'cpc', 'gclid', 97, 0.024, 2.4, 'USD', 'GB'),
    ('g3', 'google_ads', 'us', '21800000006', 'us_display_awareness', 'Display', '', 'display',
     'google', 'display', 'gclid', 48, 0.009, 0.8, 'USD', 'US'),
    ('m1', 'meta_ads', 'us', '120230000000010001', 'us_prospecting_teasets', 'Prospecting', '',
     'paid_social', 'facebook', 'paid_social', 'fbclid', 118, 0.015, 3.0, 'USD', 'US'),
    ('m2', 'meta_ads_cn', 'cn', '120230000000020001', '华人中秋礼盒_拉新', 'Prospecting', '',
     'paid_social', 'facebook', 'paid_social', 'fbclid', 760, 0.013, 1.0, 'CNY', 'CN'),
    ('t1', 'tiktok_ads', 'us', '1810000000000001', 'us_spark_unboxing', 'Spark', 'spark_broad',
     'paid_social', 'tiktok', 'paid_social', 'ttclid', 74, 0.011, 1.3, 'USD', 'US'),
    ('l1', 'linkedin_ads', 'b2b', '480000101', 'b2b_hospitality_leads', 'Lead generation',
     'Hospitality EU', 'paid_social', 'linkedin', 'paid_social', 'li_fat_id', 260, 0.0105, 0.35,
     'USD', 'GB'),
    ('o1', 'ocean_engine', 'cn', '1800000000000101', '中秋礼盒_短视频带货', '短视频带货', '',
     'douyin', 'douyin', 'cpc', null, 320, 0.016, 1.0, 'CNY', 'CN')
"""
PRODUCTS = """
    ('OOL-100', 'Alpine Oolong 100g', 'Loose Leaf', 1850),
    ('CUP-002', 'Tasting Cups, pair', 'Teaware', 2400),
    ('GIF-001', 'Harvest Moon Gift Set', 'Gifts', 6400),
    ('BAR-MAT', 'Matcha Latte', 'Tea Bar', 650)
"""


@dataclass
class HandMadeWorld:
    """The tables of a world, filled without a story: any values, but consistent ones."""

    plan: Plan
    brand: Brand
    connection: duckdb.DuckDBPyConnection


def make_world(customers: int = 300, days: int = 60, seed: int = 7) -> HandMadeWorld:
    """Return a small world with the tables of the simulator."""
    plan = Plan(scenario=load_scenario("default"), customers=customers, days=days, seed=seed)
    connection = duckdb.connect()
    first, last = plan.first_day, plan.last_day
    connection.execute(MACROS.format(seed=seed, unit=repr(2.0**-53)))
    connection.execute(
        f"""
        create macro at_random(stream, id) as
            timestamp '{first}' + to_seconds((u(stream, id) * {days} * 86400)::bigint);
        create table campaigns as
        select *, date '{first}' as first_day, date '{last}' as last_day,
            if(platform = 'ocean_engine', 6.0, 1.14) as clicks_per_visit
        from (values {CAMPAIGNS}) as t(campaign_key, platform, account, campaign_id, name, kind,
            ad_group, channel, source, medium, click_id_type, cost_per_click, click_rate, weight,
            currency, market);
        create table products as
        select *, row_number() over () - 1 as n
        from (values {PRODUCTS}) as t(sku, product, category, price);
        create table persons as
        with numbered as (
            select range + 1 as id, ['US', 'US', 'GB', 'DE', 'CN'][1 + range % 5] as market
            from range({customers})
        )
        select
            id as person_id, market,
            case market when 'CN' then '伟' else 'Ava' end as given,
            case market when 'CN' then '李' when 'DE' then 'Köhler' else 'Barlow' end as family,
            case market when 'CN' then '李伟' else given || ' ' || family end as full_name,
            'ava.barlow.' || id || '@example.com' as email,
            case when u('second', id) < 0.1 then 'ab' || id || '@example.net' end as second_email,
            case market
                when 'US' then '+1212555' || lpad(id::varchar, 4, '0')
                when 'GB' then '+4477009' || lpad(id::varchar, 5, '0')
                when 'DE' then '+4930231' || lpad(id::varchar, 5, '0')
                else '+86130000' || lpad(id::varchar, 5, '0')
            end as phone,
            null::varchar as second_phone,
            date '1970-01-01' + id::int as birth_date,
            id || ' Sample Street' as street,
            case market when 'US' then 'New York' when 'CN' then '上海市' else 'London' end as city,
            case market when 'US' then 'NY' when 'CN' then '上海市' else 'ENG' end as region,
            case market when 'US' then 'New York' when 'CN' then '静安区' else 'England' end
                as region_name,
            '0' || (1000 + id) as postal_code,
            case when id % 11 = 0 then 'Fernhill Hotel ' || id end as company,
            id % 97 = 0 as is_employee, id % 53 = 0 as shares_desk_phone,
            id as home_device_id,
            at_random('entered', id) as entered_at,
            case when market != 'CN' and id % 2 = 0 then 'C-' || (10000 + id) end as account_ref,
            case when id % 3 = 0 then 'TW' || (700000 + 7 * id) end as loyalty_id,
            case when market = 'US' then if(id % 2 = 0, 'hudson', 'alder') end as store,
            u('consents', id) < 0.7 as consents_email,
            market = 'US' and u('sms', id) < 0.5 as consents_sms,
            case when u('leaves', id) < 0.1 then at_random('left', id) end as unsubscribed_at,
            0.1 as rate, 0.1 as dropout, 'America/New_York' as timezone
        from numbered;
        create table devices as
        select
            person_id as device_id, person_id, 1 as position,
            '1' || lpad(person_id::varchar, 9, '0') || '.1770000000' as client_id,
            md5('anonymous' || person_id)::uuid::varchar as anonymous_id,
            ['mobile', 'desktop', 'tablet'][1 + person_id % 3] as category
        from persons;
        create table mailings as
        select
            range + 1 as mailing_id,
            ['klaviyo', 'mailchimp', 'sendgrid', 'twilio'][1 + range % 4] as system,
            'ref' || range as reference, 'Mailing ' || range as name,
            'Cold brew, "five" ways' as subject,
            timestamp '{first}' + to_days(3 + 5 * range::int) + interval 15 hour as sent_at,
            null::varchar as market, 0.7 as audience_share, 0.33 as open_rate, 0.02 as click_rate,
            case when range = 6 then 'business' when range % 4 = 2 then 'members' else 'people' end
                as audience,
            if(range % 8 = 0, 'Five ways to brew cold', null) as variant_subject,
            1.5::double as variant_open_lift
        from range({days // 5 - 1});
        create table experiments (
            experiment varchar, variant varchar, metric varchar, lift double, people bigint,
            successes bigint
        );
        create table assignments as
        select
            'delivery_promise' as experiment, person_id,
            if(person_id % 2 = 0, 'control', 'promise') as variant
        from persons;
        create table touches as
        with drawn as (
            select
                range + 1 as touch_id,
                1 + floor(u('who', range) * {customers})::bigint as person_id,
                at_random('touched', range) as touched_at,
                ['visit', 'visit', 'visit', 'contact', 'impression'][1 + range % 5] as kind,
                floor(u('what', range) * 8)::int as what
            from range({customers * 12})
        )
        select
            touch_id, touch_id as journey_id, drawn.person_id, 1 as position, touched_at,
            case
                when kind = 'contact' and person.market = 'CN'
                    then ['douyin', 'wechat', 'xiaohongshu', 'phone'][1 + what % 4]
                when kind = 'contact' then ['store', 'phone'][1 + what % 2]
                when kind = 'impression' then 'display'
                when mailing.mailing_id is not null then 'email'
                when what % 2 = 0 then 'paid_search' else 'direct'
            end as channel,
            kind,
            case
                when kind = 'contact' and channel = 'douyin' then 'o1'
                when kind = 'impression' then 'g3'
                when kind = 'visit' and mailing.mailing_id is null and what % 2 = 0
                    then ['g1', 'g2', 'm1', 'm2', 't1', 'l1'][1 + touch_id % 6]
            end as campaign_key,
            mailing.mailing_id,
            case when kind = 'visit' then drawn.person_id end as device_id,
            case when kind = 'visit' and what % 2 = 0 then 'click' || touch_id end as click_id,
            what = 0 as is_logged_in
        from drawn
        inner join persons as person on drawn.person_id = person.person_id
        left join mailings as mailing
            on kind = 'visit' and what = 1 and mailing.mailing_id = 1 + touch_id % {days // 5 - 1}
            and mailing.sent_at < touched_at and coalesce(unsubscribed_at > touched_at, true);
        create table orders as
        with drawn as (
            select
                range + 1 as order_id,
                ['shop', 'mall', 'hudson', 'alder', 'partner'][1 + floor(u('p', range) * 5)::int]
                    as place,
                1 + floor(u('buyer', range) * {customers})::bigint as buyer_id,
                at_random('ordered', range) as ordered_at,
                floor(u('fate', range) * 20)::int as fate
            from range({customers * 2})
        )
        select
            order_id, place,
            1000 + row_number() over (partition by place order by ordered_at) as number,
            if(place in ('hudson', 'alder') and order_id % 2 = 0, null, buyer_id) as person_id,
            null::bigint as journey_id,
            case when place = 'shop' then 1000000 + order_id end as visit_id,
            ordered_at, if(place = 'mall', 'CNY', 'USD') as currency,
            3700 as gross, if(order_id % 5 = 0, 370, 0) as discount, gross - discount as subtotal,
            if(place in ('shop', 'mall'), 595, 0) as shipping,
            if(place = 'mall', 0, 222) as tax, subtotal + shipping + tax as total,
            case fate when 1 then total when 2 then 1850 else 0 end as refund,
            case when fate in (1, 2) then ordered_at + interval 3 day end as refunded_at,
            case fate when 1 then 'refunded' when 2 then 'partially_refunded'
                when 3 then if(place in ('shop', 'mall'), 'cancelled', 'paid')
                when 4 then if(place in ('shop', 'mall'), 'pending', 'paid')
                else 'paid' end as status,
            if(person_id is null, null, 'Ava.Barlow.' || buyer_id || '@example.com') as email,
            person.phone, true as is_known
        from drawn inner join persons as person on drawn.buyer_id = person.person_id;
        create table order_lines as
        select order_id, 1 as line, 'OOL-100' as sku, 'Alpine Oolong 100g' as product,
            'Loose Leaf' as category, 1 as quantity, 1850 as price from orders
        union all
        select order_id, 2, 'CUP-002', 'Tasting Cups, pair', 'Teaware', 1, 1850 from orders;
        create table visits as
        with all_visits as (
            select touch_id as visit_id, touch_id, person_id, device_id, touched_at as started_at,
                campaign_key, mailing_id, click_id, is_logged_in, null::bigint as order_id
            from touches where kind = 'visit'
            union all
            select visit_id, null, person_id, person_id, ordered_at - interval 8 minute, null, null,
                null, false, order_id
            from orders where place = 'shop'
            union all
            select 2000000 + range, null, null, null, at_random('bot', range), null, null, null,
                false, null
            from range(40)
        )
        select
            visit_id, touch_id, all_visits.person_id, all_visits.device_id,
            coalesce(client_id, '2' || lpad(visit_id::varchar, 9, '0') || '.1780000000')
                as client_id,
            coalesce(anonymous_id, md5('stranger' || visit_id)::uuid::varchar) as anonymous_id,
            if(visit_id % 9 = 0, 'gifts', 'shop') as site,
            started_at,
            coalesce(campaign.source, if(mailing_id is null, '(direct)', 'klaviyo')) as source,
            coalesce(campaign.medium, if(mailing_id is null, '(none)', 'email')) as medium,
            campaign.name as campaign_name, campaign.campaign_id, null::varchar as content,
            click_id_type, if(click_id_type is null, null, click_id) as click_id,
            if(campaign.name is null, '', 'https://www.google.com/') as referrer,
            if(campaign.name is null, '', 'utm_source=' || campaign.source || '&utm_medium='
                || campaign.medium || '&utm_campaign=' || url_encode(campaign.name)
                || coalesce('&' || click_id_type || '=' || all_visits.click_id, '')) as tags,
            1 + (visit_id % 4)::int as pages,
            coalesce(is_logged_in and account_ref is not null, false) as is_logged_in,
            order_id, visit_id >= 2000020 as is_bot
        from all_visits
        left join devices on all_visits.device_id = devices.device_id
        left join persons on all_visits.person_id = persons.person_id
        left join campaigns as campaign on all_visits.campaign_key = campaign.campaign_key;
        create table leads as
        select
            person_id as lead_id,
            case market when 'US' then 'salesforce' when 'CN' then 'fxiaoke' else 'hubspot' end
                as system,
            person_id, null::bigint as visit_id, at_random('lead', person_id) as created_at,
            if(person_id % 4 > 0, created_at + interval 1 day, null) as mql_at,
            if(person_id % 4 > 0, created_at + interval 2 day, null) as sql_at,
            if(person_id % 4 > 1, created_at + interval 3 day, null) as opportunity_at,
            if(person_id % 4 = 2, created_at + interval 4 day, null) as won_at,
            if(person_id % 8 = 3, created_at + interval 4 day, null) as lost_at,
            45000 as amount, if(market = 'CN', 'CNY', 'USD') as currency
        from persons where company is not null;
        """
    )
    connection.execute(RECIPIENTS)
    return HandMadeWorld(plan, load_brand(), connection)


def write_all(world: HandMadeWorld, out: Path) -> list[Path]:
    """Write every export of a world and return the files."""
    folder = Folder(out, world.connection)
    for platform in PLATFORMS.values():
        platform.export(world, folder)
    return [out / file.path for file in folder.files]


@pytest.fixture(scope="module")
def world() -> Iterator[HandMadeWorld]:
    made = make_world()
    yield made
    made.connection.close()


@pytest.fixture(scope="module")
def exports(world: HandMadeWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exports")
    write_all(world, out)
    return out


def read_rows(paths: Iterable[Path], encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    """Return the rows of CSV files of one header."""
    return [row for path in paths for row in csv.DictReader(io.StringIO(path.read_text(encoding)))]


def read_objects(paths: Iterable[Path]) -> list[dict]:
    """Return the objects of files of JSON lines."""
    return [
        json.loads(line)
        for path in paths
        for line in (gzip.open(path, "rt") if path.suffix == ".gz" else path.open())
    ]


def count(world: HandMadeWorld, query: str) -> int:
    """Return the one number that a query gives."""
    return world.connection.execute(query).fetchone()[0]


def test_every_file_is_recognised_and_loses_no_row(exports: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    found = [inspect_file(path, settings) for path in sorted(exports.rglob("*.*"))]
    inspected = [item for one in found for item in (one.members or (one,))]
    assert [item.path for item in inspected if item.status != "loaded"] == []
    assert [(item.path, item.rejected) for item in inspected if item.rows_rejected] == []
    assert [(item.path, item.unknown_columns) for item in inspected if item.unknown_columns] == []
    vendors = {item.format.split(".")[0] for item in inspected}
    assert vendors == {
        "fxiaoke", "ga4", "google_ads", "hubspot", "klaviyo", "linkedin_ads", "mailchimp",
        "meta_ads", "meta_organic", "ocean_engine", "omnimart", "salesforce", "segment",
        "sendgrid", "shopify", "square", "stripe", "tiktok_ads", "twilio", "wechat_oa", "wecom",
        "xiaohongshu", "youtube", "youzan",
    }  # fmt: skip


def test_totals_that_a_platform_prints_are_the_sums_of_its_rows(
    exports: Path, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path)
    folders = ("google_ads", "tiktok_ads", "ocean_engine")
    controls = [
        control
        for folder in folders
        for path in sorted((exports / folder).iterdir())
        for control in inspect_file(path, settings).controls
    ]
    assert controls
    assert [c for c in controls if abs(c.stated - c.computed) > 0.01] == []


def test_the_same_seed_gives_the_same_bytes(exports: Path, tmp_path: Path) -> None:
    again = make_world()
    try:
        written = write_all(again, tmp_path)
    finally:
        again.connection.close()
    first = {path.relative_to(exports): path for path in exports.rglob("*.*")}
    assert {path.relative_to(tmp_path) for path in written} == set(first)
    differing = [
        str(path)
        for path in written
        if path.read_bytes() != first[path.relative_to(tmp_path)].read_bytes()
        or path.stat().st_mtime != first[path.relative_to(tmp_path)].stat().st_mtime
    ]
    assert differing == []


def test_shopify_holds_every_order_of_the_shop_once(world: HandMadeWorld, exports: Path) -> None:
    rows = read_rows((exports / "shopify").iterdir())
    orders = [row for row in rows if row["Financial Status"]]
    assert len(orders) == len({row["Name"] for row in rows})
    assert len(orders) == count(world, "select count(*) from orders where place = 'shop'")
    assert len(rows) == count(
        world, "select count(*) from order_lines join orders using (order_id) where place = 'shop'"
    )
    total = round(sum(float(row["Total"]) for row in orders) * 100)
    assert total == count(world, "select sum(total)::bigint from orders where place = 'shop'")


def test_payments_are_the_paid_orders_and_the_workshops(
    world: HandMadeWorld, exports: Path
) -> None:
    rows = read_rows((exports / "stripe").iterdir())
    paid = [row for row in rows if row["Client Reference ID"]]
    assert len(paid) == count(
        world,
        "select count(*) from orders "
        "where place = 'shop' and status not in ('pending', 'cancelled')",
    )
    assert 0 < len(rows) - len(paid) <= 7


def test_tills_hold_every_payment_and_refund(world: HandMadeWorld, exports: Path) -> None:
    rows = read_rows((exports / "square").glob("transactions*"))
    events = {
        event: sum(row["Event Type"] == event for row in rows) for event in ("Payment", "Refund")
    }
    stores = "place in ('hudson', 'alder')"
    assert events == {
        "Payment": count(world, f"select count(*) from orders where {stores}"),
        "Refund": count(world, f"select count(refunded_at) from orders where {stores}"),
    }


def test_items_of_a_till_add_up_to_its_transactions(exports: Path) -> None:
    def cents(path: str, column: str) -> int:
        rows = read_rows((exports / "square").glob(path))
        return sum(round(float(row[column].replace("$", "")) * 100) for row in rows)

    for column in ("Gross Sales", "Discounts", "Net Sales", "Tax"):
        assert cents("items*", column) == cents("transactions*", column)


def test_mall_and_partner_keep_their_orders(world: HandMadeWorld, exports: Path) -> None:
    for folder, pattern, place in (
        ("youzan", "*", "mall"),
        ("omnimart", "teahouse_orders_*", "partner"),
    ):
        rows = read_rows((exports / folder).glob(pattern))
        assert len(rows) == count(world, f"select count(*) from orders where place = '{place}'")


def test_touchpoints_are_the_contacts(world: HandMadeWorld, exports: Path) -> None:
    rows = read_rows((exports / "omnimart").glob("touchpoints_*"))
    assert len(rows) == count(world, "select count(*) from touches where kind = 'contact'")


def test_web_analytics_has_a_session_for_every_visit_but_of_bots(
    world: HandMadeWorld, exports: Path
) -> None:
    events = read_objects((exports / "ga4").iterdir())
    starts = [event for event in events if event["event_name"] == "session_start"]
    assert len(starts) == count(
        world, "select count(*) from visits where site = 'shop' and not is_bot"
    )
    bought = {
        event["ecommerce"]["transaction_id"]
        for event in events
        if event["event_name"] == "purchase"
    }
    assert bought == {
        f"#{number}"
        for (number,) in world.connection.execute(
            "select number from orders inner join visits using (visit_id) where site = 'shop'"
        ).fetchall()
    }


def test_clicks_in_message_reports_are_the_touches_of_the_mailing(
    world: HandMadeWorld, exports: Path
) -> None:
    rows = read_rows([exports / "klaviyo" / "campaign_export.csv"])
    clicks = sum(int(row["Unique Clicks"]) for row in rows)
    assert clicks == count(
        world,
        "select count(distinct (mailing_id, person_id)) from touches "
        "inner join mailings using (mailing_id) where system = 'klaviyo'",
    )
    events = read_objects((exports / "klaviyo").glob("events*"))
    told = [event for event in events if "URL" in event["attributes"]["event_properties"]]
    assert len(told) == clicks
    opens = sum(int(row["Unique Opens"]) for row in rows)
    assert opens >= clicks


def test_a_variant_of_a_subject_has_a_row_of_its_own(exports: Path) -> None:
    tested = [
        row
        for row in read_rows([exports / "klaviyo/campaign_export.csv"])
        if row["Winning Variant?"]
    ]
    assert tested
    assert len(tested) == 2 * len({row["Campaign ID"] for row in tested})
    assert {row["Subject"] for row in tested} == {
        'Cold brew, "five" ways',
        "Five ways to brew cold",
    }
    assert "True" in {row["Winning Variant?"] for row in tested}
    subjects = {}
    for event in read_objects((exports / "klaviyo").glob("*.gz")):
        properties = event["attributes"]["event_properties"]
        if "$variation" in properties:
            subjects.setdefault(properties["$variation"], set()).add(properties["Subject"])
    assert subjects
    assert all(len(said) == 1 for said in subjects.values())


def test_a_test_of_the_site_is_shown_at_the_start_of_a_visit(
    world: HandMadeWorld, exports: Path
) -> None:
    events = read_objects((exports / "ga4").iterdir())
    shown = [event for event in events if event["event_name"] == "experience_impression"]
    assert shown
    variants = {
        parameter["value"]["string_value"]
        for event in shown
        for parameter in event["event_params"]
        if parameter["key"] == "exp_variant_string"
    }
    assert variants == {"delivery_promise-control", "delivery_promise-promise"}
    experiment = world.plan.scenario.experiments[0]
    first, end = seconds_of(world.plan, experiment)
    assert len(shown) == count(
        world,
        "select count(*) from visits where site = 'shop' and not is_bot and person_id is not null "
        f"and epoch(started_at - timestamp '{world.plan.first_day}') between {first} and {end - 1}",
    )


def test_a_later_ad_report_restates_the_week_before_it(exports: Path) -> None:
    days = [
        {row["Day"] for row in read_rows([path]) if row["Day"]}
        for path in sorted((exports / "meta_ads").glob("Tanwick*"), key=lambda p: p.stat().st_mtime)
    ]
    assert len(days[0] & days[1]) == 7


def test_a_file_is_dated_after_what_it_holds(exports: Path) -> None:
    august = next((exports / "square").glob("items-2026-08*"))
    assert datetime.fromtimestamp(august.stat().st_mtime, UTC).date() == date(2026, 9, 1)


def test_followers_in_wechat_met_the_brand_in_china(world: HandMadeWorld, exports: Path) -> None:
    followers = [row["openid"] for row in read_objects((exports / "wechat_oa").iterdir())]
    met = """
        select wechat_openid(person_id) from touches
        where channel in ('wechat', 'douyin', 'xiaohongshu')
        union select wechat_openid(person_id) from orders where place in ('mall', 'jingan', 'xihu')
    """
    assert followers
    assert {(openid,) for openid in followers} <= set(world.connection.execute(met).fetchall())


def test_records_name_what_the_exports_name(world: HandMadeWorld, exports: Path) -> None:
    add_records(world, [source for item in PLATFORMS.values() for source in item.sources])
    records: dict[str, set[str]] = {}
    for source, record_ref in world.connection.execute(
        "select source, record_ref from records"
    ).fetchall():
        records.setdefault(source, set()).add(record_ref)
    shopify = {row["Email"] for row in read_rows((exports / "shopify").iterdir())} - {""}
    assert records["shopify"] == shopify
    square = {row["Customer ID"] for row in read_rows((exports / "square").iterdir())} - {""}
    assert records["square"] == square
    stripe = {row["Customer ID"] for row in read_rows((exports / "stripe").iterdir())}
    assert records["stripe"] == stripe
    contacts = read_rows((exports / "hubspot").glob("*contacts*"))
    assert records["hubspot"] == {row["Record ID"] for row in contacts}
    leads = read_rows([exports / "salesforce" / name for name in ("Lead.csv", "Contact.csv")])
    assert records["salesforce"] == {row["Id"] for row in leads}
    touchpoints = read_rows((exports / "omnimart").glob("touchpoints_*"))
    friends = {row["customer_ref"] for row in touchpoints if row["source"] == "wecom"}
    contacts = read_objects((exports / "wecom").iterdir())
    assert records["wecom"] == friends | {
        contact["external_contact"]["external_userid"] for contact in contacts
    }
