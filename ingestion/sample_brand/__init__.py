"""A small brand's quarter, written as the exports of every platform it uses.

``write_sample`` is the whole interface. The same seed gives the same files, wherever it runs.
"""

import os
from pathlib import Path

from ingestion.sample_brand import (
    crm_exports,
    google_ads_exports,
    klaviyo_exports,
    mailchimp_exports,
    message_log_exports,
    own_exports,
    paid_social_exports,
    salesforce_exports,
    shop_exports,
    social_exports,
    till_exports,
    web_exports,
)
from ingestion.sample_brand.story import tell

EXPORTERS = (
    google_ads_exports.google_ads,
    paid_social_exports.meta_ads,
    paid_social_exports.linkedin_ads,
    paid_social_exports.tiktok_ads,
    paid_social_exports.ocean_engine,
    mailchimp_exports.mailchimp,
    klaviyo_exports.klaviyo,
    message_log_exports.sendgrid,
    message_log_exports.twilio,
    crm_exports.hubspot,
    salesforce_exports.salesforce,
    crm_exports.fxiaoke,
    shop_exports.shopify,
    till_exports.square,
    shop_exports.stripe,
    shop_exports.youzan,
    web_exports.ga4,
    web_exports.segment,
    own_exports.loyalty_customers,
    own_exports.partner_orders,
    own_exports.touchpoints,
    own_exports.offline_spend,
)


def write_sample(out_dir: Path, seed: int = 7) -> list[Path]:
    """Write the sample's exports below ``out_dir`` and return their paths, sorted.

    Files are grouped by vendor and keep the time the brand downloaded them, which decides between
    two exports of one period that do not state it. Existing files of the same names are replaced.
    """
    world = tell(seed)
    exports = [export for exporter in EXPORTERS for export in exporter(world, seed)]
    exports += social_exports.instagram(seed) + social_exports.youtube(seed)
    for export in exports:
        path = out_dir / export.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(export.content)
        downloaded_at = export.exported_at.timestamp()
        os.utime(path, (downloaded_at, downloaded_at))
    return sorted(out_dir / export.path for export in exports)
