"""Message logs: SendGrid's event webhook and Twilio's text messages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ingestion.sample_brand.brand import EXPORTED_AT, SHOP_HOST
from ingestion.sample_brand.draws import HEXADECIMAL, Draws, code
from ingestion.sample_brand.files import Export, columns, json_line, rows_of, table
from ingestion.sample_brand.people import Person
from ingestion.sample_brand.world import Send, World


def sendgrid(world: World, seed: int) -> list[Export]:
    """Return the event webhook's posts, one array per month, retried deliveries twice."""
    draws = Draws(seed, "sendgrid")
    months: dict[int, list[dict]] = {}
    for send in world.sends_of("sendgrid"):
        for number, person in send.recipients.items():
            for event in _sendgrid_events(send, number, person, draws):
                events = months.setdefault(
                    datetime.fromtimestamp(event["timestamp"], UTC).month, []
                )
                events.append(event)
                if draws.chance(0.025):
                    events.append(dict(event))
    exports = []
    for month, events in sorted(months.items()):
        events.sort(key=lambda event: (event["timestamp"], event["sg_event_id"]))
        body = "[" + ",\n".join(json_line(event).rstrip() for event in events) + "]"
        exports.append(Export(f"sendgrid/events_2026-{month:02d}.json", body.encode(), EXPORTED_AT))
    return exports


def _sendgrid_events(send: Send, number: int, person: Person, draws: Draws) -> Iterator[dict]:
    message = code("sendgrid message", f"{send.name}/{number}", 22)
    email = person.email.upper() if draws.chance(0.06) else person.email
    is_wholesale = send.name.startswith("wholesale")
    category: object = "wholesale" if is_wholesale else ["loyalty", "statement"]

    def event(kind: str, at: datetime, **details: object) -> dict:
        return {
            "email": email,
            "timestamp": int(at.timestamp()),
            "event": kind,
            "category": category,
            "sg_event_id": code("sendgrid event", f"{message}/{kind}/{at}", 22),
            "sg_message_id": f"{message}.filterdrecv-{number % 7}-1-66A0-0.0",
            "marketing_campaign_id": code("sendgrid campaign", send.name, 8, HEXADECIMAL),
            "marketing_campaign_name": send.name,
            **details,
        }

    if number in send.bounces:
        yield event(
            "bounce",
            send.sent_at + timedelta(seconds=9),
            type="bounce",
            status="5.1.1",
            reason="550 5.1.1 mailbox does not exist",
            bounce_classification="Invalid Address",
        )
        return
    delivered_at = send.sent_at + timedelta(seconds=2 + number % 50)
    smtp_id = {"smtp-id": f"<{message}@geopod-ismtpd-{number % 9}>"}
    yield event("delivered", delivered_at, response="250 OK", **smtp_id)
    if number in send.machine_opens:
        at = send.machine_opens[number]
        yield event("open", at, useragent="Mozilla/5.0", ip="192.0.2.10", sg_machine_open=True)
    if number in send.opens:
        agent, at = "Mozilla/5.0 (via ggpht.com GoogleImageProxy)", send.opens[number]
        yield event("open", at, useragent=agent, ip="192.0.2.66", sg_machine_open=False)
    if number in send.clicks:
        link = f"https://{SHOP_HOST}/?utm_source=sendgrid&utm_medium=email&utm_campaign={send.name}"
        yield event(
            "click",
            send.clicks[number],
            url=link,
            ip=f"203.0.113.{number % 250}",
            useragent="Mozilla/5.0",
            url_offset={"index": 0, "type": "html"},
        )
    if number in send.unsubscribes:
        yield event(
            "group_unsubscribe",
            send.unsubscribes[number],
            asm_group_id=3170,
            useragent="Mozilla/5.0",
            ip=f"203.0.113.{number % 250}",
        )


TWILIO_HEADER = columns(
    "From|To|Body|Status|SentDate|ApiVersion|NumSegments|ErrorCode|AccountSid|Sid|Direction|Price|"
    "PriceUnit"
)
SENDER = "+12065550199"
ACCOUNT_SID = "AC" + "0" * 29 + "317"
ANSWERS = ("Thanks!", "Save me a seat\nplease", "Is decaf on offer?")


def twilio(world: World, seed: int) -> list[Export]:
    """Return the message log: texts out over several lines, answers in, STOP among them."""
    draws = Draws(seed, "twilio")
    records: list[dict[str, object]] = []
    for send in world.sends_of("twilio"):
        link = f"https://{SHOP_HOST}/s/{code('short link', send.name, 5)}"
        body = send.subject.replace("\n", f" {link}\n", 1)
        for number, person in send.recipients.items():
            at = send.sent_at + timedelta(seconds=1 + number % 240)
            sent = _text(SENDER, person.phone, body, at)
            records.append(sent)
            if number in send.bounces:
                error = draws.pick(("30003", "30006"))
                sent |= {"Status": "undelivered", "ErrorCode": error, "Price": ""}
            elif number in send.unsubscribes:
                word = draws.pick(("STOP", "Stop", "UNSUBSCRIBE"))
                records.append(_text(person.phone, SENDER, word, send.unsubscribes[number]))
            elif draws.chance(0.02):
                answered_at = at + timedelta(seconds=60 + draws.below(9000))
                records.append(_text(person.phone, SENDER, draws.pick(ANSWERS), answered_at))
    records.sort(key=lambda record: (record["SentDate"], record["Sid"]))
    content = table(rows_of(TWILIO_HEADER, records)).encode()
    return [Export("twilio/sms-log.csv", content, EXPORTED_AT)]


def _text(sender: str, to: str, body: str, at: datetime) -> dict[str, object]:
    is_inbound = to == SENDER
    segments = 1 + len(body) // 160
    return {
        "From": sender,
        "To": to,
        "Body": body,
        "Status": "received" if is_inbound else "delivered",
        "SentDate": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "ApiVersion": "2010-04-01",
        "NumSegments": segments,
        "AccountSid": ACCOUNT_SID,
        "Sid": "SM" + code("twilio", f"{to}/{sender}/{at}", 32, HEXADECIMAL),
        "Direction": "inbound" if is_inbound else "outbound-api",
        "Price": f"-{0.0079 * segments:.5f}",
        "PriceUnit": "USD",
    }
