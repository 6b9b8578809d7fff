"""Visits as two analytics tools keep them: GA4 for the shop, Segment for the gift site."""

from datetime import datetime

from ingestion.simulator.experiments import seconds_of
from ingestion.simulator.exports.cells import World, json_object, literal, spelling
from ingestion.simulator.exports.periods import closing, days, months
from ingestion.simulator.writing import Folder

VISITS_A_FILE = 200_000  # above this many a month, the extract is one file a day
COOKIELESS_SHARE = 0.06
COUNTRY_NAMES = {"US": "United States", "GB": "United Kingdom", "DE": "Germany", "CN": "China"}
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
IS_COOKIELESS = f"(not visit.is_logged_in and u('cookieless', visit.visit_id) < {COOKIELESS_SHARE})"
_COLLECTED = {
    "utm_id": "manual_campaign_id",
    "utm_campaign": "manual_campaign_name",
    "utm_source": "manual_source",
    "utm_medium": "manual_medium",
    "utm_content": "manual_content",
    "gclid": "gclid",
}


def _pages(world: World, period: str, site: str) -> str:
    """Return CTEs: ``pages``, one row per page seen in the visits of a site in a period.

    The last page of a visit that bought is the thanks, at the time of the order; that of a visit
    that asked for an offer is the form's.
    """
    host = world.brand.gifts_host if site == "gifts" else world.brand.shop_host
    skus = [product.sku.lower() for product in world.brand.products]
    landing = "'/gifts'" if site == "gifts" else (
        "case when starts_with(coalesce(visit.campaign_name, ''), 'b2b_') then '/pages/wholesale' "
        "when visit.medium in ('(none)', 'referral') then '/' else '/collections/tea' end"
    )  # fmt: skip
    return f"""
        with inquiries as (
            select visit_id, min(created_at) as asked_at from leads
            where visit_id is not null group by visit_id
        ),
        seen as (
            select
                visit.*, person.account_ref, person.market, inquiries.asked_at,
                device.category,
                placed.ordered_at, placed.number, placed.currency, placed.total, placed.subtotal,
                placed.tax, placed.shipping,
                coalesce(placed.ordered_at, inquiries.asked_at) as ends_at,
                case
                    when ends_at is null then greatest(visit.pages, 1)
                    else greatest(visit.pages, 2)
                end as depth,
                {landing} as landing,
                {IS_COOKIELESS} as is_cookieless
            from visits as visit
            left join persons as person on visit.person_id = person.person_id
            left join devices as device on visit.device_id = device.device_id
            left join orders as placed on visit.order_id = placed.order_id
            left join inquiries on visit.visit_id = inquiries.visit_id
            where visit.site = '{site}' and {period}
        ),
        paged as (
            select *, unnest(range(depth)) as page from seen
        ),
        pages as (
            select
                *,
                page = 0 as is_landing,
                page = depth - 1 as is_last,
                -- Whole seconds; the last page of a visit with an end is at its end.
                case
                    when page = 0 then 0
                    when ends_at is not null
                        then epoch_of(ends_at) - epoch_of(started_at)
                        - (depth - 1 - page) * least(
                            37, (epoch_of(ends_at) - epoch_of(started_at)) // depth
                        )
                    else page * (12 + floor(138 * u('page', visit_id))::bigint)
                end as seconds,
                case
                    when page = 0 then landing
                    when is_last and ordered_at is not null then '/thank_you'
                    when is_last and asked_at is not null then '/pages/wholesale/thanks'
                    else '/products/' || {skus}[
                        1 + ((hash(visit_id) % 997)::bigint + page * 7) % len({skus})
                    ]
                end as path,
                'https://{host}' || path
                || if(page = 0 and tags != '', '?' || ltrim(tags, '?'), '') as url,
                started_at + to_seconds(seconds)
                + to_microseconds(137000 + 7 * page) as seen_at
            from paged
        )
    """


def _lines(period: str) -> str:
    """Return a query of the items of the orders that were placed in visits of a period."""
    item = json_object(
        "member('item_id', sku)",
        "member('item_name', product)",
        "member('item_category', category)",
        "member('price', price / 100)",
        "member('quantity', quantity::varchar)",
    )
    return f"""
        select
            lines.order_id, string_agg({item}, ',' order by line) as items,
            string_agg('{{' || concat_ws(',', member('sku', sku), member('name', product),
                member('price', price / 100), member('quantity', quantity)) || '}}', ','
                order by line) as products,
            sum(quantity)::bigint as pieces, count(*) as kinds
        from order_lines as lines
        where lines.order_id in (
            select visit.order_id from visits as visit where visit.order_id is not null and {period}
        )
        group by lines.order_id
    """


