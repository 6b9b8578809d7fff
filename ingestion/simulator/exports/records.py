"""The truth about records: which person each record of each source is.

A record is named as the staging models name it, so that identity can be scored later. Records that
name nobody in particular, a reception's telephone or a mailbox nobody reads, are not told of.
"""

from collections.abc import Collection

from ingestion.simulator.exports.cells import World, is_used, spelling, store_list
from ingestion.simulator.exports.chinese import contacts, followers
from ingestion.simulator.exports.hubspot import HUBSPOT_READERS
from ingestion.simulator.exports.mailchimp import IS_LISTED
from ingestion.simulator.exports.own import (
    CONTACTS,
    GIVES_PHONE,
    PARTNER,
    TOUCH_CUSTOMER_REF,
    TOUCH_PHONE,
)
from ingestion.simulator.exports.own_tills import (
    POS_ORDER,
    SHOWS_CARD,
    STORE_POS,
    TILL_PHONE,
)
from ingestion.simulator.exports.pages import IS_COOKIELESS
from ingestion.simulator.exports.periods import months
from ingestion.simulator.exports.salesforce_objects import record_id
from ingestion.simulator.exports.stripe import workshop_payments
from ingestion.simulator.exports.tills import IS_KNOWN_AT_TILL, TRANSACTION_ID
from ingestion.simulator.exports.youzan import MALL_ZONE, ORDER_NO

_IS_JUNK = "(email is null or starts_with(lower(email), 'noreply@'))"


def _devices(site: str, device: str) -> str:
    """Return devices that one person alone used, by the visits that the source keeps."""
    kept = f"not {IS_COOKIELESS}" if site == "shop" else "true"
    return f"""
        select {device} as record_ref, 'ref' as ref_kind, min(person_id) as person_id
        from visits as visit
        where site = '{site}' and not is_bot and person_id is not null and {kept}
        group by {device}
        having count(distinct person_id) = 1
    """


def _logins(site: str) -> str:
    return f"""
        select account_ref as record_ref, 'ref' as ref_kind, person_id
        from visits inner join persons using (person_id)
        where site = '{site}' and is_logged_in and account_ref is not null
    """


def _recipients(system: str, record_ref: str, kind: str) -> str:
    return f"""
        select {record_ref} as record_ref, '{kind}' as ref_kind, person_id
        from (
            select distinct person_id from recipients inner join mailings using (mailing_id)
            where system = '{system}'
        )
        inner join persons using (person_id)
    """


