"""Klaviyo: campaign report, and the events of every profile."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ingestion.sample_brand.brand import EXPORTED_AT, GIFTS_HOST, SHOP_HOST
from ingestion.sample_brand.draws import HEXADECIMAL, code
from ingestion.sample_brand.files import (
    WEEKDAYS,
    Export,
    columns,
    gzipped,
    json_line,
    money,
    percent,
    rows_of,
    table,
)
from ingestion.sample_brand.people import Person
from ingestion.sample_brand.shop_exports import shopify_id
from ingestion.sample_brand.visits import klaviyo_profile
from ingestion.sample_brand.world import Send, World

KLAVIYO_HEADER = columns(
    "Campaign Name|Tags|Subject|List|Send Time|Send Weekday|Total Recipients|Unique Placed Order|"
    "Placed Order Rate|Revenue|Unique Opens|Open Rate|Total Opens|Unique Clicks|Click Rate|"
    "Total Clicks|Unsubscribes|Spam Complaints|Spam Complaints Rate|Successful Deliveries|Bounces|"
    "Bounce Rate|Campaign ID|Campaign Channel|Winning Variant?"
)
METRICS = {
    name: code("klaviyo metric", name, 6)
    for name in ("received", "opened", "clicked", "bounced", "unsubscribed", "placed order")
}


def klaviyo(world: World, seed: int) -> list[Export]:
    """Return the campaign report and the events behind it, one JSON object per line."""
    records = [_klaviyo_campaign(world, send) for send in world.sends_of("klaviyo")]
    events = sorted(_klaviyo_events(world), key=lambda event: event["attributes"]["datetime"])
    lines = "".join(json_line(event) for event in events)
    campaigns = table(rows_of(KLAVIYO_HEADER, records)).encode()
    return [
        Export("klaviyo/campaign_export.csv", campaigns, EXPORTED_AT),
        Export("klaviyo/events.jsonl.gz", gzipped(lines), EXPORTED_AT),
    ]


def _klaviyo_campaign(world: World, send: Send) -> dict[str, object]:
    opens, clicks, delivered = len(send.all_opens), len(send.clicks), send.delivered
    sales = world.sales_after(send)
    return {
        "Campaign Name": send.name,
        "Tags": "newsletter",
        "Subject": send.subject,
        "List": "Newsletter, VIP",
        "Send Time": f"{send.sent_at:%Y-%m-%d %H:%M:%S}",
        "Send Weekday": WEEKDAYS[send.sent_at.weekday()],
        "Total Recipients": len(send.recipients),
        "Unique Placed Order": len(sales),
        "Placed Order Rate": percent(len(sales), delivered),
        "Revenue": money(sum(order.total for order in sales)),
        "Unique Opens": opens,
        "Open Rate": percent(opens, delivered),
        "Total Opens": opens + opens // 4,
        "Unique Clicks": clicks,
        "Click Rate": percent(clicks, delivered),
        "Total Clicks": clicks + clicks // 5,
        "Unsubscribes": len(send.unsubscribes),
        "Spam Complaints": 0,
        "Spam Complaints Rate": "0.0%",
        "Successful Deliveries": delivered,
        "Bounces": len(send.bounces),
        "Bounce Rate": percent(len(send.bounces), len(send.recipients)),
        "Campaign ID": send.reference,
        "Campaign Channel": "email",
    }


def _klaviyo_event(metric: str, person: Person, at: datetime, properties: dict) -> dict:
    identity = code("klaviyo event", f"{metric}/{person.number}/{at.isoformat()}", 32, HEXADECIMAL)
    parts = (identity[:8], identity[8:12], "11f1", "8001", identity[20:])
    return {
        "type": "event",
        "id": "4" + code("klaviyo id", identity, 10),
        "attributes": {
            "timestamp": int(at.timestamp()),
            "event_properties": properties,
            "datetime": f"{at:%Y-%m-%d %H:%M:%S}+00:00",
            "uuid": "-".join(parts),
        },
        "relationships": {
            "profile": {"data": {"type": "profile", "id": klaviyo_profile(person)}},
            "metric": {"data": {"type": "metric", "id": METRICS[metric]}},
        },
    }


def _klaviyo_events(world: World) -> Iterator[dict]:
    for send in world.sends_of("klaviyo"):
        for number, person in send.recipients.items():
            common = {
                "Recipient Email Address": person.email,
                "Subject": send.subject,
                "Campaign Name": send.name,
                "$message": send.reference,
                "Email Domain": person.email.split("@")[1],
            }
            if number in send.bounces:
                bounced_at = send.sent_at + timedelta(seconds=40)
                yield _klaviyo_event(
                    "bounced", person, bounced_at, common | {"Bounce Type": "Hard"}
                )
                continue
            received_at = send.sent_at + timedelta(seconds=number % 90)
            yield _klaviyo_event("received", person, received_at, common)
            for opens, is_machine in ((send.opens, False), (send.machine_opens, True)):
                if number in opens:
                    client = "Apple Mail Privacy Protection" if is_machine else "Gmail"
                    seen = common | {"Client Name": client, "machine_open": is_machine}
                    yield _klaviyo_event("opened", person, opens[number], seen)
            if number in send.clicks:
                link = f"https://{SHOP_HOST}/collections/tea?utm_source=klaviyo&utm_medium=email"
                at = send.clicks[number]
                yield _klaviyo_event("clicked", person, at, common | {"URL": link})
            if number in send.unsubscribes:
                at = send.unsubscribes[number]
                left = common | {"List": "Newsletter", "method": "Unsubscribe Link"}
                yield _klaviyo_event("unsubscribed", person, at, left)
    for order in world.orders_of("shop"):
        if order.person and "klaviyo" in order.person.audiences and order.status != "cancelled":
            site = GIFTS_HOST if order.session and order.session.site == GIFTS_HOST else SHOP_HOST
            placed = {
                "$event_id": shopify_id(order),
                "$value": order.total / 100,
                "$currency_code": order.currency,
                "Items": [line.product.name for line in order.lines],
                "Item Count": sum(line.quantity for line in order.lines),
                "Discount Codes": ["LEAF10"] if order.discount else [],
                "Source Name": site,
                "$extra": {
                    "name": f"#{order.number}",
                    "order_number": order.number,
                    "email": order.email,
                },
            }
            yield _klaviyo_event("placed order", order.person, order.ordered_at, placed)