def _parameter(key: str, kind: str, value: str) -> str:
    return f'\'{{"key":"{key}","value":{{"{kind}":\' || to_json({value})::varchar || \'}}}}\''


def _ga4_event() -> str:
    parameters = [
        _parameter("ga_session_id", "int_value", "epoch_of(started_at)::varchar"),
        _parameter("ga_session_number", "int_value", "visit_number::varchar"),
        _parameter("page_location", "string_value", "url"),
        _parameter("page_referrer", "string_value", "if(is_landing, nullif(referrer, ''), null)"),
        "case when depth > 1 and name = 'page_view' then "
        + _parameter("session_engaged", "string_value", "'1'")
        + " when depth > 1 then "
        + _parameter("session_engaged", "int_value", "'1'")
        + " end",
        "if(name = 'purchase', "
        + " || ',' || ".join(
            (
                _parameter("transaction_id", "string_value", "'#' || number"),
                _parameter("currency", "string_value", "currency"),
                _parameter("value", "double_value", "total / 100"),
            )
        )
        + ", null)",
        "if(name = 'experience_impression', "
        + _parameter("exp_variant_string", "string_value", "experiment || '-' || variant")
        + ", null)",
    ]
    collected = [
        f"member('{ours}', nullif(url_decode(regexp_extract(tags, "
        f"'(?:^|[?&]){theirs}=([^&]*)', 1)), ''))"
        for theirs, ours in _COLLECTED.items()
    ]
    web = json_object("member('browser', browser)", "member('hostname', host)")
    ecommerce = json_object(
        "member('total_item_quantity', pieces::varchar)",
        "member('purchase_revenue', total / 100)",
        "member('tax_value', tax / 100)",
        "member('shipping_value', shipping / 100)",
        "member('unique_items', kinds::varchar)",
        "member('transaction_id', '#' || number)",
    )
    first_source = json_object(
        "member('source', first_source)",
        "member('medium', first_medium)",
        "member('name', first_campaign)",
    )
    return json_object(
        "member('event_date', strftime(seen_at, '%Y%m%d'))",
        "member('event_timestamp', epoch_us(seen_at)::varchar)",
        "member('event_name', name)",
        f"raw_member('event_params', '[' || concat_ws(',', {', '.join(parameters)}) || ']')",
        "if(is_logged_in, member('user_id', account_ref), null)",
        "if(is_cookieless, null, member('user_pseudo_id', client_id))",
        "if(is_cookieless, null, member('user_first_touch_timestamp', "
        "epoch_us(first_started_at)::varchar))",
        "raw_member('privacy_info', '{\"analytics_storage\":\"' || stored || "
        '\'","ads_storage":"\' || stored || \'"}\')',
        "raw_member('device', "
        + json_object(
            "member('category', category)",
            "member('operating_system', system)",
            f"raw_member('web_info', {web})",
        )
        + ")",
        "raw_member('geo', '{' || member('country', country) || '}')",
        f"raw_member('traffic_source', {first_source})",
        '\'"stream_id":"3170000317","platform":"WEB","is_active_user":true\'',
        "member('batch_event_index', (position - first_position + 1)::varchar)",
        "member('batch_page_id', (epoch_of(started_at) * 1000 + seconds)::varchar)",
        "if(is_landing and regexp_matches(tags, 'utm_|gclid'), raw_member("
        f"'collected_traffic_source', {json_object(*collected)}), null)",
        f"if(name = 'purchase', raw_member('ecommerce', {ecommerce}), null)",
        "if(name = 'purchase', raw_member('items', '[' || items || ']'), null)",
    )


def _event(position: int, name: str, experiment: str = "''", variant: str = "''") -> str:
    """Return SQL for an event of a page view, in this place among the events of the page."""
    return (
        f"{{'position': {position}, 'name': {name}, "
        f"'experiment': {experiment}, 'variant': {variant}}}"
    )


def _exposures(world: World) -> str:
    """Return a query of the visits within a test of the site, with the event of each test shown."""
    runs = " or ".join(
        f"(experiment = {literal(experiment.name)} "
        f"and started_at >= timestamp '{world.plan.first_day}' + to_seconds({first:.0f}) "
        f"and started_at < timestamp '{world.plan.first_day}' + to_seconds({end:.0f}))"
        for experiment in world.plan.scenario.experiments
        for first, end in [seconds_of(world.plan, experiment)]
    )
    return f"""
        select
            visit_id,
            list({_event(6, "'experience_impression'", "experiment", "variant")}
                order by experiment) as tests
        from visits inner join assignments using (person_id)
        where site = 'shop' and ({runs or "false"})
        group by visit_id
    """


