"""The brand's own files, for what no platform exports: loyalty, a partner, calls, offline media."""

from datetime import timedelta

from ingestion.simulator.exports.cells import (
    FRONT_DESK_PHONE,
    World,
    columns,
    json_object,
    literal,
    select_list,
    spelling,
    store_list,
)
from ingestion.simulator.exports.periods import closing, months
from ingestion.simulator.exports.tills import IS_KNOWN_AT_TILL
from ingestion.simulator.writing import Folder

PARTNER = "partner_teahouse"
PARTNER_ZONE = "America/New_York"
CUSTOMER_HEADER = columns(
    "omnimart_customer_ref|source|email|phone|loyalty_id|external_ids|given_name|family_name|"
    "birth_date|city|region|postal_code|country|consent_email|consent_sms|created_at|updated_at|"
    "merged_into_ref"
)
ORDER_HEADER = columns(
    "omnimart_order_id|source|ordered_at|status|customer_ref|email|phone|currency|gross|discount|"
    "tax|shipping|refund|net|place|sales_channel"
)
LINE_HEADER = columns(
    "omnimart_order_line|source|order_id|sku|product|category|quantity|unit_price|discount|net"
)
TOUCH_HEADER = columns(
    "omnimart_touchpoint_ref|source|occurred_at|interaction|channel|utm_source|utm_medium|"
    "utm_campaign|customer_ref|email|phone|device_id|cost|currency"
)
SPEND_HEADER = columns(
    "omnimart_spend_date|source|account|channel|campaign|impressions|clicks|spend|currency"
)
DESK_OR_OWN_PHONE = f"if(shares_desk_phone, '{FRONT_DESK_PHONE}', phone)"
# Who has the till's number on the card's record.
_HAS_TILL_ID = f"is_near_square and {IS_KNOWN_AT_TILL} and u('loyalty till', person_id) < 0.6"

_MEMBER = {
    "omnimart_customer_ref": "card",
    "source": "'loyalty'",
    "email": "if(u('loyalty email', person_id) < 0.8, spelled_email("
    "if(second_email is not null and u('loyalty second', person_id) < 0.5, second_email, email), "
    "u('loyalty spelling', person_id)), null)",
    "phone": f"if(u('loyalty phone', person_id) < 0.9, spelled_phone({DESK_OR_OWN_PHONE}, "
    "if(shares_desk_phone, 'US', market), u('loyalty phone spelling', person_id)), null)",
    "loyalty_id": "card",
    "external_ids": "nullif("
    + json_object(
        "if(account_ref is not null and u('loyalty account', person_id) < 0.7, "
        "member('user_id', account_ref), null)",
        f"if({_HAS_TILL_ID}, member('square_customer_id', square_customer(person_id)), null)",
        "if(market = 'CN', member('unionid', wechat_unionid(person_id)), null)",
    )
    + ", '{}')",
    "given_name": "given",
    "family_name": "family",
    "birth_date": "if(u('loyalty birthday', person_id) < 0.5, birth_date, null)",
    "city": "city",
    "region": "region",
    "postal_code": "postal_code",
    "country": "market",
    "consent_email": "consents_email",
    "consent_sms": "consents_sms",
    "created_at": "iso_of(entered_at)",
    "updated_at": "iso_of(entered_at)",
    "merged_into_ref": "if(card = loyalty_id, null, loyalty_id)",
}
_FRIEND = {
    "omnimart_customer_ref": "external_user(person_id)",
    "source": "'wecom'",
    "phone": "if(u('friend phone', person_id) < 0.6, phone, null)",
    "external_ids": "'{' || member('unionid', wechat_unionid(person_id)) || '}'",
    "given_name": "given",
    "family_name": "family",
    "city": "city",
    "region": "region",
    "country": "market",
    "created_at": "iso_of(entered_at)",
}


