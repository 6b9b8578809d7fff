"""Mailings as their senders report them: Klaviyo, Mailchimp, SendGrid's events, Twilio's texts.

What a recipient did follows from chance that is fixed for the mailing and the person, so that
every report of a mailing tells the same; a touch of the world is a click, after an open.
"""

from collections.abc import Iterator

from ingestion.simulator.exports.cells import (
    World,
    columns,
    json_object,
    literal,
    select_list,
    spelling,
)
from ingestion.simulator.exports.periods import Period, closing, months
from ingestion.simulator.writing import Folder

DEAD_ADDRESSES = 0.012
MACHINE_OPENS = 0.14
SALE_DAYS = 5


def _letters(world: World, system: str) -> Iterator[Period]:
    """Yield the months of a system's mailings; ``letters`` has a row per recipient of the month.

    A dead address bounces once, and is left out of later mailings.
    """
    connection = spelling(world)
    ends_at = closing(world)
    connection.execute(
        f"""
        create or replace temp table own_mailings as
        select * from mailings where system = {literal(system)};
        create or replace temp table clicks as
        select mailing_id, person_id, min(touched_at) as clicked_at
        from touches where mailing_id in (select mailing_id from own_mailings) group by all;
        create or replace temp table departures as
        select
            person_id, max_by(mailing_id, sent_at) as mailing_id,
            any_value(unsubscribed_at) as left_at
        from recipients
        inner join own_mailings using (mailing_id)
        inner join persons using (person_id)
        where unsubscribed_at > sent_at and unsubscribed_at < timestamp '{ends_at}'
        group by person_id;
        create or replace temp table dead_addresses as
        select person_id, min_by(mailing_id, sent_at) as mailing_id
        from recipients inner join own_mailings using (mailing_id)
        where u('dead ' || system, person_id) < {DEAD_ADDRESSES}
            and person_id not in (select person_id from clicks)
        group by person_id;
        """
    )
    for month in months(world):
        numbers = connection.execute(
            f"select mailing_id from own_mailings where {month.holds('sent_at')}"
        ).fetchall()
        if not numbers:
            continue
        listed = ", ".join(str(number) for (number,) in numbers)
        connection.execute(
            f"""
            create or replace temp table letters as
            with sent as (
                select
                    mailing.mailing_id || '/' || recipients.person_id as letter,
                    variant_subject is not null and u('variant', letter) < 0.5 as is_variant,
                    mailing.* replace (
                        if(is_variant, variant_subject, subject) as subject,
                        if(is_variant, open_rate * variant_open_lift, open_rate) as open_rate
                    ),
                    recipients.person_id, clicked_at, left_at,
                    dead.mailing_id is not null as is_bounced
                from recipients
                inner join own_mailings as mailing using (mailing_id)
                left join clicks
                    on recipients.mailing_id = clicks.mailing_id
                    and recipients.person_id = clicks.person_id
                left join departures
                    on recipients.mailing_id = departures.mailing_id
                    and recipients.person_id = departures.person_id
                left join dead_addresses as dead on recipients.person_id = dead.person_id
                where recipients.mailing_id in ({listed})
                    and (dead.mailing_id is null or dead.mailing_id = recipients.mailing_id)
            ),
            acted as (
                select
                    * replace (if(is_bounced, null, left_at) as left_at),
                    least(clicked_at, left_at) as acted_at,
                    is_bounced or system = 'twilio' as is_unread
                from sent
            )
            select
                * exclude (acted_at, is_unread),
                case
                    when is_unread then null
                    when acted_at is not null
                        then acted_at - to_seconds(5 + floor(40 * u('reads', letter))::bigint)
                    when u('opens', letter) < open_rate
                        then sent_at + to_seconds(90 + floor(
                            u('opens late', letter) * u('opens later', letter) * 150000)::bigint)
                end as opened_at,
                if(not is_unread and u('machine opens', letter) < {MACHINE_OPENS},
                    sent_at + to_seconds(3 + floor(600 * u('machine', letter))::bigint), null)
                    as machine_opened_at
            from acted
            """
        )
        yield month
    connection.execute(
        "drop table own_mailings; drop table clicks; drop table departures; "
        "drop table dead_addresses; drop table if exists letters"
    )


