"""The mailings of the quarter and who was on each list; what people did with them comes later."""

from datetime import UTC, datetime, timedelta

from ingestion.sample_brand.draws import UPPER, Draws, code
from ingestion.sample_brand.people import Person
from ingestion.sample_brand.world import Send

PLAN = (
    # system, day, hour UTC, name, subject, open rate, click rate
    ("klaviyo", "07-09", 15, "Iced Tea Week", "Cold brew, five ways", 0.33, 0.026),
    ("klaviyo", "07-30", 15, "Summer Teaware", "A pot for slow mornings", 0.33, 0.021),
    ("klaviyo", "08-20", 15, "Back to Desk", "The 3 pm pot", 0.31, 0.023),
    ("klaviyo", "09-10", 15, "Harvest Moon Early Access", 'Your early access: "Moon" sets', 0.37,
     0.036),
    ("klaviyo", "09-22", 15, "Harvest Moon Last Call", "Last day for delivery by the 25th",
     0.34, 0.031),
    ("mailchimp", "07-14", 13, "The Slow Leaf #31", "Why oolong is rolled", 0.37, 0.019),
    ("mailchimp", "08-11", 13, "The Slow Leaf #32", "Water, and what it does", 0.35, 0.017),
    ("mailchimp", "09-08", 13, "The Slow Leaf #33 (copy 01)", "Harvest, late but good ☀", 0.38,
     0.024),
    ("sendgrid", "07-06", 14, "loyalty_statement_2026_06", "Your leaves in June", 0.42, 0.022),
    ("sendgrid", "08-05", 14, "loyalty_statement_2026_07", "Your leaves in July", 0.4, 0.02),
    ("sendgrid", "09-04", 14, "loyalty_statement_2026_08", "Your leaves in August", 0.41, 0.026),
    ("sendgrid", "08-26", 8, "wholesale_bulletin_autumn", "Autumn wholesale list", 0.3, 0.03),
    ("twilio", "07-17", 17, "sms_iced_tea_week", "Tanwick: free iced oolong with any tin this "
     "weekend.\nReply STOP to opt out", 0.0, 0.035),
    ("twilio", "08-28", 17, "sms_tasting_night", "Tanwick tasting night at your store tomorrow, "
     "7 pm.\nReply STOP to opt out", 0.0, 0.03),
    ("twilio", "09-18", 17, "sms_harvest_moon", "Harvest Moon sets are in. Order by the 21st for "
     "delivery in time.\nReply STOP to opt out", 0.0, 0.039),
)  # fmt: skip


def _subscribers(system: str, people: list[Person], draws: Draws) -> list[Person]:
    if system == "klaviyo":
        chosen = [p for p in people if p.consents_email and p.market != "CN" and draws.chance(0.62)]
    elif system == "mailchimp":
        chosen = [p for p in people if p.consents_email and p.market != "CN" and draws.chance(0.68)]
    elif system == "sendgrid":
        chosen = [p for p in people if p.loyalty_id and p.consents_email and p.market == "US"]
    else:
        chosen = [p for p in people if p.consents_sms and draws.chance(0.62)]
    for person in chosen:
        person.audiences.add(system)
    return chosen


def plan_mailings(people: list[Person], seed: int) -> list[Send]:
    """Return the mailings in order of time, with recipients, bounces and departures."""
    draws = Draws(seed, "mailings")
    lists = {
        system: _subscribers(system, people, draws)
        for system in ("klaviyo", "mailchimp", "sendgrid", "twilio")
    }
    wholesale = [person for person in people if person.company and person.market != "CN"]
    gone: set[tuple[str, int]] = set()
    sends = []
    for system, day, hour, name, subject, open_rate, click_rate in sorted(
        PLAN, key=lambda p: p[1:3]
    ):
        sent_at = datetime.fromisoformat(f"2026-{day}T{hour:02d}:00:00").replace(tzinfo=UTC)
        audience = wholesale if name.startswith("wholesale") else lists[system]
        send = Send(system, _reference(system, name), name, subject, sent_at)
        send.open_rate, send.click_rate = open_rate, click_rate
        for person in audience:
            if (system, person.number) in gone or draws.chance(0.06):
                continue
            send.recipients[person.number] = person
            if draws.chance(0.014):
                send.bounces.add(person.number)
                gone.add((system, person.number))
            elif draws.chance(0.028 if system == "twilio" else 0.006):
                left_at = sent_at + timedelta(seconds=60 + draws.below(60_000))
                send.unsubscribes[person.number] = left_at
                gone.add((system, person.number))
        sends.append(send)
    return sends


def _reference(system: str, name: str) -> str:
    if system == "klaviyo":
        return "01K" + code("klaviyo campaign", name, 23, UPPER.replace("I", "").replace("O", ""))
    if system == "mailchimp":
        return code("mailchimp campaign", name, 10, "0123456789abcdef")
    return name


def add_responses(sends: list[Send], seed: int) -> None:
    """Add opens by people and by machines; whoever clicked or left has opened."""
    draws = Draws(seed, "responses")
    for send in sends:
        if send.system == "twilio":
            continue
        for number in send.recipients:
            if number in send.bounces:
                continue
            acted_at = min(
                (when[number] for when in (send.clicks, send.unsubscribes) if number in when),
                default=None,
            )
            if acted_at is not None:
                send.opens[number] = acted_at - timedelta(seconds=5 + draws.below(40))
            elif draws.chance(send.open_rate):
                delay = 90 + int(draws.unit() * draws.unit() * 150_000)
                send.opens[number] = send.sent_at + timedelta(seconds=delay)
            if draws.chance(0.14):
                send.machine_opens[number] = send.sent_at + timedelta(seconds=3 + draws.below(600))
