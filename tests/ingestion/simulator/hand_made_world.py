"""A small world filled by hand, without a story, and its exports."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.simulator.brand import Brand, load_brand
from ingestion.simulator.exports import PLATFORMS
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
