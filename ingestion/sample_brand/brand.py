"""The brand the sample is about: what it sells, where, and the campaigns it runs.

Tanwick Tea does not exist. Its hosts end in ``.example``, which nobody can register.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

NAME = "Tanwick Tea"
SHOP_HOST = "shop.tanwick.example"
GIFTS_HOST = "gifts.tanwick.example"
FIRST_DAY = date(2026, 7, 1)
LAST_DAY = date(2026, 9, 30)
OPENED_AT = datetime(2026, 7, 1, tzinfo=UTC)
CLOSED_AT = datetime(2026, 10, 1, tzinfo=UTC)
EXPORTED_AT = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)

# Shared by many people on purpose: a hotel's reception, a mailbox nobody reads, a shop's tablet.
FRONT_DESK_PHONE = "+12125550100"
NOREPLY_EMAIL = "noreply@example.com"
KIOSK_DEVICE = "1000000001.1780000000"


@dataclass(frozen=True)
class Product:
    """Something on sale; prices in cents of US dollars and of yuan, without tax."""

    sku: str
    name: str
    chinese_name: str
    category: str
    price: int
    yuan_price: int


PRODUCTS = (
    Product("OOL-100", "Alpine Oolong 100g", "高山乌龙 100g", "Loose Leaf", 1850, 12800),
    Product("MAT-030", "Ceremonial Matcha 30g", "仪式级抹茶 30g", "Matcha", 2900, 20800),
    Product("SEN-100", "Spring Sencha 100g", "春煎茶 100g", "Loose Leaf", 1600, 10800),
    Product("EGR-100", "Earl Grey Reserve 100g", "伯爵红茶 100g", "Loose Leaf", 1350, 9800),
    Product("JAS-080", "Jasmine Pearls 80g", "茉莉龙珠 80g", "Loose Leaf", 2100, 13800),
    Product("PUE-357", "Aged Pu-erh Cake 357g", "陈年普洱饼 357g", "Loose Leaf", 4800, 29800),
    Product("ROO-100", "Rooibos & Vanilla 100g", "香草南非茶 100g", "Herbal", 1200, 7800),
    Product("GAI-150", "Porcelain Gaiwan 150ml", "白瓷盖碗 150ml", "Teaware", 3400, 19800),
    Product("KYU-300", "Kyusu Teapot 300ml", "横手急须 300ml", "Teaware", 5800, 36800),
    Product("CUP-002", "Tasting Cups, pair", "品茗杯 对", "Teaware", 2400, 15800),
    Product("WHI-001", "Bamboo Whisk", "竹茶筅", "Teaware", 1700, 9800),
    Product("GIF-001", "Harvest Moon Gift Set", "中秋礼盒", "Gifts", 6400, 39800),
)
TEA_BAR = (
    Product("BAR-OOL", "Iced Oolong", "", "Tea Bar", 550, 0),
    Product("BAR-MAT", "Matcha Latte", "", "Tea Bar", 650, 0),
    Product("BAR-HOJ", "Hojicha Soft Serve", "", "Tea Bar", 600, 0),
    Product("BAR-FLT", "Tasting Flight", "", "Tea Bar", 2200, 0),
)


@dataclass(frozen=True)
class Store:
    """A store with a till; the zone's two names are the IANA one and the one the till prints."""

    key: str
    name: str
    timezone: str
    printed_timezone: str
    tax_rate: float


STORES = (
    Store("hudson", "Tanwick Hudson", "America/New_York", "Eastern Time (US & Canada)", 0.08875),
    Store("alder", "Tanwick Alder", "America/Los_Angeles", "Pacific Time (US & Canada)", 0.0),
)


@dataclass(frozen=True)
class Campaign:
    """An ad campaign; cost per click in cents of the account's currency, rates as fractions."""

    platform: str
    campaign_id: str
    name: str
    kind: str
    source: str
    medium: str
    click_id_type: str | None
    cost_per_click: int
    click_rate: float
    weight: float
    group: str = ""
    clicks_per_visit: float = 1.14  # some leave before the page could load
    currency: str = "USD"
    first_day: date = FIRST_DAY
    last_day: date = LAST_DAY


CAMPAIGNS = (
    Campaign("google_ads", "21800000001", "us_brand_search", "Search",
             "google", "cpc", "gclid", 82, 0.039, 3.4),
    Campaign("google_ads", "21800000002", "us_oolong_search", "Search",
             "google", "cpc", "gclid", 134, 0.026, 3.0),
    Campaign("google_ads", "21800000003", "us_teaware_shopping", "Shopping",
             "google", "cpc", "gclid", 96, 0.012, 2.2),
    Campaign("google_ads", "21800000004", "eu_matcha_search", "Search",
             "google", "cpc", "gclid", 97, 0.024, 2.4),
    Campaign("google_ads", "21800000005", "b2b_wholesale_search", "Search",
             "google", "cpc", "gclid", 145, 0.019, 0.5),
    Campaign("google_ads", "21800000006", "us_display_awareness", "Display",
             "google", "display", "gclid", 48, 0.009, 0.8,
             first_day=date(2026, 8, 3), last_day=date(2026, 8, 30)),
    Campaign("meta_ads", "120230000000010001", "us_prospecting_teasets", "Prospecting",
             "facebook", "paid_social", "fbclid", 118, 0.015, 3.0),
    Campaign("meta_ads", "120230000000010002", "us_retargeting_catalog", "Retargeting",
             "instagram", "paid_social", "fbclid", 104, 0.023, 1.8),
    Campaign("meta_ads", "120230000000010003", "eu_prospecting_matcha", "Prospecting",
             "instagram", "paid_social", "fbclid", 98, 0.014, 1.8),
    Campaign("meta_ads_cn", "120230000000020001", "华人中秋礼盒_拉新", "Prospecting",
             "facebook", "paid_social", "fbclid", 760, 0.013, 1.0,
             currency="CNY", first_day=date(2026, 8, 10)),
    Campaign("tiktok_ads", "1810000000000001", "us_spark_unboxing", "Spark",
             "tiktok", "paid_social", "ttclid", 74, 0.011, 1.3, group="spark_broad"),
    Campaign("tiktok_ads", "1810000000000001", "us_spark_unboxing", "Spark",
             "tiktok", "paid_social", "ttclid", 78, 0.013, 0.9, group="spark_lookalike"),
    Campaign("linkedin_ads", "480000101", "b2b_hospitality_leads", "Lead generation",
             "linkedin", "paid_social", "li_fat_id", 260, 0.0105, 0.35, group="Hospitality EU"),
    Campaign("ocean_engine", "1800000000000101", "中秋礼盒_短视频带货", "短视频带货",
             "douyin", "cpc", None, 320, 0.016, 1.0,
             clicks_per_visit=6.0, currency="CNY", first_day=date(2026, 8, 15)),
    Campaign("ocean_engine", "1800000000000102", "秋茶上新_直播间", "直播间带货",
             "douyin", "cpc", None, 290, 0.019, 1.0, clicks_per_visit=6.0, currency="CNY"),
)  # fmt: skip


def campaigns_of(*platforms: str) -> list[Campaign]:
    """Return the campaigns of these platforms, in order."""
    return [campaign for campaign in CAMPAIGNS if campaign.platform in platforms]
