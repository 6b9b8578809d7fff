"""Visits to the two sites: how a channel is written into a URL, and which pages are seen."""

from datetime import datetime
from urllib.parse import quote, urlencode

from ingestion.sample_brand.brand import GIFTS_HOST, PRODUCTS, SHOP_HOST, Campaign, campaigns_of
from ingestion.sample_brand.draws import ALPHANUMERIC, UPPER, Draws, code
from ingestion.sample_brand.people import Device, Person
from ingestion.sample_brand.world import Send, Session

URL_SAFE = ALPHANUMERIC + "-_"
CLICK_ID_STEMS = {"gclid": "Cj0KCQjw", "fbclid": "IwZXh0bgNh", "ttclid": "E.C.P.", "li_fat_id": ""}
SEARCH_ENGINES = {"google": 0.78, "bing": 0.14, "duckduckgo": 0.08}
SOCIAL_SITES = {
    "instagram.com": 0.5,
    "youtube.com": 0.25,
    "pinterest.com": 0.15,
    "xiaohongshu.com": 0.1,
}
REFERRERS = {"leafnotes.example": 0.4, "slowkitchen.example": 0.35, "hudsonguide.example": 0.25}
AD_PLATFORMS = {
    "paid_search": ("google_ads",),
    "paid_social": ("meta_ads", "meta_ads_cn", "tiktok_ads"),
    "linkedin": ("linkedin_ads",),
}
MARKET_STEMS = {"US": ("us_", "华人"), "GB": ("eu_",), "DE": ("eu_",), "CN": ("华人",)}


def running_campaigns(channel: str, market: str, moment: datetime) -> dict[Campaign, float]:
    """Return the campaigns that could have brought this visit, with their weights."""
    stems = ("b2b_",) if channel == "linkedin" else MARKET_STEMS[market]
    return {
        campaign: campaign.weight
        for campaign in campaigns_of(*AD_PLATFORMS[channel])
        if campaign.first_day <= moment.date() <= campaign.last_day
        and campaign.name.startswith(stems)
    }


def ad_visit(
    campaign: Campaign, person: Person | None, device: Device, at: datetime, draws: Draws
) -> Session:
    """Return a visit that began with a click on an ad, tagged as that platform tags it."""
    kind = campaign.click_id_type
    click_id = CLICK_ID_STEMS[kind] + draws.token(24, URL_SAFE)
    session = Session(SHOP_HOST, person, device, at, campaign.source, campaign.medium, campaign)
    session.campaign_name, session.click_id = campaign.name, click_id
    session.content = draws.pick(("carousel", "video", "static")) if kind != "gclid" else None
    session.referrer = {"google": "https://www.google.com/", "tiktok": ""}.get(
        campaign.source, f"https://l.{campaign.source}.com/"
    )
    tags = {
        "utm_source": campaign.source,
        "utm_medium": campaign.medium,
        "utm_campaign": campaign.name,
        "utm_id": campaign.campaign_id,
    }
    if session.content:
        tags["utm_content"] = session.content
    if kind == "gclid" and draws.chance(0.1):  # auto-tagging only: the click id says it all
        tags = {}
    session.query = {**tags, kind: click_id}
    return session


def free_visit(
    channel: str, person: Person | None, device: Device, at: datetime, draws: Draws
) -> Session:
    """Return a visit nobody paid for: organic search, organic social, referral or direct."""
    session = Session(SHOP_HOST, person, device, at, "(direct)", "(none)")
    if channel == "organic_search":
        session.source, session.medium = draws.weighted(SEARCH_ENGINES), "organic"
        session.referrer = f"https://www.{session.source}.com/"
    elif channel == "organic_social":
        session.source, session.medium = draws.weighted(SOCIAL_SITES), "social"
        session.referrer = f"https://{session.source}/"
        if draws.chance(0.4):
            stem = session.source.partition(".")[0]
            session.query = {"utm_source": stem, "utm_medium": "social", "utm_campaign": "bio_link"}
            session.source, session.campaign_name = stem, "bio_link"
    elif channel == "referral":
        session.source, session.medium = draws.weighted(REFERRERS), "referral"
        session.referrer = f"https://{session.source}/tea"
    return session


def message_visit(send: Send, person: Person, device: Device, at: datetime) -> Session:
    """Return a visit from a link in a message, tagged as that sender tags its links."""
    medium = "sms" if send.system == "twilio" else "email"
    name = send.name
    if send.system == "mailchimp":
        name = f"{send.reference}-{send.name.upper().replace(' ', '_')}"
    source = "The_Slow_Leaf" if send.system == "mailchimp" else send.system
    session = Session(SHOP_HOST, person, device, at, source, medium)
    session.campaign_name = name
    session.query = {"utm_source": source, "utm_medium": medium, "utm_campaign": name}
    if send.system == "mailchimp":
        session.query |= {"mc_cid": send.reference, "mc_eid": mailchimp_euid(person)}
    elif send.system == "klaviyo":
        session.query["_kx"] = klaviyo_profile(person)
    return session


def mailchimp_euid(person: Person) -> str:
    """Return Mailchimp's id of this subscriber, as it stands in links and in exports."""
    return code("mailchimp member", person.number, 10, "0123456789abcdef")


def klaviyo_profile(person: Person) -> str:
    """Return Klaviyo's id of this profile."""
    return "01J" + code("klaviyo profile", person.number, 23, UPPER)


def add_pages(session: Session, draws: Draws, ends_with: str = "") -> None:
    """Fill the visit with pages; ``ends_with`` is the path a purchase or an enquiry ends on."""
    moment, pages = 0, []
    landing = "/" if session.medium in ("(none)", "referral") else "/collections/tea"
    if session.campaign and session.campaign.name.startswith("b2b_"):
        landing = "/pages/wholesale"
    elif session.site == GIFTS_HOST:
        landing = "/gifts"
    pages.append((moment, landing))
    depth = draws.weighted({0: 0.46, 1: 0.34, 2: 0.2})
    for _ in range(max(depth, 1) if ends_with else depth):
        moment += 12 + draws.below(150)
        pages.append((moment, f"/products/{draws.pick(PRODUCTS).sku.lower()}"))
    if ends_with:
        moment += 60 + draws.below(240)
        pages.append((moment, ends_with))
    session.pages = pages


def page_url(session: Session, path: str, is_landing: bool) -> str:
    """Return a page's address; the landing page keeps the tags it was called with."""
    tags = urlencode(session.query, quote_via=quote, safe="@") if is_landing else ""
    return f"https://{session.site}{path}" + (f"?{tags}" if tags else "")