# Counts of the mailings in ``letters``, with the online sales to those who clicked.
_COUNTS = f"""
    with sales as (
        select mailing_id, is_variant, count(*) as sold, sum(total) as revenue
        from letters inner join orders
            on letters.person_id = orders.person_id and place = 'shop' and status != 'cancelled'
            and ordered_at between clicked_at and clicked_at + interval {SALE_DAYS} day
        group by mailing_id, is_variant
    ),
    counts as (
        select
            mailing_id, is_variant, any_value(variant_subject) is not null as is_tested,
            any_value(name) as name, any_value(subject) as subject,
            any_value(sent_at) as sent_at, any_value(reference) as reference,
            count(*) as recipients, count_if(is_bounced) as bounced,
            recipients - bounced as delivered,
            count_if(opened_at is not null or machine_opened_at is not null) as opens,
            count(clicked_at) as clicks, count(left_at) as departures
        from letters group by mailing_id, is_variant
    )
    select
        counts.*, coalesce(sold, 0) as sold, coalesce(revenue, 0) as revenue,
        -- The variant that more of its recipients opened is sent to those who are left.
        opens / delivered = max(opens / delivered) over (partition by mailing_id) as is_winning
    from counts left join sales using (mailing_id, is_variant)
"""


# A dead address or a click decides the opening, not the subject: those letters are not counted.
_SUBJECT_TESTS = """
    insert into experiments
    select
        name as experiment, if(is_variant, 'B', 'A') as variant, 'open' as metric,
        if(is_variant, any_value(variant_open_lift), 1) as lift,
        count(*) as people, count(opened_at) as successes
    from letters
    where variant_subject is not null and not is_bounced and clicked_at is null and left_at is null
    group by name, is_variant
"""


def _percent(part: str, whole: str) -> str:
    return f"if({whole} = 0, '--', rate({part}, {whole}, 2) || '%')"


KLAVIYO_HEADER = columns(
    "Campaign Name|Tags|Subject|List|Send Time|Send Weekday|Total Recipients|Unique Placed Order|"
    "Placed Order Rate|Revenue|Unique Opens|Open Rate|Total Opens|Unique Clicks|Click Rate|"
    "Total Clicks|Unsubscribes|Spam Complaints|Spam Complaints Rate|Successful Deliveries|Bounces|"
    "Bounce Rate|Campaign ID|Campaign Channel|Winning Variant?"
)
_KLAVIYO_CAMPAIGN = {
    "Campaign Name": "name",
    "Tags": "'newsletter'",
    "Subject": "subject",
    "List": "'Newsletter, VIP'",
    "Send Time": "second_of(sent_at)",
    "Send Weekday": "dayname(sent_at)",
    "Total Recipients": "recipients",
    "Unique Placed Order": "sold",
    "Placed Order Rate": _percent("sold", "delivered"),
    "Revenue": "money(revenue)",
    "Unique Opens": "opens",
    "Open Rate": _percent("opens", "delivered"),
    "Total Opens": "opens + opens // 4",
    "Unique Clicks": "clicks",
    "Click Rate": _percent("clicks", "delivered"),
    "Total Clicks": "clicks + clicks // 5",
    "Unsubscribes": "departures",
    "Spam Complaints": "0",
    "Spam Complaints Rate": "'0.0%'",
    "Successful Deliveries": "delivered",
    "Bounces": "bounced",
    "Bounce Rate": _percent("bounced", "recipients"),
    "Campaign ID": "reference",
    "Campaign Channel": "'email'",
    "Winning Variant?": "if(is_tested, if(is_winning, 'True', 'False'), null)",
}


