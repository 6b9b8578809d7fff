"""The exports of every platform the brand uses, as SQL over the tables of a world."""

from collections.abc import Callable

from ingestion.simulator.exports import (
    ads,
    crm,
    messaging,
    organic,
    own,
    shops,
    tills,
    web,
)
from ingestion.simulator.exports.cells import World
from ingestion.simulator.writing import Folder

EXPORTERS: tuple[Callable[[World, Folder], None], ...] = (
    shops.shopify,
    tills.square,
    web.ga4,
    own.loyalty_customers,
    own.partner_orders,
    own.touchpoints,
    own.offline_spend,
    ads.google_ads,
    ads.meta_ads,
    ads.tiktok_ads,
    ads.linkedin_ads,
    ads.ocean_engine,
    messaging.klaviyo,
    messaging.mailchimp,
    messaging.sendgrid,
    messaging.twilio,
    shops.stripe,
    shops.youzan,
    crm.hubspot,
    crm.salesforce,
    crm.fxiaoke,
    web.segment,
    organic.instagram,
    organic.youtube,
)