def record_queries(world: World) -> dict[str, tuple[str, ...]]:
    """Return, by source, queries of (record_ref, ref_kind, person_id).

    ``ref_kind`` is ``ref``, ``email`` or ``phone``: the marts keep the latter two as keyed hashes.
    """
    masked = next((m for m in months(world) if m.is_first and not m.is_last), None)
    youzan_months = f"not ({masked.holds('ordered_at', MALL_ZONE)})" if masked else "true"
    touched = f"""
        select
            source, {TOUCH_CUSTOMER_REF} as customer_ref, {TOUCH_PHONE} as touch_phone,
            wechat_openid(person_id) as openid, person_id, shares_desk_phone
        from ({CONTACTS})
    """

    def touches_of(source: str, otherwise: str = "null") -> str:
        return f"""
            select
                coalesce(customer_ref, touch_phone, {otherwise}) as record_ref,
                if(customer_ref is null and touch_phone is not null, 'phone', 'ref') as ref_kind,
                person_id
            from ({touched})
            where source = '{source}' and (customer_ref is not null or not shares_desk_phone)
        """

    return {
        "shopify": (
            f"""
            select
                if({_IS_JUNK}, phone, email) as record_ref,
                if({_IS_JUNK}, 'phone', 'email') as ref_kind, person_id
            from orders where place = 'shop'
            """,
        ),
        "square": (
            f"""
            select square_customer(person_id) as record_ref, 'ref' as ref_kind, person_id
            from orders inner join persons using (person_id)
            where place in {store_list(world, "square")} and {IS_KNOWN_AT_TILL}
            """,
        ),
        STORE_POS: (
            f"""
            select
                if({SHOWS_CARD}, loyalty_id, {TILL_PHONE}) as record_ref,
                if({SHOWS_CARD}, 'ref', 'phone') as ref_kind, person_id
            from orders inner join persons using (person_id)
            where place in {store_list(world, "own")}
            """,
        ),
        "ga4": (_devices("shop", "client_id"), _logins("shop")),
        "segment": (
            _devices("gifts", "anonymous_id"),
            _logins("gifts"),
            """
            select coalesce(orders.email, persons.email), 'email', visits.person_id
            from visits
            inner join persons on visits.person_id = persons.person_id
            inner join orders on visits.order_id = orders.order_id
            where site = 'gifts' and not (visits.is_logged_in and account_ref is not null)
            """,
        ),
        "loyalty": (
            "select loyalty_id as record_ref, 'ref' as ref_kind, person_id from persons",
            "select loyalty_id || '9', 'ref', person_id from persons where person_id % 83 = 0",
            touches_of("loyalty"),
        ),
        "wechat_oa": (
            f"select wechat_openid(person_id) as record_ref, 'ref' as ref_kind, person_id "
            f"from ({followers(world)})",
        ),
        # A source of two platforms: those who wrote, and all contacts.
        "wecom": tuple(
            query
            for platform, query in (
                ("touchpoints", touches_of("wecom")),
                (
                    "wecom",
                    f"select external_user(person_id) as record_ref, 'ref' as ref_kind, person_id "
                    f"from ({contacts(world)})",
                ),
            )
            if is_used(world, platform)
        ),
        "callcenter": (touches_of("callcenter"),),
        "mall_visits": (touches_of("mall_visits", "openid"),),
        "partner_teahouse": (
            f"""
            select
                if({GIVES_PHONE}, phone, email) as record_ref,
                if({GIVES_PHONE}, 'phone', 'email') as ref_kind, person_id
            from orders where place = 'partner' and ({GIVES_PHONE} or not {_IS_JUNK})
            """,
        ),
        "klaviyo": (_recipients("klaviyo", "klaviyo_profile(person_id)", "ref"),),
        "mailchimp": (
            f"""
            select (500000000 + person_id)::varchar as record_ref, 'ref' as ref_kind, person_id
            from persons where {IS_LISTED}
            """,
        ),
        "sendgrid": (_recipients("sendgrid", "lower(email)", "email"),),
        "twilio": (_recipients("twilio", "phone", "phone"),),
        "stripe": (
            f"""
            select stripe_customer(person_id) as record_ref, 'ref' as ref_kind, person_id
            from (
                select person_id from orders
                where place = 'shop' and status not in ('pending', 'cancelled')
                union
                select person_id from ({workshop_payments(world)})
            )
            """,
        ),
        "youzan": (
            f"""
            select
                replace(coalesce(orders.phone, persons.phone), '+86', '') as record_ref,
                'phone' as ref_kind, person_id
            from orders inner join persons using (person_id)
            where place = 'mall' and {youzan_months}
            """,
        ),
        "hubspot": (
            "select hubspot_contact(person_id)::varchar as record_ref, 'ref' as ref_kind, "
            "person_id from leads where system = 'hubspot'",
            f"select hubspot_contact(person_id)::varchar, 'ref', person_id "
            f"from ({HUBSPOT_READERS})",
        ),
        "salesforce": (
            f"select {record_id('Lead', 'lead_id')} as record_ref, 'ref' as ref_kind, person_id "
            "from leads where system = 'salesforce'",
            f"select {record_id('Contact', 'lead_id')}, 'ref', person_id "
            "from leads where system = 'salesforce' and opportunity_at is not null",
        ),
        "fxiaoke": (
            "select hex_code('fxiaoke lead', lead_id, 24) as record_ref, 'ref' as ref_kind, "
            "person_id from leads where system = 'fxiaoke'",
        ),
    }


def add_records(world: World, sources: Collection[str]) -> None:
    """Fill the table ``records`` (source, record_ref, ref_kind, person_id) of these sources."""
    connection = spelling(world)
    connection.execute(
        "create or replace table records "
        "(source varchar, record_ref varchar, ref_kind varchar, person_id bigint)"
    )
    for source, queries in record_queries(world).items():
        if source not in sources:
            continue
        unioned = " union ".join(f"({query})" for query in queries)
        connection.execute(
            f"insert into records "
            f"select distinct '{source}', trim(record_ref), ref_kind, person_id "
            f"from ({unioned}) where record_ref is not null and person_id is not null"
        )


def add_order_refs(world: World, sources: Collection[str]) -> None:
    """Fill the table ``order_refs`` (order_id, source, order_ref, person_id) of these sources.

    An order stands there as the system that owns it exports it; ``person_id`` is null where the
    export does not tell who bought.
    """
    spelling(world).execute(
        f"""
        create or replace table order_refs as
        with referred as (
            select
                order_id,
                case
                    when place = 'shop' then 'shopify' when place = 'mall' then 'youzan'
                    when place = 'partner' then '{PARTNER}'
                    when place in {store_list(world, "square")} then 'square' else '{STORE_POS}'
                end as source,
                case
                    when place = 'shop' then shopify_order(number)
                    when place = 'mall' then {ORDER_NO}
                    when place = 'partner' then 'PT-' || number
                    when source = 'square' then {TRANSACTION_ID} else {POS_ORDER}
                end as order_ref,
                case
                    when place in ('shop', 'mall', 'partner') then person_id
                    when source = 'square' then if({IS_KNOWN_AT_TILL}, person_id, null)
                    when {SHOWS_CARD} or orders.phone is not null then person_id
                end as person_id
            from orders
            left join persons using (person_id)
        )
        select * from referred where list_contains(?, source)
        """,
        [sorted(sources)],
    )