def _klaviyo_event() -> str:
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


def klaviyo(world: World, folder: Folder) -> None:
    """Write the campaign report, and by month the events behind it, one object per line."""
    connection = spelling(world)
    exported_at = closing(world)
    connection.execute(f"create or replace temp table reported as {_no_letters(_COUNTS)}")
    brand = world.brand
    for month in _letters(world, "klaviyo"):
        connection.execute(f"insert into reported {_COUNTS}")
        connection.execute(_SUBJECT_TESTS)
        folder.json_lines(
            f"klaviyo/events_{month.first:%Y-%m}.jsonl.gz",
            f"""
            with told as (
                from letters select *, unnest(list_filter([
                    if(is_bounced, ('bounced', sent_at + interval 40 second), null),
                    if(is_bounced, null, ('received', sent_at + to_seconds(person_id % 90))),
                    if(opened_at is null, null, ('opened', opened_at)),
                    if(machine_opened_at is null, null, ('machine', machine_opened_at)),
                    if(clicked_at is null, null, ('clicked', clicked_at)),
                    if(left_at is null, null, ('unsubscribed', left_at))
                ], lambda one: one is not null)) as event, event[1] as metric,
                    event[2] as happened_at
            ),
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
                    metric, happened_at, told.person_id, subject, name,
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
            select {_klaviyo_event()} as line from identified
            order by happened_at, person_id, metric, thing
            """,
            gzipped=True,
            exported_at=exported_at,
        )
    folder.csv(
        "klaviyo/campaign_export.csv",
        f"select {select_list(KLAVIYO_HEADER, _KLAVIYO_CAMPAIGN)} from reported "
        "order by sent_at, mailing_id, is_variant",
        exported_at=exported_at,
    )
    connection.execute("drop table reported")


def _no_letters(counts: str) -> str:
    """Return the query of counts over no letters: the columns of a table to be filled."""
    none = """(
        select
            *, null::bigint as person_id, null::timestamp as clicked_at,
            null::timestamp as left_at, false as is_bounced, false as is_variant,
            null::timestamp as opened_at, null::timestamp as machine_opened_at
        from mailings where false
    ) as letters"""
    return counts.replace("from letters inner", f"from {none} inner").replace(
        "from letters group", f"from {none} group"
    )


