"""The brand of the simulated world, read from ``brand.yml``: goods, stores, campaigns, mailings."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from ingestion.simulator.plan import Market, Plan

BRAND_FILE = Path(__file__).parent / "brand.yml"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Product(_Model):
    """Something on sale; prices in cents of US dollars and of yuan, without tax."""

    sku: str
    name: str
    chinese_name: str = ""
    category: str
    price: int = Field(gt=0)
    yuan_price: int = 0
    popularity: float = 1.0
    season: dict[int, float] = Field(default_factory=dict)


class Store(_Model):
    """A store with a till; its zone by its IANA name and as the till prints it."""

    key: str
    name: str
    timezone: str
    printed_timezone: str
    tax_rate: float


class Campaign(_Model):
    """An ad campaign or ad group; it runs from one share of the period to another."""

    key: str
    platform: str
    account: str
    campaign_id: str
    name: str
    kind: str
    ad_group: str = ""
    channel: str
    source: str
    medium: str
    click_id_type: str | None = None
    cost_per_click: int = Field(gt=0)
    click_rate: float = Field(gt=0, le=1)
    weight: float = Field(gt=0)
    clicks_per_visit: float = 1.14  # some leave before the page could load
    currency: str = "USD"
    markets: tuple[Market, ...]
    is_business: bool = False
    from_: float = Field(0.0, alias="from", ge=0, le=1)
    to: float = Field(1.0, ge=0, le=1)

    def days(self, plan: Plan) -> tuple[date, date]:
        """Return the first and the last day of it in this plan's period."""
        first = plan.first_day + timedelta(days=int(self.from_ * plan.days))
        last = plan.first_day + timedelta(days=max(int(self.to * plan.days) - 1, 0))
        return min(first, plan.last_day), max(last, min(first, plan.last_day))


class MailingText(_Model):
    """What one mailing says, and which shares of its readers open and click.

    Where there is a ``variant_subject``, half of the recipients get that one instead, and open
    ``variant_open_lift`` times as often.
    """

    name: str
    subject: str
    open_rate: float
    click_rate: float
    variant_subject: str | None = None
    variant_open_lift: float = 1.0


class MailingSeries(_Model):
    """Mailings that go out every so many days, at an hour of UTC."""

    system: Literal["klaviyo", "mailchimp", "sendgrid", "twilio"]
    every_days: int = Field(gt=0)
    first_day: int = Field(ge=0)
    hour: int = Field(ge=0, lt=24)
    market: Market | None = None
    audience: Literal["people", "members", "business"] = "people"
    audience_share: float = Field(gt=0, le=1)
    texts: tuple[MailingText, ...]


class City(_Model):
    """Where people of a country live; ``store`` is the key of the store nearby."""

    city: str
    region: str
    region_name: str
    postal_stem: str
    timezone: str
    weight: float
    store: str | None = None


class People(_Model):
    """Names (space-separated) and cities of a country's people."""

    given: str
    family: str
    romanised: str | None = None
    cities: tuple[City, ...]


class Brand(_Model):
    """Everything of ``brand.yml``."""

    name: str
    shop_host: str
    gifts_host: str
    noreply_email: str
    kiosk_client_id: str
    kiosk_anonymous_id: str
    products: tuple[Product, ...]
    tea_bar: tuple[Product, ...]
    stores: tuple[Store, ...]
    contact_channels: tuple[str, ...]
    impression_shares: dict[str, float]
    campaigns: tuple[Campaign, ...]
    mailings: tuple[MailingSeries, ...]
    hours: tuple[float, ...] = Field(min_length=24, max_length=24)
    people: dict[Market, People]


@cache
def load_brand() -> Brand:
    """Return the brand of ``brand.yml``."""
    return Brand.model_validate(yaml.safe_load(BRAND_FILE.read_text(encoding="utf-8")))
