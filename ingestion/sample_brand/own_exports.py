"""The brand's own files, for what no platform exports: loyalty, a partner, calls, offline media."""

import json
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ingestion.sample_brand.brand import EXPORTED_AT, FRONT_DESK_PHONE
from ingestion.sample_brand.crm_exports import external_user
from ingestion.sample_brand.draws import Draws, code
from ingestion.sample_brand.files import Export, columns, money, rows_of, table
from ingestion.sample_brand.people import Person
from ingestion.sample_brand.sales import spelled_email, spelled_phone
from ingestion.sample_brand.till_exports import square_customer
from ingestion.sample_brand.world import Order, Touchpoint, World

NEW_YORK = ZoneInfo("America/New_York")
PARTNER = "partner_teahouse"
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
OFFLINE_MEDIA = (
    # channel, campaign, currency, cents per day, first and last day, impressions per day
    ("Store", "store_flyers_hudson", "USD", 1500, "2026-07-10", "2026-07-31", 260),
    ("Store", "store_flyers_alder", "USD", 1300, "2026-08-07", "2026-08-28", 230),
    ("Audio", "hudson_morning_radio", "USD", 2600, "2026-09-07", "2026-09-16", 5200),
    ("Partner", "teahouse_recommends", "USD", 420, "2026-07-01", "2026-09-30", 0),
    ("WeChat", "中秋社群", "CNY", 5200, "2026-09-01", "2026-09-24", 640),
    ("WeChat", "新客福利", "CNY", 2100, "2026-07-06", "2026-08-30", 300),
)


def _truth(value: bool) -> str:
    return "true" if value else "false"


def unionid(person: Person) -> str:
    """Return the id that WeChat gives one person across the brand's accounts."""
    return f"oT{code('unionid', person.number, 26)}"


def loyalty_customers(world: World, seed: int) -> list[Export]:
    """Return the loyalty members, and the friends of the WeChat work account."""
    draws = Draws(seed, "loyalty")
    members: list[dict[str, object]] = []
    for person in world.people:
        if person.loyalty_id:
            members.append(_member(person, person.loyalty_id, draws))
            if person.number % 83 == 0:  # lost the card, got a new one, the desk merged them
                second = _member(person, f"{person.loyalty_id}9", draws)
                members.append(second | {"merged_into_ref": person.loyalty_id})
    numbers = sorted({t.person.number for t in world.touchpoints if t.source == "wecom"})
    friends = [_friend(world.people[number - 1], draws) for number in numbers]
    return [
        Export(
            f"omnimart/{name}_customers.csv",
            table(rows_of(CUSTOMER_HEADER, records)).encode(),
            EXPORTED_AT,
        )
        for name, records in (("loyalty", members), ("wecom", friends))
    ]


def _member(person: Person, card: str, draws: Draws) -> dict[str, object]:
    known = {}
    if person.account_id and draws.chance(0.7):
        known["user_id"] = person.account_id
    if person.store and draws.chance(0.6):
        known["square_customer_id"] = square_customer(person)
    if person.market == "CN":
        known["unionid"] = unionid(person)
    phone = FRONT_DESK_PHONE if person.shares_desk_phone else person.phone
    joined_at = f"{person.known_since:%Y-%m-%dT%H:%M:%SZ}"
    return {
        "omnimart_customer_ref": card,
        "source": "loyalty",
        "email": spelled_email(person, draws) if draws.chance(0.8) else "",
        "phone": spelled_phone(phone, person.market, draws) if draws.chance(0.9) else "",
        "loyalty_id": card,
        "external_ids": json.dumps(known) if known else "",
        "given_name": person.given,
        "family_name": person.family,
        "birth_date": person.birth_date if draws.chance(0.5) else "",
        "city": person.city,
        "region": person.region,
        "postal_code": person.postal_code,
        "country": person.market,
        "consent_email": _truth(person.consents_email),
        "consent_sms": _truth(person.consents_sms),
        "created_at": joined_at,
        "updated_at": joined_at,
    }


def _friend(person: Person, draws: Draws) -> dict[str, object]:
    return {
        "omnimart_customer_ref": external_user(person),
        "source": "wecom",
        "phone": person.phone if draws.chance(0.6) else "",
        "external_ids": json.dumps({"unionid": unionid(person)}),
        "given_name": person.given,
        "family_name": person.family,
        "city": person.city,
        "region": person.region,
        "country": person.market,
        "created_at": f"{person.known_since:%Y-%m-%dT%H:%M:%SZ}",
    }


