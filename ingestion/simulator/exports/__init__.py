"""The exports of every platform the brand uses, as SQL over the tables of a world."""

from collections.abc import Callable
from dataclasses import dataclass

from ingestion.simulator.exports import (
    chinese,
    fxiaoke,
    ga4,
    google_ads,
    hubspot,
    klaviyo,
    linkedin_ads,
    mailchimp,
    meta_ads,
    ocean_engine,
    organic,
    own,
    own_tills,
    salesforce,
    segment,
    sendgrid,
    shopify,
    stripe,
    tiktok_ads,
    tills,
    twilio,
    youzan,
)
from ingestion.simulator.exports.cells import World
from ingestion.simulator.writing import Folder


@dataclass(frozen=True)
class Platform:
    """A platform: what writes its files, and the marts' names of the sources these speak for."""

    export: Callable[[World, Folder], None]
    sources: tuple[str, ...]


PLATFORMS: dict[str, Platform] = {
    "shopify": Platform(shopify.write, ("shopify",)),
    "square": Platform(tills.square, ("square",)),
    "ga4": Platform(ga4.write, ("ga4",)),
    "loyalty": Platform(own.loyalty_customers, ("loyalty",)),
    "partner": Platform(own.partner_orders, (own.PARTNER,)),
    "touchpoints": Platform(own.touchpoints, ("wecom", "callcenter", "mall_visits")),
    "offline_spend": Platform(own.offline_spend, ()),
    "google_ads": Platform(google_ads.write, ()),
    "meta_ads": Platform(meta_ads.write, ()),
    "tiktok_ads": Platform(tiktok_ads.write, ()),
    "linkedin_ads": Platform(linkedin_ads.write, ()),
    "ocean_engine": Platform(ocean_engine.write, ()),
    "klaviyo": Platform(klaviyo.write, ("klaviyo",)),
    "mailchimp": Platform(mailchimp.write, ("mailchimp",)),
    "sendgrid": Platform(sendgrid.write, ("sendgrid",)),
    "twilio": Platform(twilio.write, ("twilio",)),
    "stripe": Platform(stripe.write, ("stripe",)),
    "youzan": Platform(youzan.write, ("youzan",)),
    "hubspot": Platform(hubspot.write, ("hubspot",)),
    "salesforce": Platform(salesforce.write, ("salesforce",)),
    "fxiaoke": Platform(fxiaoke.write, ("fxiaoke",)),
    "segment": Platform(segment.write, ("segment",)),
    "instagram": Platform(organic.instagram, ()),
    "youtube": Platform(organic.youtube, ()),
    "own_tills": Platform(own_tills.store_orders, (own_tills.STORE_POS,)),
    "wechat_oa": Platform(chinese.wechat_oa, ("wechat_oa",)),
    "wecom": Platform(chinese.wecom, ("wecom",)),
    "xiaohongshu": Platform(chinese.xiaohongshu, ()),
}


def platforms_of(world: World) -> dict[str, Platform]:
    """Return the platforms of the world's scenario, in the order of their files.

    Raises ``ValueError`` when the scenario names one that nobody knows.
    """
    wanted = world.plan.scenario.platforms
    if wanted is None:
        return PLATFORMS
    strangers = set(wanted) - PLATFORMS.keys()
    if strangers:
        known = ", ".join(PLATFORMS)
        raise ValueError(f"no such platforms: {sorted(strangers)}; platforms are {known}")
    return {name: platform for name, platform in PLATFORMS.items() if name in wanted}