def ga4(world: World, folder: Folder) -> None:
    """Write the shop's events, an extract of the warehouse's daily tables; known bots are not in.

    The extract is one file a month, or one a day where months are large.
    """
    connection = spelling(world)
    host = world.brand.shop_host
    connection.execute(
        """
        create or replace temp table numbered as
        select
            visit_id,
            row_number() over (partition by client_id order by started_at, visit_id)::int
                as visit_number,
            first_value(visit_id) over (partition by client_id order by started_at, visit_id)
                as first_visit_id
        from visits where site = 'shop' and not is_bot
        """
    )
    connection.execute(
        """
        create or replace temp table first_visits as
        select
            visit_id as first_visit_id, started_at as first_started_at, source as first_source,
            medium as first_medium, campaign_name as first_campaign
        from visits
        where visit_id in (select first_visit_id from numbered)
        """
    )
    connection.execute(f"create or replace temp table exposures as {_exposures(world)}")
    visits = connection.execute("select count(*) from numbered").fetchone()[0]
    whole = months(world)
    is_large = visits / len(whole) > VISITS_A_FILE
    countries = " ".join(f"when '{key}' then '{name}'" for key, name in COUNTRY_NAMES.items())
    for period in days(world) if is_large else whole:
        chosen = f"not visit.is_bot and {period.holds('visit.started_at')}"
        stem = f"{period.first:%Y%m%d}" if is_large else f"{period.first:%Y%m}"
        folder.json_lines(
            f"ga4/events_{stem}_000000000000.json.gz",
            f"""
            {_pages(world, chosen, "shop")},
            items as ({_lines(chosen)}),
            contexts as (
                select
                    pages.*, items.* exclude (order_id), visit_number, first_visit_id,
                    if(is_landing, tests, []) as tests,
                    '{host}' as host,
                    coalesce(category, 'desktop') as device_category,
                    if(is_cookieless, 'No', 'Yes') as stored,
                    case coalesce(market, 'US') {countries} end as country
                from pages
                inner join numbered on pages.visit_id = numbered.visit_id
                left join items on pages.order_id = items.order_id
                left join exposures on pages.visit_id = exposures.visit_id
            ),
            named as (
                select
                    * replace (device_category as category),
                    case device_category when 'mobile' then 'iOS' when 'tablet' then 'Android'
                        else 'Windows' end as system,
                    if(device_category = 'mobile', 'Safari', 'Chrome') as browser,
                    unnest(list_filter([
                        if(is_landing and visit_number = 1, {_event(1, "'first_visit'")}, null),
                        if(is_landing, {_event(2, "'session_start'")}, null),
                        {_event(3, "'page_view'")},
                        if(is_last and ordered_at is not null, {_event(4, "'purchase'")}, null),
                        if(is_last and asked_at is not null, {_event(5, "'generate_lead'")}, null)
                    ] || coalesce(tests, []), lambda event: event is not null)) as event,
                    event['position'] as position, event['name'] as name,
                    event['experiment'] as experiment, event['variant'] as variant,
                    case when is_landing and visit_number = 1 then 1
                        when is_landing then 2 else 3 end as first_position
                from contexts
            )
            select {_ga4_event()} as line
            from named
            left join first_visits using (first_visit_id)
            order by seen_at, visit_id, page, position, experiment
            """,
            gzipped=True,
            exported_at=closing(world),
        )
    connection.execute("drop table numbered; drop table first_visits; drop table exposures")


_AGENT = f"""
    case
        when is_bot then '{CRAWLER}'
        when category = 'mobile'
            then 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1'
        when category = 'tablet'
            then 'Mozilla/5.0 (Linux; Android 15) Chrome/138.0.0.0 Safari/537.36'
        else 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/138.0.0.0 Safari/537.36'
    end
"""


def _instant(moment: str) -> str:
    return f"strftime({moment}, '%Y-%m-%dT%H:%M:%S.%gZ')"


