"""GA4: the events of the shop's visits."""

from ingestion.simulator.experiments import seconds_of
from ingestion.simulator.exports.cells import World, json_object, literal, spelling
from ingestion.simulator.exports.pages import items_bought, pages_seen, tags_object
from ingestion.simulator.exports.periods import closing, days, months
from ingestion.simulator.writing import Folder

VISITS_A_FILE = 200_000  # above this many a month, the extract is one file a day
COUNTRY_NAMES = {"US": "United States", "GB": "United Kingdom", "DE": "Germany", "CN": "China"}
_COLLECTED = {
    "utm_id": "manual_campaign_id",
    "utm_campaign": "manual_campaign_name",
    "utm_source": "manual_source",
    "utm_medium": "manual_medium",
    "utm_content": "manual_content",
    "gclid": "gclid",
}


def _parameter(key: str, kind: str, value: str) -> str:
    return f'\'{{"key":"{key}","value":{{"{kind}":\' || to_json({value})::varchar || \'}}}}\''


def _event_object() -> str:
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
        f"'collected_traffic_source', {tags_object(_COLLECTED)}), null)",
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


def write(world: World, folder: Folder) -> None:
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
            {pages_seen(world, chosen, "shop")},
            items as ({items_bought(chosen)}),
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
            select {_event_object()} as line
            from named
            left join first_visits using (first_visit_id)
            order by seen_at, visit_id, page, position, experiment
            """,
            gzipped=True,
            exported_at=closing(world),
        )
    connection.execute("drop table numbered; drop table first_visits; drop table exposures")