MAILCHIMP_HEADER = columns(
    "Title|Subject|List|Send Date|Send Weekday|Total Recipients|Successful Deliveries|Soft Bounces|"
    "Hard Bounces|Total Bounces|Times Forwarded|Forwarded Opens|Unique Opens|Open Rate|Total Opens|"
    "Unique Clicks|Click Rate|Total Clicks|Unsubscribes|Abuse Complaints|Times Liked on Facebook|"
    "Folder Id|Unique Id|Total Orders|Total Gross Sales|Total Revenue"
)
_MAILCHIMP_CAMPAIGN = {
    "Title": "name",
    "Subject": "subject",
    "List": "'The Slow Leaf'",
    "Send Date": "strftime(sent_at, '%b %d, %Y %I:%M') || if(hour(sent_at) < 12, ' am', ' pm')",
    "Send Weekday": "dayname(sent_at)",
    "Total Recipients": "thousands(recipients)",
    "Successful Deliveries": "thousands(delivered)",
    "Soft Bounces": "0",
    "Hard Bounces": "bounced",
    "Total Bounces": "bounced",
    "Times Forwarded": "0",
    "Forwarded Opens": "0",
    "Unique Opens": "opens",
    "Open Rate": _percent("opens", "delivered"),
    "Total Opens": "opens + opens // 3",
    "Unique Clicks": "clicks",
    "Click Rate": _percent("clicks", "delivered"),
    "Total Clicks": "clicks + clicks // 4",
    "Unsubscribes": "departures",
    "Abuse Complaints": "0",
    "Times Liked on Facebook": "0",
    "Folder Id": "0",
    "Unique Id": "reference",
    "Total Orders": "sold",
    "Total Gross Sales": "money(revenue)",
    "Total Revenue": "money(revenue)",
}
_MEMBER_COLUMNS = (
    "Email Address|First Name|Last Name|Address|Phone Number|Birthday|MEMBER_RATING|OPTIN_TIME|"
    "OPTIN_IP|CONFIRM_TIME|CONFIRM_IP|LATITUDE|LONGITUDE|GMTOFF|DSTOFF|TIMEZONE|CC|REGION|"
    "LAST_CHANGED|LEID|{more}EUID|NOTES|TAGS"
)
_MORE_COLUMNS = {
    "subscribed": "",
    "unsubscribed": "UNSUB_TIME|UNSUB_CAMPAIGN_TITLE|UNSUB_CAMPAIGN_ID|UNSUB_REASON|"
    "UNSUB_REASON_OTHER|",
    "cleaned": "CLEAN_TIME|CLEAN_CAMPAIGN_TITLE|CLEAN_CAMPAIGN_ID|",
}
_MEMBER = {
    "Email Address": "case when u('list email', person_id) < 0.86 then email "
    "when u('list email', person_id) < 0.92 then upper(email) "
    "else upper(left(email, 1)) || substr(email, 2) end",
    "First Name": "given",
    "Last Name": "family",
    "Phone Number": "if(u('list phone', person_id) < 0.22, "
    "spelled_phone(phone, market, u('list phone spelling', person_id)), null)",
    "Birthday": "if(u('list birthday', person_id) < 0.3, strftime(birth_date, '%m/%d'), null)",
    "MEMBER_RATING": "1 + floor(5 * u('rating', person_id))::int",
    "OPTIN_TIME": "second_of(entered_at)",
    "OPTIN_IP": "'203.0.113.' || person_id % 250",
    "CONFIRM_TIME": "second_of(entered_at)",
    "CONFIRM_IP": "'203.0.113.' || person_id % 250",
    "CC": "market",
    "REGION": "region",
    "LAST_CHANGED": "second_of(coalesce(unsubscribed_at, entered_at))",
    "LEID": "500000000 + person_id",
    "EUID": "mailchimp_euid(person_id)",
    "NOTES": "if(person_id % 97 = 0, 'asked for a call,' || chr(10) || 'prefers oolong', null)",
    "TAGS": 'if(store is not null and loyalty_id is not null, \'"Loyalty","Store"\', null)',
}
_DEPARTURE = {
    "UNSUB_TIME": "second_of(unsubscribed_at)",
    "UNSUB_CAMPAIGN_TITLE": "name",
    "UNSUB_CAMPAIGN_ID": "reference",
    "UNSUB_REASON": "'NORMAL'",
}
_CLEANING = {
    "CLEAN_TIME": "second_of(sent_at + interval 5 minute)",
    "CLEAN_CAMPAIGN_TITLE": "name",
    "CLEAN_CAMPAIGN_ID": "reference",
}
MAILCHIMP_EXPORT_ID = "5f3c1a9be2"
IS_LISTED = "consents_email and market != 'CN' and company is null"


