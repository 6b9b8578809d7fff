"""Visits as two analytics tools keep them: GA4 for the shop, Segment for the gift site."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ingestion.sample_brand.brand import EXPORTED_AT, GIFTS_HOST, SHOP_HOST
from ingestion.sample_brand.draws import DIGITS, HEXADECIMAL, Draws, code
from ingestion.sample_brand.files import Export, gzipped, json_line
from ingestion.sample_brand.people import COUNTRY_NAMES, Device
from ingestion.sample_brand.sales import spelled_phone
from ingestion.sample_brand.visits import page_url
from ingestion.sample_brand.world import Order, Session, World

SYSTEMS = {
    "mobile": ("iOS", "Safari"),
    "desktop": ("Windows", "Chrome"),
    "tablet": ("Android", "Chrome"),
}
USER_AGENTS = {
    "mobile": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1",
    "desktop": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/138.0.0.0 Safari/537.36",
    "tablet": "Mozilla/5.0 (Linux; Android 15) Chrome/138.0.0.0 Safari/537.36",
}
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def _parameter(key: str, value: object) -> dict:
    kind = "int_value" if isinstance(value, int) else "string_value"
    kind = "double_value" if isinstance(value, float) else kind
    return {"key": key, "value": {kind: str(value) if kind == "int_value" else value}}


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


class _Devices:
    """First visit, its source, and the number of visits so far of every browser."""

    def __init__(self) -> None:
        self._first: dict[str, Session] = {}
        self._visits: dict[str, int] = {}

    def visit(self, session: Session) -> tuple[Session, int]:
        """Count a visit; return the browser's first one and how many it has made."""
        client_id = session.device.client_id
        first = self._first.setdefault(client_id, session)
        self._visits[client_id] = self._visits.get(client_id, 0) + 1
        return first, self._visits[client_id]


def ga4(world: World, seed: int) -> list[Export]:
    """Return the shop's events by month, as an extract of the warehouse's daily tables."""
    devices = _Devices()
    months: dict[int, list[tuple[int, str]]] = {7: [], 8: [], 9: []}
    for session in world.sessions:
        if session.site == SHOP_HOST:
            for event in _ga4_events(session, devices):
                month = int(event["event_date"][4:6])
                line = json_line(event)
                months.setdefault(month, []).append((int(event["event_timestamp"]), line))
    exports = []
    for month, lines in months.items():
        if lines:
            text = "".join(line for _, line in sorted(lines, key=lambda entry: entry[0]))
            path = f"ga4/events_2026{month:02d}_000000000000.json.gz"
            exports.append(Export(path, gzipped(text), EXPORTED_AT))
    return exports


def _ga4_events(session: Session, devices: _Devices) -> Iterator[dict]:
    first, visit_number = devices.visit(session)
    fixed = _ga4_context(session, first)
    collected = _collected(session)
    session_id = int(session.started_at.timestamp())
    for position, (seconds, path) in enumerate(session.pages):
        at = session.started_at + timedelta(seconds=seconds, microseconds=137_000 + 7 * position)
        names = ["session_start", "page_view"] if position == 0 else ["page_view"]
        if visit_number == 1 and position == 0:
            names.insert(0, "first_visit")
        is_last = position == len(session.pages) - 1
        if is_last and session.order:
            names.append("purchase")
        if is_last and session.lead:
            names.append("generate_lead")
        for order_in_batch, name in enumerate(names, start=1):
            parameters = [
                _parameter("ga_session_id", session_id),
                _parameter("ga_session_number", visit_number),
                _parameter("page_location", page_url(session, path, position == 0)),
            ]
            if position == 0 and session.referrer:
                parameters.append(_parameter("page_referrer", session.referrer))
            if len(session.pages) > 1:
                engaged = "1" if name == "page_view" else 1
                parameters.append(_parameter("session_engaged", engaged))
            event = {
                "event_date": f"{at:%Y%m%d}",
                "event_timestamp": str(_microseconds(at)),
                "event_name": name,
                "event_params": parameters,
                **fixed,
                "batch_event_index": str(order_in_batch),
                "batch_page_id": str(session_id * 1000 + seconds),
            }
            if position == 0 and collected:
                event["collected_traffic_source"] = collected
            if name == "purchase":
                event |= _ga4_purchase(session.order, parameters)
            yield event


def _ga4_context(session: Session, first: Session) -> dict:
    category = session.device.category
    system, browser = SYSTEMS[category]
    person = session.person
    market = person.market if person else "US"
    context: dict = {}
    if session.is_logged_in:
        context["user_id"] = person.account_id
    if not session.is_cookieless:
        context["user_pseudo_id"] = session.device.client_id
        context["user_first_touch_timestamp"] = str(_microseconds(first.started_at))
    stored = "No" if session.is_cookieless else "Yes"
    source = {"source": first.source, "medium": first.medium}
    if first.campaign_name:
        source["name"] = first.campaign_name
    return context | {
        "privacy_info": {"analytics_storage": stored, "ads_storage": stored},
        "device": {
            "category": category,
            "operating_system": system,
            "web_info": {"browser": browser, "hostname": SHOP_HOST},
        },
        "geo": {"country": COUNTRY_NAMES[market]},
        "traffic_source": source,
        "stream_id": "3170000317",
        "platform": "WEB",
        "is_active_user": True,
    }


def _collected(session: Session) -> dict:
    keys = {
        "utm_id": "manual_campaign_id",
        "utm_campaign": "manual_campaign_name",
        "utm_source": "manual_source",
        "utm_medium": "manual_medium",
        "utm_content": "manual_content",
        "gclid": "gclid",
    }
    return {ours: session.query[theirs] for theirs, ours in keys.items() if theirs in session.query}


