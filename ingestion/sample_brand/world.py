"""What happened: the records that every platform's export is a partial view of."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ingestion.sample_brand.brand import Campaign, Product
from ingestion.sample_brand.people import Device, Person

SALE_WINDOW = timedelta(days=5)


@dataclass
class Line:
    """One product on an order; the price in cents of the order's currency."""

    product: Product
    quantity: int
    price: int


@dataclass
class Order:
    """One sale, as the system that owns it (``place``) keeps it; money in cents of ``currency``.

    ``place`` is ``shop``, ``mall``, ``partner`` or a store's key. ``person`` is None for a walk-in.
    """

    place: str
    person: Person | None
    ordered_at: datetime
    lines: list[Line]
    currency: str = "USD"
    discount: int = 0
    shipping: int = 0
    tax: int = 0
    refund: int = 0
    refunded_at: datetime | None = None
    status: str = "paid"
    email: str = ""
    phone: str = ""
    session: "Session | None" = None
    number: int = 0

    @property
    def subtotal(self) -> int:
        """Lines less discount, without tax and shipping."""
        return sum(line.price * line.quantity for line in self.lines) - self.discount

    @property
    def total(self) -> int:
        """What the buyer paid."""
        return self.subtotal + self.shipping + self.tax


@dataclass
class Session:
    """One visit to a site: where it came from and which pages it saw, as (seconds in, path)."""

    site: str
    person: Person | None
    device: Device
    started_at: datetime
    source: str
    medium: str
    campaign: Campaign | None = None
    campaign_name: str | None = None
    content: str | None = None
    click_id: str | None = None
    referrer: str = ""
    query: dict[str, str] = field(default_factory=dict)
    pages: list[tuple[int, str]] = field(default_factory=list)
    is_logged_in: bool = False
    is_cookieless: bool = False
    order: Order | None = None
    lead: bool = False


@dataclass
class Touchpoint:
    """A contact outside web and messages: a call, a store visit, a chat, a partner's referral."""

    source: str
    person: Person | None
    occurred_at: datetime
    interaction: str
    channel: str
    utm_source: str = ""
    utm_medium: str = ""
    campaign: str = ""
    cost: int = 0
    currency: str = ""


@dataclass
class Send:
    """One mailing: who got it and what each of them did, as person number -> instant."""

    system: str
    reference: str
    name: str
    subject: str
    sent_at: datetime
    recipients: dict[int, Person] = field(default_factory=dict)
    bounces: set[int] = field(default_factory=set)
    opens: dict[int, datetime] = field(default_factory=dict)
    machine_opens: dict[int, datetime] = field(default_factory=dict)
    clicks: dict[int, datetime] = field(default_factory=dict)
    unsubscribes: dict[int, datetime] = field(default_factory=dict)
    open_rate: float = 0.33
    click_rate: float = 0.02

    @property
    def delivered(self) -> int:
        """How many mailboxes or telephones took it."""
        return len(self.recipients) - len(self.bounces)

    @property
    def all_opens(self) -> set[int]:
        """Whose message was opened, by themselves or by a machine."""
        return self.opens.keys() | self.machine_opens.keys()


@dataclass
class Lead:
    """A business enquiry in a CRM and the stages it reached, as (stage, instant)."""

    system: str
    person: Person
    created_at: datetime
    session: Session | None
    event_name: str
    stages: list[tuple[str, datetime]]
    amount: int = 0

    def reached(self, stage: str) -> datetime | None:
        """Return when the lead entered this stage, or None."""
        return dict(self.stages).get(stage)


@dataclass
class World:
    """Everything that happened, each list in order of time."""

    people: list[Person]
    sends: list[Send]
    sessions: list[Session] = field(default_factory=list)
    touchpoints: list[Touchpoint] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)

    def orders_of(self, *places: str) -> list[Order]:
        """Return the orders of these places."""
        return [order for order in self.orders if order.place in places]

    def sends_of(self, system: str) -> list[Send]:
        """Return the mailings of one system."""
        return [send for send in self.sends if send.system == system]

    def sales_after(self, send: Send) -> list[Order]:
        """Return the online orders of people who clicked, within five days of the click."""
        return [
            order
            for order in self.orders_of("shop")
            if order.person
            and order.person.number in send.clicks
            and order.status != "cancelled"
            and timedelta(0) <= order.ordered_at - send.clicks[order.person.number] <= SALE_WINDOW
        ]