def loyalty_customers(world: World, folder: Folder) -> None:
    """Write the loyalty members, and the friends of the WeChat work account."""
    spelling(world)
    folder.csv(
        "omnimart/loyalty_customers.csv",
        f"""
        with members as (
            select *, coalesce(store in {store_list(world, "square")}, false) as is_near_square
            from persons where loyalty_id is not null
        ),
        cards as (
            select *, loyalty_id as card from members
            union all
            -- Lost the card, got a new one, and the desk merged them.
            select *, loyalty_id || '9' from members where person_id % 83 = 0
        )
        select {select_list(CUSTOMER_HEADER, _MEMBER)} from cards order by person_id, card
        """,
        exported_at=closing(world),
    )
    folder.csv(
        "omnimart/wecom_customers.csv",
        f"select {select_list(CUSTOMER_HEADER, _FRIEND)} from persons where person_id in "
        "(select person_id from touches where channel = 'wechat') order by person_id",
        exported_at=closing(world),
    )


_PARTNER_ORDER = {
    "omnimart_order_id": "'PT-' || number",
    "source": f"'{PARTNER}'",
    "ordered_at": f"strftime(local_time(ordered_at, '{PARTNER_ZONE}'), '%Y-%m-%dT%H:%M:%S') "
    f"|| utc_offset(ordered_at, '{PARTNER_ZONE}', ':')",
    "status": "if(status = 'refunded', 'refunded', 'paid')",
    "email": "if(gives_phone, null, email)",
    "phone": "if(gives_phone, phone, null)",
    "currency": "currency",
    "gross": "money(subtotal + discount)",
    "discount": "money(discount)",
    "tax": "money(tax)",
    "shipping": "'0.00'",
    "refund": "money(refund)",
    "net": "money(subtotal - refund)",
    "place": "'Kiln Street Teahouse'",
    "sales_channel": "'partner'",
}
_PARTNER_LINE = {
    "omnimart_order_line": "number || lpad(line::varchar, 8, '0')",
    "source": f"'{PARTNER}'",
    "order_id": "'PT-' || number",
    "sku": "sku",
    "product": "product",
    "category": "category",
    "quantity": "quantity",
    "unit_price": "money(price)",
    "discount": "'0.00'",
    "net": "money(price * quantity)",
}
GIVES_PHONE = "phone is not null and (email is null or u('partner phone', order_id) < 0.6)"


def partner_orders(world: World, folder: Folder) -> None:
    """Write the partner tea house's monthly lists of orders and lines."""
    spelling(world)
    for month in months(world):
        placed = f"place = 'partner' and {month.holds('ordered_at', PARTNER_ZONE)}"
        folder.csv(
            f"omnimart/teahouse_orders_{month.first:%Y-%m}.csv",
            f"select {select_list(ORDER_HEADER, _PARTNER_ORDER)} "
            f"from (select *, {GIVES_PHONE} as gives_phone from orders where {placed}) "
            "order by number",
            exported_at=closing(world),
        )
        folder.csv(
            f"omnimart/teahouse_order_lines_{month.first:%Y-%m}.csv",
            f"select {select_list(LINE_HEADER, _PARTNER_LINE)} "
            "from orders inner join order_lines using (order_id) "
            f"where {placed} order by number, line",
            exported_at=closing(world),
        )


