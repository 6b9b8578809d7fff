"""The brand of the simulated world, read from ``brand.yml``: goods, stores, campaigns, mailings."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from ingestion.simulator.plan import Market, Plan

BRAND_FILE = Path(__file__).parent / "brand.yml"
CLICK_ID_STEMS = {"gclid": "Cj0KCQjw", "fbclid": "IwZXh0bgNh", "ttclid": "E.C.P."}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Product(_Model):
    """Something on sale; prices in cents of US dollars and of yuan, without tax."""

    sku: str
    name: str
    chinese_name: str
    category: str
    price: int = Field(gt=0)
    yuan_price: int = Field(gt=0)
    popularity: float = 1.0
    season: dict[int, float] = Field(default_factory=dict)


class Store(_Model):
    """A store with a till, which exports as Square does or in the project's own formats.

    The zone stands by its IANA name; ``hours`` are the local ones that it opens and closes at. The
    last three are what Square's till prints.
    """

    key: str
    name: str
    timezone: str
    currency: Literal["USD", "CNY"]
    tax_rate: float
    till: Literal["square", "own"]
    hours: tuple[int, int]
    printed_timezone: str = ""
    device: str = ""
    staff: str = ""


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

    @property
    def click_id_stem(self) -> str:
        """Return what the ids begin with that its platform gives to clicks, where they all do."""
        return CLICK_ID_STEMS.get(self.click_id_type or "", "")

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


class Medium(_Model):
    """Media that no platform reports; it runs from one share of the period to another.

    ``cost`` in cents a day and ``impressions`` a day are per 1,000 people of its markets.
    """

    channel: str
    campaign: str
    currency: Literal["USD", "CNY"]
    cost: int = Field(gt=0)
    impressions: int = Field(ge=0)
    markets: tuple[Market, ...]
    from_: float = Field(0.0, alias="from", ge=0, le=1)
    to: float = Field(1.0, ge=0, le=1)


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
    """Names (space-separated), habits and cities of a country's people.

    Shares of people: who consents to e-mail and to texts, and who has a loyalty card far from any
    store and near one.
    """

    given: str
    family: str
    romanised: str | None = None
    consents_email: float = Field(default=0.0, ge=0, le=1)
    consents_sms: float = Field(default=0.0, ge=0, le=1)
    loyalty: float = Field(ge=0, le=1)
    loyalty_near_store: float = Field(ge=0, le=1)
    cities: tuple[City, ...]

    @property
    def has_store(self) -> bool:
        """Whether any of the cities has a store."""
        return any(city.store for city in self.cities)


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
    workshop_store: str
    contact_channels: tuple[str, ...]
    impression_shares: dict[str, float]
    campaigns: tuple[Campaign, ...]
    mailings: tuple[MailingSeries, ...]
    offline_media: tuple[Medium, ...]
    hours: tuple[float, ...] = Field(min_length=24, max_length=24)
    people: dict[Market, People]

    def stores_of(self, till: str) -> tuple[Store, ...]:
        """Return the stores with this kind of till."""
        return tuple(store for store in self.stores if store.till == till)

    def market_of(self, store: str) -> Market:
        """Return the market of a store: where the people live who have it nearby."""
        return next(
            market
            for market, area in self.people.items()
            if any(city.store == store for city in area.cities)
        )


@cache
def load_brand() -> Brand:
    """Return the brand of ``brand.yml``."""
    return Brand.model_validate(yaml.safe_load(BRAND_FILE.read_text(encoding="utf-8")))