def _segment_call() -> str:
    campaign = json_object(
        *(
            f"member('{ours}', nullif(url_decode(regexp_extract(tags, "
            f"'(?:^|[?&])utm_{theirs}=([^&]*)', 1)), ''))"
            for theirs, ours in (("source", "source"), ("medium", "medium"), ("campaign", "name"))
        )
    )
    page = json_object(
        "member('path', path)",
        "member('url', url)",
        '\'"title":"Gifts"\'',
        "member('search', if(contains(url, '?'), '?' || split_part(url, '?', 2), ''))",
        "member('referrer', if(is_landing, coalesce(referrer, ''), 'https://' || host || '/'))",
    )
    context = json_object(
        "member('ip', if(is_bot, '192.0.2.7', "
        "'198.51.100.' || digit_code('address', anonymous_id, 2)::int))",
        f"member('userAgent', {_AGENT})",
        '\'"library":{"name":"analytics.js","version":"2.11.1"},"locale":"en-US",'
        '"consent":{"categoryPreferences":{"Advertising":true,"Analytics":true}}\'',
        f"if(call = 'page', raw_member('page', {page}), null)",
        "if(call = 'page' and is_landing and contains(tags, 'utm_source='), "
        f"raw_member('campaign', {campaign}), null)",
    )
    traits = json_object(
        "member('email', coalesce(order_email, email))",
        "if(u('trait phone', visit_id) < 0.5, member('phone', "
        "spelled_phone(phone, market, u('trait spelling', visit_id))), null)",
        "member('firstName', given)",
        "member('lastName', family)",
    )
    properties = json_object(
        "member('order_id', '#' || number)",
        "member('total', total / 100)",
        "member('revenue', subtotal / 100)",
        "member('tax', tax / 100)",
        "member('shipping', shipping / 100)",
        "member('currency', currency)",
        "raw_member('products', '[' || products || ']')",
    )
    return json_object(
        "member('type', call)",
        "member('messageId', 'ajs-next-' || epoch_of(called_at) || '-' || "
        "hex_code('segment', call || '/' || anonymous_id || '/' || epoch_us(called_at), 24))",
        "member('anonymousId', anonymous_id)",
        "coalesce(if(is_logged_in, member('userId', account_ref), null), '\"userId\":null')",
        '\'"channel":"client"\'',
        f"raw_member('context', {context})",
        "'\"integrations\":{}'",
        f"member('originalTimestamp', {_instant('called_at')})",
        f"member('sentAt', {_instant('called_at + interval 120 millisecond')})",
        f"member('receivedAt', {_instant('called_at + interval 480 millisecond')})",
        f"member('timestamp', {_instant('called_at + interval 360 millisecond')})",
        "'\"version\":2'",
        "if(call = 'page', '\"name\":null', null)",
        "case call when 'page' then raw_member('properties', '{' || member('path', path) || ',' || "
        "member('url', url) || '}') "
        "when 'track' then '\"event\":\"Order Completed\",' || "
        f"raw_member('properties', {properties}) "
        f"else raw_member('traits', {traits}) end",
    )


def segment(world: World, folder: Folder) -> None:
    """Write the gift site's calls by month; a few arrive twice, and crawlers visit."""
    spelling(world)
    host = world.brand.gifts_host
    for month in months(world):
        chosen = month.holds("visit.started_at")
        day_epoch = int((month.first - datetime(1970, 1, 1).date()).total_seconds()) * 1000
        folder.json_lines(
            f"segment/{day_epoch}.json.gz",
            f"""
            {_pages(world, chosen, "gifts")},
            items as ({_lines(chosen)}),
            people as (
                select
                    pages.*, items.products, person.email, person.phone, person.given,
                    person.family, placed.email as order_email, '{host}' as host
                from pages
                left join items on pages.order_id = items.order_id
                left join orders as placed on pages.order_id = placed.order_id
                left join persons as person on pages.person_id = person.person_id
            ),
            calls as (
                select *, 'page' as call, started_at + to_seconds(seconds) as called_at from people
                union all
                select *, 'identify', started_at + to_seconds(seconds + 1) from people
                where is_last and person_id is not null
                    and (is_logged_in or order_id is not null)
                union all
                select *, 'track', ordered_at from people where is_last and order_id is not null
            ),
            -- What is sent again after a lost answer arrives twice.
            arrived as (
                select *, unnest(range(if(
                    u('sent twice', call || visit_id || '/' || page) < 0.012, 2, 1
                ))) as copy
                from calls
            )
            select {_segment_call()} as line
            from arrived order by called_at, visit_id, page, call, copy
            """,
            gzipped=True,
            exported_at=closing(world),
        )