def _ga4_purchase(order: Order, parameters: list[dict]) -> dict:
    number, value = f"#{order.number}", order.total / 100
    parameters += [
        _parameter("transaction_id", number),
        _parameter("currency", order.currency),
        _parameter("value", value),
    ]
    return {
        "ecommerce": {
            "total_item_quantity": str(sum(line.quantity for line in order.lines)),
            "purchase_revenue": value,
            "tax_value": order.tax / 100,
            "shipping_value": order.shipping / 100,
            "unique_items": str(len(order.lines)),
            "transaction_id": number,
        },
        "items": [
            {
                "item_id": line.product.sku,
                "item_name": line.product.name,
                "item_category": line.product.category,
                "price": line.price / 100,
                "quantity": str(line.quantity),
            }
            for line in order.lines
        ],
    }


def segment(world: World, seed: int) -> list[Export]:
    """Return the gift site's calls by month; a few arrive twice and a crawler visits."""
    draws = Draws(seed, "segment")
    calls: list[dict] = []
    for session in world.sessions:
        if session.site == GIFTS_HOST:
            calls += _segment_calls(session, draws)
    calls += [dict(call) for call in calls if draws.chance(0.012)]
    calls += _crawler_calls(draws)
    months: dict[int, list[dict]] = {}
    for call in calls:
        months.setdefault(int(call["receivedAt"][5:7]), []).append(call)
    exports = []
    for month, listed in sorted(months.items()):
        listed.sort(key=lambda call: (call["receivedAt"], call["messageId"]))
        text = "".join(json_line(call) for call in listed)
        day_epoch = int(datetime(2026, month, 1, tzinfo=EXPORTED_AT.tzinfo).timestamp()) * 1000
        exports.append(Export(f"segment/{day_epoch}.json.gz", gzipped(text), EXPORTED_AT))
    return exports


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _segment_call(kind: str, at: datetime, device: Device, agent: str, address: str) -> dict:
    identity = code("segment", f"{kind}/{device.anonymous_id}/{at}", 24, HEXADECIMAL)
    return {
        "type": kind,
        "messageId": f"ajs-next-{int(at.timestamp())}-{identity}",
        "anonymousId": device.anonymous_id,
        "userId": None,
        "channel": "client",
        "context": {
            "ip": address,
            "userAgent": agent,
            "library": {"name": "analytics.js", "version": "2.11.1"},
            "locale": "en-US",
            "consent": {"categoryPreferences": {"Advertising": True, "Analytics": True}},
        },
        "integrations": {},
        "originalTimestamp": _instant(at),
        "sentAt": _instant(at + timedelta(milliseconds=120)),
        "receivedAt": _instant(at + timedelta(milliseconds=480)),
        "timestamp": _instant(at + timedelta(milliseconds=360)),
        "version": 2,
    }


def _segment_calls(session: Session, draws: Draws) -> Iterator[dict]:
    person, device = session.person, session.device
    agent = USER_AGENTS[device.category]
    address = f"198.51.100.{int(code('address', device.anonymous_id, 2, DIGITS))}"
    user_id = person.account_id if session.is_logged_in else None
    for position, (seconds, path) in enumerate(session.pages):
        at = session.started_at + timedelta(seconds=seconds)
        url = page_url(session, path, position == 0)
        call = _segment_call("page", at, device, agent, address)
        call["userId"] = user_id
        call["name"] = None
        call["properties"] = {"path": path, "url": url}
        search = url.partition("?")[2]
        page = {
            "path": path,
            "url": url,
            "title": "Gifts",
            "search": f"?{search}" if search else "",
        }
        page["referrer"] = session.referrer if position == 0 else f"https://{session.site}/"
        call["context"]["page"] = page
        if position == 0 and "utm_source" in session.query:
            call["context"]["campaign"] = {
                key.removeprefix("utm_").replace("campaign", "name"): session.query[key]
                for key in ("utm_source", "utm_medium", "utm_campaign")
            }
        yield call
    at = session.started_at + timedelta(seconds=session.pages[-1][0])
    if user_id or (session.order and person):
        call = _segment_call("identify", at + timedelta(seconds=1), device, agent, address)
        call["userId"] = user_id
        traits = {"email": session.order.email if session.order else person.email}
        if draws.chance(0.5):
            traits["phone"] = spelled_phone(person.phone, person.market, draws)
        call["traits"] = traits | {"firstName": person.given, "lastName": person.family}
        yield call
    if session.order:
        order = session.order
        call = _segment_call("track", order.ordered_at, device, agent, address)
        call["userId"], call["event"] = user_id, "Order Completed"
        call["properties"] = {
            "order_id": f"#{order.number}",
            "total": order.total / 100,
            "revenue": order.subtotal / 100,
            "tax": order.tax / 100,
            "shipping": order.shipping / 100,
            "currency": order.currency,
            "products": [
                {
                    "sku": line.product.sku,
                    "name": line.product.name,
                    "price": line.price / 100,
                    "quantity": line.quantity,
                }
                for line in order.lines
            ],
        }
        yield call


def _crawler_calls(draws: Draws) -> Iterator[dict]:
    for number in range(5):
        at = datetime(2026, 7, 5, 3, 15, tzinfo=EXPORTED_AT.tzinfo) + timedelta(
            days=17 * number, seconds=draws.below(4000)
        )
        device = Device("", f"00000000-0000-4000-8000-00000000b07{number}", "desktop")
        call = _segment_call("page", at, device, CRAWLER, "192.0.2.7")
        url = f"https://{GIFTS_HOST}/gifts"
        call["name"], call["properties"] = None, {"path": "/gifts", "url": url}
        page = {"path": "/gifts", "url": url, "title": "Gifts", "search": "", "referrer": ""}
        call["context"]["page"] = page
        yield call