def mailchimp(world: World, folder: Folder) -> None:
    """Write the campaign report and the audience, an archive with one file per status."""
    connection = spelling(world)
    exported_at = closing(world)
    connection.execute(f"create or replace temp table reported as {_no_letters(_COUNTS)}")
    connection.execute(
        "create or replace temp table ended "
        "(person_id bigint, mailing_id bigint, is_bounced boolean)"
    )
    for _ in _letters(world, "mailchimp"):
        connection.execute(f"insert into reported {_COUNTS}")
        connection.execute(
            "insert into ended select person_id, mailing_id, is_bounced from letters "
            "where is_bounced or left_at is not null"
        )
    folder.csv(
        "mailchimp/campaigns.csv",
        f"select {select_list(MAILCHIMP_HEADER, _MAILCHIMP_CAMPAIGN)} from reported "
        "order by sent_at, mailing_id",
        exported_at=exported_at,
    )
    members = {}
    for status, more in _MORE_COLUMNS.items():
        header = columns(_MEMBER_COLUMNS.format(more=more))
        extra = {"unsubscribed": _DEPARTURE, "cleaned": _CLEANING}.get(status, {})
        members[f"{status}_members_export_{MAILCHIMP_EXPORT_ID}.csv"] = f"""
            with members as (
                select
                    persons.*, mailing.name, mailing.reference, mailing.sent_at,
                    case when ended.is_bounced then 'cleaned'
                        when unsubscribed_at is not null then 'unsubscribed'
                        else 'subscribed' end as status
                from persons
                left join ended using (person_id)
                left join (select mailing_id, name, reference, sent_at from mailings) as mailing
                    on ended.mailing_id = mailing.mailing_id
                where {IS_LISTED}
            )
            select {select_list(header, _MEMBER | extra)} from members
            where status = '{status}' order by person_id
        """
    folder.archive(
        f"mailchimp/audience_export_{MAILCHIMP_EXPORT_ID}.zip", members, exported_at=exported_at
    )
    connection.execute("drop table reported; drop table ended")


def _sendgrid_event(host: str) -> str:
    return json_object(
        "member('email', address)",
        "member('timestamp', epoch_of(happened_at))",
        "member('event', event)",
        "raw_member('category', if(audience = 'business', '\"wholesale\"', "
        '\'["loyalty","statement"]\'))',
        "member('sg_event_id', token('sendgrid event', letter || '/' || kind, 22))",
        "member('sg_message_id', message || '.filterdrecv-' || person_id % 7 || '-1-66A0-0.0')",
        "member('marketing_campaign_id', hex_code('sendgrid campaign', name, 8))",
        "member('marketing_campaign_name', name)",
        "case kind "
        'when \'bounce\' then \'"type":"bounce","status":"5.1.1","reason":'
        '"550 5.1.1 mailbox does not exist","bounce_classification":"Invalid Address"\' '
        "when 'delivered' then '\"response\":\"250 OK\",' || member('smtp-id', '<' || message || "
        "'@geopod-ismtpd-' || person_id % 9 || '>') "
        'when \'machine\' then \'"useragent":"Mozilla/5.0","ip":"192.0.2.10",'
        '"sg_machine_open":true\' '
        'when \'open\' then \'"useragent":"Mozilla/5.0 (via ggpht.com GoogleImageProxy)",'
        '"ip":"192.0.2.66","sg_machine_open":false\' '
        f"when 'click' then member('url', 'https://{host}/?utm_source=sendgrid&utm_medium=email"
        "&utm_campaign=' || name) || ',' || member('ip', '203.0.113.' || person_id % 250) || "
        '\',"useragent":"Mozilla/5.0","url_offset":{"index":0,"type":"html"}\' '
        'else \'"asm_group_id":3170,"useragent":"Mozilla/5.0",\' || '
        "member('ip', '203.0.113.' || person_id % 250) end",
    )