def partner_orders(world: World, seed: int) -> list[Export]:
    """Return the partner tea house's monthly list; one line's id went through a spreadsheet."""
    draws = Draws(seed, "partner")
    placed = world.orders_of("partner")
    orders = rows_of(ORDER_HEADER, [_partner_order(order, draws) for order in placed])
    lines = rows_of(LINE_HEADER, [line for order in placed for line in _partner_lines(order)])
    lines[5][0] = f"{float(lines[5][0]):.5E}"
    return [
        Export("omnimart/teahouse_orders.csv", table(orders).encode(), EXPORTED_AT),
        Export("omnimart/teahouse_order_lines.csv", table(lines).encode(), EXPORTED_AT),
    ]


def _partner_order(order: Order, draws: Draws) -> dict[str, object]:
    contact = {"email": order.email}
    if draws.chance(0.6):
        contact = {"phone": spelled_phone(order.phone, order.person.market, draws)}
    return contact | {
        "omnimart_order_id": f"PT-{order.number}",
        "source": PARTNER,
        "ordered_at": order.ordered_at.astimezone(NEW_YORK).isoformat(),
        "status": "refunded" if order.status == "refunded" else "paid",
        "currency": order.currency,
        "gross": money(order.subtotal + order.discount),
        "discount": money(order.discount),
        "tax": money(order.tax),
        "shipping": "0.00",
        "refund": money(order.refund),
        "net": money(order.subtotal - order.refund),
        "place": "Kiln Street Teahouse",
        "sales_channel": "partner",
    }


def _partner_lines(order: Order) -> list[dict[str, object]]:
    return [
        {
            "omnimart_order_line": f"{order.number}{position:08d}",
            "source": PARTNER,
            "order_id": f"PT-{order.number}",
            "sku": line.product.sku,
            "product": line.product.name,
            "category": line.product.category,
            "quantity": line.quantity,
            "unit_price": money(line.price),
            "discount": "0.00",
            "net": money(line.price * line.quantity),
        }
        for position, line in enumerate(order.lines, start=1)
    ]


def touchpoints(world: World, seed: int) -> list[Export]:
    """Return the touches of desk, telephone, partner and WeChat; one was dated by hand, badly."""
    draws = Draws(seed, "touchpoints")
    records = [
        _who(touch, draws)
        | {
            "omnimart_touchpoint_ref": f"T{number:05d}",
            "source": touch.source,
            "occurred_at": f"{touch.occurred_at:%Y-%m-%dT%H:%M:%SZ}",
            "interaction": touch.interaction,
            "channel": touch.channel,
            "utm_source": touch.utm_source,
            "utm_medium": touch.utm_medium,
            "utm_campaign": touch.campaign,
            "cost": money(touch.cost) if touch.cost else "",
            "currency": touch.currency,
        }
        for number, touch in enumerate(world.touchpoints, start=1)
    ]
    calls = [record for record in records if record["source"] == "callcenter"]
    calls[-1]["occurred_at"] = "31 Sept, lunch time"
    content = table(rows_of(TOUCH_HEADER, records)).encode()
    return [Export("omnimart/touchpoints.csv", content, EXPORTED_AT)]


def _who(touch: Touchpoint, draws: Draws) -> dict[str, object]:
    """Return how the source of a touch knows the person: it has one or two identifiers."""
    person = touch.person
    phone = FRONT_DESK_PHONE if person.shares_desk_phone else person.phone
    if touch.source == "loyalty":
        return {"customer_ref": person.loyalty_id} if person.loyalty_id else {"phone": phone}
    if touch.source == "wecom":
        return {"customer_ref": external_user(person)}
    if touch.source == "mall_visits":
        openid = {"device_id": f"oP{code('openid', person.number, 26)}"}
        return openid | {"phone": phone} if draws.chance(0.45) else openid
    if touch.source == PARTNER:
        known = {"email": person.email} if draws.chance(0.5) else {}
        return known | {"phone": person.phone}
    return {"phone": spelled_phone(phone, person.market, draws)}


def offline_spend(world: World, seed: int) -> list[Export]:
    """Return what flyers, radio, the partner's commission and the WeChat team cost, by day."""
    draws = Draws(seed, "spend")
    records: list[dict[str, object]] = []
    for channel, campaign, currency, cents, first, last, impressions in OFFLINE_MEDIA:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            cost = int(cents * draws.between(0.8, 1.2))
            seen = int(impressions * draws.between(0.7, 1.3))
            records.append(
                {
                    "omnimart_spend_date": day,
                    "source": "media_plan",
                    "account": "offline",
                    "channel": channel,
                    "campaign": campaign,
                    "impressions": seen or None,
                    "spend": money(cost),
                    "currency": currency,
                }
            )
            day += timedelta(days=1)
    content = table(rows_of(SPEND_HEADER, records)).encode()
    return [Export("omnimart/media_spend.csv", content, EXPORTED_AT)]
