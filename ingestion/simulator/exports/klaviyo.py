"""Klaviyo: the report of its campaigns, and the events behind it."""

from ingestion.simulator.exports.cells import World, columns, json_object, select_list, spelling
from ingestion.simulator.exports.letters import count_letters, happenings, percent
from ingestion.simulator.exports.periods import closing
from ingestion.simulator.writing import Folder

CAMPAIGN_HEADER = columns(
    "Campaign Name|Tags|Subject|List|Send Time|Send Weekday|Total Recipients|Unique Placed Order|"
    "Placed Order Rate|Revenue|Unique Opens|Open Rate|Total Opens|Unique Clicks|Click Rate|"
    "Total Clicks|Unsubscribes|Spam Complaints|Spam Complaints Rate|Successful Deliveries|Bounces|"
    "Bounce Rate|Campaign ID|Campaign Channel|Winning Variant?"
)
_CAMPAIGN = {
    "Campaign Name": "name",
    "Tags": "'newsletter'",
    "Subject": "subject",
    "List": "'Newsletter, VIP'",
    "Send Time": "second_of(sent_at)",
    "Send Weekday": "dayname(sent_at)",
    "Total Recipients": "recipients",
    "Unique Placed Order": "sold",
    "Placed Order Rate": percent("sold", "delivered"),
    "Revenue": "money(revenue)",
    "Unique Opens": "opens",
    "Open Rate": percent("opens", "delivered"),
    "Total Opens": "opens + opens // 4",
    "Unique Clicks": "clicks",
    "Click Rate": percent("clicks", "delivered"),
    "Total Clicks": "clicks + clicks // 5",
    "Unsubscribes": "departures",
    "Spam Complaints": "0",
    "Spam Complaints Rate": "'0.0%'",
    "Successful Deliveries": "delivered",
    "Bounces": "bounced",
    "Bounce Rate": percent("bounced", "recipients"),
    "Campaign ID": "reference",
    "Campaign Channel": "'email'",
    "Winning Variant?": "if(is_tested, if(is_winning, 'True', 'False'), null)",
}
_TIMES = {
    "bounced": "if(is_bounced, sent_at + interval 40 second, null)",
    "received": "if(is_bounced, null, sent_at + to_seconds(person_id % 90))",
    "opened": "opened_at",
    "machine": "machine_opened_at",
    "clicked": "clicked_at",
    "unsubscribed": "left_at",
}


def _event() -> str:
    common = (
        "member('Recipient Email Address', email)",
        "member('Subject', subject)",
        "member('Campaign Name', name)",
        "member('$message', reference)",
        "member('$variation', variation)",
        "member('Email Domain', split_part(email, '@', 2))",
    )
    properties = json_object(
        *common,
        "case metric when 'bounced' then '\"Bounce Type\":\"Hard\"' "
        'when \'opened\' then \'"Client Name":"Gmail","machine_open":false\' '
        "when 'machine' then "
        '\'"Client Name":"Apple Mail Privacy Protection","machine_open":true\' '
        "when 'clicked' then member('URL', 'https://' || host || "
        "'/collections/tea?utm_source=klaviyo&utm_medium=email') "
        'when \'unsubscribed\' then \'"List":"Newsletter","method":"Unsubscribe Link"\' end',
    )
    extra = json_object(
        "member('name', '#' || number)",
        "member('order_number', number)",
        "member('email', order_email)",
    )
    placed = json_object(
        "member('$event_id', shopify_order(number))",
        "member('$value', total / 100)",
        "member('$currency_code', currency)",
        "member('Items', products)",
        "member('Item Count', pieces)",
        "raw_member('Discount Codes', if(discount > 0, '[\"LEAF10\"]', '[]'))",
        "member('Source Name', site_host)",
        f"raw_member('$extra', {extra})",
    )
    attributes = json_object(
        "member('timestamp', epoch_of(happened_at))",
        f"raw_member('event_properties', if(metric = 'placed order', {placed}, {properties}))",
        "member('datetime', second_of(happened_at) || '+00:00')",
        "member('uuid', left(identity, 8) || '-' || substr(identity, 9, 4) || '-11f1-8001-' || "
        "substr(identity, 21, 12))",
    )
    metric = "token('klaviyo metric', if(metric = 'machine', 'opened', metric), 6)"
    return json_object(
        '\'"type":"event"\'',
        "member('id', '4' || token('klaviyo id', identity, 10))",
        f"raw_member('attributes', {attributes})",
        '\'"relationships":{"profile":{"data":{"type":"profile",\' || '
        "member('id', klaviyo_profile(person_id)) || "
        '\'}},"metric":{"data":{"type":"metric",\' || '
        f"member('id', {metric}) || '}}}}}}'",
    )


# A dead address or a click decides the opening, not the subject: those letters are not counted.
_SUBJECT_TESTS = """
    insert into experiments
    select
        name as experiment, any_value(subject) as variant, 'open' as metric,
        if(is_variant, any_value(variant_open_lift), 1) as lift,
        count(*) as people, count(opened_at) as successes
    from letters
    where variant_subject is not null and not is_bounced and clicked_at is null and left_at is null
    group by name, is_variant
"""


def write(world: World, folder: Folder) -> None:
    """Write the campaign report, and by month the events behind it, one object per line."""
    connection = spelling(world)
    exported_at = closing(world)
    brand = world.brand
    for month in count_letters(world, "klaviyo"):
        connection.execute(_SUBJECT_TESTS)
        folder.json_lines(
            f"klaviyo/events_{month.first:%Y-%m}.jsonl.gz",
            f"""
            with told as ({happenings(_TIMES)}),
            contents as (
                select
                    order_id, list(product order by line) as products,
                    sum(quantity)::bigint as pieces
                from order_lines
                where order_id in (
                    select order_id from orders
                    where place = 'shop' and {month.holds("ordered_at")}
                )
                group by order_id
            ),
            events as (
                select
                    kind as metric, happened_at, told.person_id, subject, name,
                    reference, person.email, mailing_id as thing,
                    if(variant_subject is null, null,
                        token('klaviyo variation', mailing_id || '/' || is_variant, 6)
                    ) as variation
                from told inner join persons as person on told.person_id = person.person_id
                union all by name
                select
                    'placed order' as metric, ordered_at as happened_at, placed.person_id,
                    placed.order_id as thing, placed.number, placed.total, placed.currency,
                    placed.discount, placed.email as order_email, products, pieces,
                    if(visit.site = 'gifts', '{brand.gifts_host}', '{brand.shop_host}')
                        as site_host
                from orders as placed
                inner join contents on placed.order_id = contents.order_id
                inner join persons as person on placed.person_id = person.person_id
                left join visits as visit on placed.visit_id = visit.visit_id
                where person.consents_email and person.market != 'CN'
                    and placed.status != 'cancelled'
            ),
            identified as (
                select
                    *, '{brand.shop_host}' as host,
                    hex_code('klaviyo event', metric || '/' || person_id || '/' || thing || '/'
                        || epoch_us(happened_at), 32) as identity
                from events where happened_at < timestamp '{exported_at}'
            )
            select {_event()} as line from identified
            order by happened_at, person_id, metric, thing
            """,
            gzipped=True,
            exported_at=exported_at,
        )
    folder.csv(
        "klaviyo/campaign_export.csv",
        f"select {select_list(CAMPAIGN_HEADER, _CAMPAIGN)} from reported "
        "order by sent_at, mailing_id, is_variant",
        exported_at=exported_at,
    )
    connection.execute("drop table reported")
