"""What a sale contains: products, discount, tax, shipping, and whether it is sent back."""

from datetime import datetime, timedelta

from ingestion.sample_brand.brand import CLOSED_AT, NOREPLY_EMAIL, PRODUCTS, STORES, TEA_BAR
from ingestion.sample_brand.draws import Draws
from ingestion.sample_brand.people import Person
from ingestion.sample_brand.world import Line, Order

STORE_BY_KEY = {store.key: store for store in STORES}
_FAVOURITES = (1.6, 1.3, 1.0, 0.9, 1.1, 0.4, 0.6, 0.7, 0.45, 0.7, 0.6, 0.8)


def spelled_email(person: Person, draws: Draws) -> str:
    """Return the person's e-mail as they typed it this time."""
    login, domain = person.email.split("@")
    return draws.weighted(
        {
            person.email: 0.74,
            person.email.upper(): 0.08,
            f"{login.title()}@{domain}": 0.1,
            f"{login}+tea@{domain}": 0.06,
            NOREPLY_EMAIL: 0.02,
        }
    )


def spelled_phone(phone: str, market: str, draws: Draws) -> str:
    """Return the number in one of the ways people write it."""
    if market == "US":
        area, last = phone[2:5], phone[8:]
        ways = (phone, f"({area}) 555-{last}", f"{area}-555-{last}", f"+1 {area} 555 {last}")
    elif market == "CN":
        national = phone[3:]
        ways = (phone, national, f"+86 {national[:3]} {national[3:7]} {national[7:]}")
    elif market == "GB":
        ways = (phone, f"020 {phone[5:9]} {phone[9:]}", f"+44 (0)20 {phone[5:9]} {phone[9:]}")
    else:
        ways = (phone, f"030 {phone[5:10]} {phone[10:]}", f"+49 30 {phone[5:10]}{phone[10:]}")
    return draws.pick(ways)


def _lines(place: str, ordered_at: datetime, draws: Draws) -> list[Line]:
    if place in STORE_BY_KEY and draws.chance(0.55):
        drinks = [Line(product, 1, product.price) for product in draws.sample(TEA_BAR, 1)]
        if draws.chance(0.3):
            drinks += [Line(drinks[0].product, 1, drinks[0].price)]  # two equal rows at the till
        if draws.chance(0.6):
            return drinks
    else:
        drinks = []
    weights = dict(zip(PRODUCTS, _FAVOURITES, strict=True))
    if ordered_at.month == 9:
        weights[PRODUCTS[-1]] = 3.4  # the gift set of the season
    chosen: list = []
    for _ in range(draws.weighted({1: 0.38, 2: 0.37, 3: 0.17, 4: 0.08})):
        product = draws.weighted(weights)
        if product not in chosen:
            chosen.append(product)
    prices = {
        product: product.yuan_price if place == "mall" else product.price for product in chosen
    }
    return drinks + [
        Line(product, draws.weighted({1: 0.85, 2: 0.13, 3: 0.02}), prices[product])
        for product in chosen
    ]


def make_order(place: str, person: Person | None, ordered_at: datetime, draws: Draws) -> Order:
    """Return a sale of this place, complete with money and contact details as given."""
    order = Order(place, person, ordered_at, _lines(place, ordered_at, draws))
    if place == "mall":
        order.currency = "CNY"
        order.discount = draws.weighted({0: 0.6, 1000: 0.25, 2000: 0.15})
        order.shipping = draws.weighted({0: 0.7, 1200: 0.3})
    elif place == "shop":
        if draws.chance(0.22):
            order.discount = order.subtotal // 10
        order.shipping = 0 if order.subtotal >= 6000 else 595
        if person and person.market == "US":
            order.tax = int(order.subtotal * 0.07)
    elif place in STORE_BY_KEY:
        if draws.chance(0.12):
            order.discount = order.subtotal // 10
        order.tax = int(order.subtotal * STORE_BY_KEY[place].tax_rate)
    if person:
        order.email = spelled_email(person, draws)
        order.phone = person.phone
    _maybe_send_back(order, draws)
    return order


def _maybe_send_back(order: Order, draws: Draws) -> None:
    fate = draws.weighted({"kept": 0.925, "returned": 0.022, "partly": 0.02, "cancelled": 0.033})
    if order.place == "partner" and fate == "partly":
        fate = "kept"
    returned_at = order.ordered_at + timedelta(days=1 + draws.below(12), seconds=draws.below(3600))
    if fate in ("returned", "partly") and returned_at < CLOSED_AT:
        order.refunded_at = returned_at
        order.refund = order.total if fate == "returned" else order.lines[0].price
        order.status = "refunded" if fate == "returned" else "partially_refunded"
    elif fate == "cancelled" and order.place in ("shop", "mall"):
        order.status = draws.pick(("cancelled", "pending"))