def sendgrid(world: World, folder: Folder) -> None:
    """Write the event webhook's posts by month, one object per line, retried deliveries twice."""
    exported_at = closing(world)
    for month in _letters(world, "sendgrid"):
        folder.json_lines(
            f"sendgrid/events_{month.first:%Y-%m}.jsonl",
            f"""
            with told as (
                from letters select *, unnest(list_filter([
                    if(is_bounced, ('bounce', sent_at + interval 9 second), null),
                    if(is_bounced, null, ('delivered', sent_at + to_seconds(2 + person_id % 50))),
                    if(machine_opened_at is null, null, ('machine', machine_opened_at)),
                    if(opened_at is null, null, ('open', opened_at)),
                    if(clicked_at is null, null, ('click', clicked_at)),
                    if(left_at is null, null, ('group_unsubscribe', left_at))
                ], lambda one: one is not null)) as happened, happened[1] as kind,
                    happened[2] as happened_at
            ),
            events as (
                select
                    told.*,
                    if(kind = 'machine', 'open', kind) as event,
                    if(u('shouts', letter) < 0.06, upper(email), email) as address,
                    token('sendgrid message', letter, 22) as message
                from told inner join persons using (person_id)
                where happened_at < timestamp '{exported_at}'
            ),
            posted as (
                select *, unnest(range(if(u('posted twice', letter || kind) < 0.025, 2, 1))) as copy
                from events
            )
            select {_sendgrid_event(world.brand.shop_host)} as line from posted
            order by happened_at, letter, kind, copy
            """,
            exported_at=exported_at,
        )


TWILIO_HEADER = columns(
    "From|To|Body|Status|SentDate|ApiVersion|NumSegments|ErrorCode|AccountSid|Sid|Direction|Price|"
    "PriceUnit"
)
SENDER = "+12065550199"
_ACCOUNT_SID = "AC" + "0" * 29 + "317"
_TEXT = {
    "From": f"if(is_answer, phone, '{SENDER}')",
    "To": f"if(is_answer, '{SENDER}', phone)",
    "Body": "body",
    "Status": "case when is_answer then 'received' when is_bounced then 'undelivered' "
    "else 'delivered' end",
    "SentDate": "iso_of(texted_at)",
    "ApiVersion": "'2010-04-01'",
    "NumSegments": "1 + length(body) // 160",
    "ErrorCode": "if(is_bounced, if(person_id % 2 = 0, '30003', '30006'), null)",
    "AccountSid": f"'{_ACCOUNT_SID}'",
    "Sid": "'SM' || hex_code('twilio', letter || '/' || is_answer, 32)",
    "Direction": "if(is_answer, 'inbound', 'outbound-api')",
    "Price": "if(is_bounced, null, printf('-%.5f', 0.0079 * (1 + length(body) // 160)))",
    "PriceUnit": "'USD'",
}


def twilio(world: World, folder: Folder) -> None:
    """Write the message log by month: texts out over several lines, answers in, STOP among them."""
    link = f"'https://{world.brand.shop_host}/s/' || token('short link', name, 5)"
    for month in _letters(world, "twilio"):
        folder.csv(
            f"twilio/sms-log-{month.first:%Y-%m}.csv",
            f"""
            with texted as (
                select letters.*, phone, sent_at + to_seconds(1 + person_id % 240) as texted_at
                from letters inner join persons using (person_id)
            ),
            texts as (
                select
                    letter, person_id, phone, is_bounced, texted_at, false as is_answer,
                    -- The link closes the first line.
                    split_part(subject, chr(10), 1) || ' ' || {link}
                    || substr(subject, length(split_part(subject, chr(10), 1)) + 1) as body
                from texted
                union all
                select
                    letter, person_id, phone, false, left_at, true,
                    ['STOP', 'Stop', 'UNSUBSCRIBE'][1 + floor(3 * u('word', letter))::int]
                from texted where left_at is not null and not is_bounced
                union all
                select
                    letter, person_id, phone, false,
                    texted_at + to_seconds(60 + floor(9000 * u('answers at', letter))::bigint),
                    true,
                    ['Thanks!', 'Save me a seat' || chr(10) || 'please', 'Is decaf on offer?']
                        [1 + floor(3 * u('answer', letter))::int]
                from texted
                where left_at is null and not is_bounced and u('answers', letter) < 0.02
            )
            select {select_list(TWILIO_HEADER, _TEXT)} from texts
            where texted_at < timestamp '{closing(world)}'
            order by texted_at, letter, is_answer
            """,
            exported_at=closing(world),
        )
