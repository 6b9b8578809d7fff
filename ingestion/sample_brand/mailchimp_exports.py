"""Mailchimp: campaign report and audience."""

from datetime import datetime, timedelta

from ingestion.sample_brand.brand import EXPORTED_AT
from ingestion.sample_brand.draws import Draws
from ingestion.sample_brand.files import (
    WEEKDAYS,
    Export,
    columns,
    money,
    percent,
    rows_of,
    table,
    zipped,
)
from ingestion.sample_brand.people import Person
from ingestion.sample_brand.sales import spelled_phone
from ingestion.sample_brand.visits import mailchimp_euid
from ingestion.sample_brand.world import Send, World

HEADER = columns(
    "Title|Subject|List|Send Date|Send Weekday|Total Recipients|Successful Deliveries|Soft Bounces|"
    "Hard Bounces|Total Bounces|Times Forwarded|Forwarded Opens|Unique Opens|Open Rate|Total Opens|"
    "Unique Clicks|Click Rate|Total Clicks|Unsubscribes|Abuse Complaints|Times Liked on Facebook|"
    "Folder Id|Unique Id|Total Orders|Total Gross Sales|Total Revenue"
)
MEMBER_COLUMNS = (
    "Email Address|First Name|Last Name|Address|Phone Number|Birthday|MEMBER_RATING|OPTIN_TIME|"
    "OPTIN_IP|CONFIRM_TIME|CONFIRM_IP|LATITUDE|LONGITUDE|GMTOFF|DSTOFF|TIMEZONE|CC|REGION|"
    "LAST_CHANGED|LEID|{more}EUID|NOTES|TAGS"
)
MORE_COLUMNS = {
    "subscribed": "",
    "unsubscribed": "UNSUB_TIME|UNSUB_CAMPAIGN_TITLE|UNSUB_CAMPAIGN_ID|UNSUB_REASON|"
    "UNSUB_REASON_OTHER|",
    "cleaned": "CLEAN_TIME|CLEAN_CAMPAIGN_TITLE|CLEAN_CAMPAIGN_ID|",
}
MONTHS = {7: "Jul", 8: "Aug", 9: "Sep"}
EXPORT_ID = "5f3c1a9be2"


def mailchimp(world: World, seed: int) -> list[Export]:
    """Return the campaign report and the audience, an archive with one file per status."""
    campaigns = [_campaign(world, send) for send in world.sends_of("mailchimp")]
    audience = _audience(world, Draws(seed, "mailchimp"))
    archive = zipped(
        {
            f"{status}_members_export_{EXPORT_ID}.csv": table(
                rows_of(columns(MEMBER_COLUMNS.format(more=MORE_COLUMNS[status])), members)
            ).encode()
            for status, members in audience.items()
        }
    )
    report = table(rows_of(HEADER, campaigns)).encode()
    return [
        Export("mailchimp/campaigns.csv", report, EXPORTED_AT),
        Export(f"mailchimp/audience_export_{EXPORT_ID}.zip", archive, EXPORTED_AT),
    ]


def _campaign(world: World, send: Send) -> dict[str, object]:
    opens, clicks = len(send.all_opens), len(send.clicks)
    bounced, delivered = len(send.bounces), send.delivered
    sales = world.sales_after(send)
    revenue = money(sum(order.total for order in sales))
    return {
        "Title": send.name,
        "Subject": send.subject,
        "List": "The Slow Leaf",
        "Send Date": f"{MONTHS[send.sent_at.month]} {send.sent_at:%d, %Y %I:%M} pm",
        "Send Weekday": WEEKDAYS[send.sent_at.weekday()],
        "Total Recipients": f"{len(send.recipients):,}",
        "Successful Deliveries": f"{delivered:,}",
        "Soft Bounces": bounced // 2,
        "Hard Bounces": bounced - bounced // 2,
        "Total Bounces": bounced,
        "Times Forwarded": 0,
        "Forwarded Opens": 0,
        "Unique Opens": opens,
        "Open Rate": percent(opens, delivered),
        "Total Opens": opens + opens // 3,
        "Unique Clicks": clicks,
        "Click Rate": percent(clicks, delivered),
        "Total Clicks": clicks + clicks // 4,
        "Unsubscribes": len(send.unsubscribes),
        "Abuse Complaints": 0,
        "Times Liked on Facebook": 0,
        "Folder Id": 0,
        "Unique Id": send.reference,
        "Total Orders": len(sales),
        "Total Gross Sales": revenue,
        "Total Revenue": revenue,
    }


def _audience(world: World, draws: Draws) -> dict[str, list[dict[str, object]]]:
    """Return the members by status; people who left before the quarter are among them."""
    audience: dict[str, list[dict[str, object]]] = {status: [] for status in MORE_COLUMNS}
    departed: dict[int, tuple[Send, datetime]] = {}
    bounced: dict[int, Send] = {}
    for send in world.sends_of("mailchimp"):
        departed |= {number: (send, at) for number, at in send.unsubscribes.items()}
        bounced |= dict.fromkeys(send.bounces, send)
    for person in world.people:
        number = person.number
        if "mailchimp" in person.audiences:
            member = _member(person, draws)
            if number in departed:
                send, at = departed[number]
                member |= _departure(f"{at:%Y-%m-%d %H:%M:%S}", send.name, send.reference)
                audience["unsubscribed"].append(member)
            elif number in bounced:
                send = bounced[number]
                member |= {
                    "CLEAN_TIME": f"{send.sent_at + timedelta(minutes=5):%Y-%m-%d %H:%M:%S}",
                    "CLEAN_CAMPAIGN_TITLE": send.name,
                    "CLEAN_CAMPAIGN_ID": send.reference,
                }
                audience["cleaned"].append(member)
            else:
                audience["subscribed"].append(member)
        elif number % 41 == 0 and person.market != "CN" and not person.company:
            left = _departure("2025-11-18 14:02:11", "The Slow Leaf #23", "4c1e0a77d2")
            audience["unsubscribed"].append(_member(person, draws) | left)
    return audience


def _departure(at: str, campaign: str, reference: str) -> dict[str, object]:
    return {
        "LAST_CHANGED": at,
        "UNSUB_TIME": at,
        "UNSUB_CAMPAIGN_TITLE": campaign,
        "UNSUB_CAMPAIGN_ID": reference,
        "UNSUB_REASON": "NORMAL",
    }


def _member(person: Person, draws: Draws) -> dict[str, object]:
    joined = f"{person.known_since:%Y-%m-%d %H:%M:%S}"
    address = f"203.0.113.{person.number % 250}"
    email = draws.weighted(
        {person.email: 0.86, person.email.upper(): 0.06, person.email.title(): 0.08}
    )
    phone = spelled_phone(person.phone, person.market, draws) if draws.chance(0.22) else ""
    return {
        "Email Address": email,
        "First Name": person.given,
        "Last Name": person.family,
        "Phone Number": phone,
        "Birthday": f"{person.birth_date:%m/%d}" if draws.chance(0.3) else "",
        "MEMBER_RATING": 1 + draws.below(5),
        "OPTIN_TIME": joined,
        "OPTIN_IP": address,
        "CONFIRM_TIME": joined,
        "CONFIRM_IP": address,
        "CC": person.market,
        "REGION": person.region,
        "LAST_CHANGED": joined,
        "LEID": 500_000_000 + person.number,
        "EUID": mailchimp_euid(person),
        "NOTES": "asked for a call,\nprefers oolong" if person.number % 97 == 0 else "",
        "TAGS": '"Loyalty","Store"' if person.store and person.loyalty_id else "",
    }
