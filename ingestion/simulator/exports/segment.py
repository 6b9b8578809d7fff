"""Segment: the calls of the gift site's visits."""

from datetime import datetime

from ingestion.simulator.exports.cells import World, json_object, spelling
from ingestion.simulator.exports.pages import items_bought, pages_seen, tags_object
from ingestion.simulator.exports.periods import closing, months
from ingestion.simulator.writing import Folder

CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
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


def _call_object() -> str:
    campaign = tags_object({"utm_source": "source", "utm_medium": "medium", "utm_campaign": "name"})
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


def write(world: World, folder: Folder) -> None:
    """Write the gift site's calls by month; a few arrive twice, and crawlers visit."""
    spelling(world)
    host = world.brand.gifts_host
    for month in months(world):
        chosen = month.holds("visit.started_at")
        day_epoch = int((month.first - datetime(1970, 1, 1).date()).total_seconds()) * 1000
        folder.json_lines(
            f"segment/{day_epoch}.json.gz",
            f"""
            {pages_seen(world, chosen, "gifts")},
            items as ({items_bought(chosen)}),
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
            select {_call_object()} as line
            from arrived order by called_at, visit_id, page, call, copy
            """,
            gzipped=True,
            exported_at=closing(world),
        )