# Where people buy in a mall, every visit is one of the mall's.
TOUCH_SOURCE = (
    "case touch.channel when 'store' then 'loyalty' when 'phone' then 'callcenter' "
    "when 'wechat' then 'wecom' else 'mall_visits' end"
)
# How the source of a touch knows the person: it has one or two identifiers.
TOUCH_CUSTOMER_REF = (
    "case source when 'loyalty' then loyalty_id when 'wecom' then external_user(person_id) end"
)
TOUCH_PHONE = f"""
    case
        when source = 'callcenter' then spelled_phone(
            {DESK_OR_OWN_PHONE}, if(shares_desk_phone, 'US', market), u('call', touch_id))
        when source = 'loyalty' and loyalty_id is null then {DESK_OR_OWN_PHONE}
        when source = 'mall_visits' and u('mall phone', touch_id) < 0.45 then phone
    end
"""
_TOUCH = {
    "omnimart_touchpoint_ref": "'T' || touch_id",
    "source": "source",
    "occurred_at": "iso_of(touched_at)",
    "interaction": "case when channel = 'phone' then 'call' when channel = 'wechat' "
    "then ['reply', 'click', 'open'][1 + floor(3 * u('reply', touch_id))::int] "
    "when campaign_name is not null then 'click' else 'visit' end",
    "channel": "case channel when 'store' then 'Store' when 'phone' then 'Phone' "
    "when 'wechat' then 'WeChat' end",
    "utm_source": "case when campaign_name is not null then campaign_source "
    "when channel = 'store' then store when channel = 'referral' then "
    "['chashu.example', 'chalu.example'][1 + floor(2 * u('mall referrer', touch_id))::int] "
    "when channel not in ('phone', 'direct') then channel end",
    "utm_medium": "case when campaign_name is not null then campaign_medium "
    "when channel in ('store', 'referral') then channel "
    "when channel not in ('phone', 'direct') then 'social' end",
    "utm_campaign": "case when channel = 'wechat' then "
    "[null, '中秋社群', '新客福利'][1 + floor(3 * u('wechat campaign', touch_id))::int] "
    "else campaign_name end",
    "customer_ref": TOUCH_CUSTOMER_REF,
    "phone": TOUCH_PHONE,
    "device_id": "if(source = 'mall_visits', wechat_openid(person_id), null)",
    "cost": "if(channel = 'phone', '1.80', null)",
    "currency": "if(channel = 'phone', 'USD', null)",
}
CONTACTS = f"""
    select
        touch.touch_id, touch.touched_at, touch.channel, person.*, {TOUCH_SOURCE} as source,
        campaign.name as campaign_name, campaign.source as campaign_source,
        campaign.medium as campaign_medium
    from touches as touch
    inner join persons as person on touch.person_id = person.person_id
    left join campaigns as campaign on touch.campaign_key = campaign.campaign_key
    where touch.kind = 'contact'
"""


def touchpoints(world: World, folder: Folder) -> None:
    """Write the touches of store, telephone, WeChat and China's networks, by month."""
    spelling(world)
    for month in months(world):
        folder.csv(
            f"omnimart/touchpoints_{month.first:%Y-%m}.csv",
            f"select {select_list(TOUCH_HEADER, _TOUCH)} from ({CONTACTS}) "
            f"where {month.holds('touched_at')} order by touched_at, touch_id",
            exported_at=closing(world),
        )


_SPEND = {
    "omnimart_spend_date": "day",
    "source": "'media_plan'",
    "account": "'offline'",
    "channel": "channel",
    "campaign": "campaign",
    "impressions": "nullif(floor(size * impressions * "
    "(0.7 + 0.6 * u('offline seen', campaign || day)))::bigint, 0)",
    "spend": "money(floor(size * cents * "
    "(0.8 + 0.4 * u('offline cost', campaign || day)))::bigint)",
    "currency": "currency",
}


def offline_spend(world: World, folder: Folder) -> None:
    """Write what flyers, radio, the partner's commission and the WeChat team cost, by day."""
    spelling(world)
    plan = world.plan
    shares = plan.scenario.markets
    media = ", ".join(
        f"('{item.channel}', {literal(item.campaign)}, '{item.currency}', {item.cost}, "
        f"date '{plan.first_day + timedelta(days=int(item.from_ * plan.days))}', "
        f"date '{plan.first_day + timedelta(days=max(int(item.to * plan.days) - 1, 0))}', "
        f"{item.impressions}, {plan.customers * share / sum(shares.values()) / 1000})"
        for item in world.brand.offline_media
        for share in [sum(shares.get(market, 0.0) for market in item.markets)]
    )
    folder.csv(
        "omnimart/media_spend.csv",
        f"""
        with media as (
            from (values {media})
            as t(channel, campaign, currency, cents, first_day, last_day, impressions, size)
        ),
        listed as (
            select
                * exclude (first_day, last_day),
                unnest(generate_series(first_day, last_day, interval 1 day))::date as day
            from media where size > 0
        )
        select {select_list(SPEND_HEADER, _SPEND)} from listed order by campaign, day
        """,
        exported_at=closing(world),
    )
