"""What a sale contains: products, discount, tax, shipping, and whether it is sent back."""

import numpy as np

from ingestion.simulator.clock import DAY
from ingestion.simulator.draws import choose, choose_key, cumulative
from ingestion.simulator.people import FRONT_DESK_PHONE
from ingestion.simulator.world import World, words

LINES_AT_MOST = 6
FATES = {"kept": 0.925, "returned": 0.022, "partly": 0.02, "cancelled": 0.033}
STATUSES = ["paid", "refunded", "partially_refunded", "cancelled", "pending"]

ORDER_DRAWS = (
    "create table order_draws (order_id bigint, place varchar, person_id bigint, "
    "journey_id bigint, ordered_at timestamp, currency varchar, gross bigint, discount bigint, "
    "subtotal bigint, shipping bigint, tax bigint, total bigint, refund bigint, "
    "refunded_at timestamp, status varchar, is_known boolean, last_touch_id bigint)"
)


def keep_orders(
    world: World,
    first_order: int,
    place: np.ndarray,
    market: np.ndarray,
    ordered: np.ndarray,
    basket: np.ndarray,
    links: dict[str, object],
    draw: np.random.Generator,
) -> None:
    """Append sales and their lines; ``links`` holds further columns of the sales.

    ``place`` and ``market`` are names, ``ordered`` seconds of the period, ``basket`` the buyer's
    usual number of further lines.
    """
    size = len(place)
    if not size:
        return
    brand = world.brand
    goods = [*brand.products, *brand.tea_bar]
    in_store = np.isin(place, [store.key for store in brand.stores])
    is_mall, is_shop = place == "mall", place == "shop"
    in_yuan = is_mall | np.isin(place, [s.key for s in brand.stores if s.currency == "CNY"])

    chosen, quantity = _baskets(world, in_store, ordered, basket, draw)
    dollars = np.array([product.price for product in goods])
    yuan = np.array([product.yuan_price for product in goods])
    price = np.where(in_yuan[:, None], yuan[chosen], dollars[chosen])
    is_line = quantity > 0
    gross = (price * quantity).sum(axis=1)

    unit = draw.random(size)
    discount = np.where(is_mall, np.select([unit < 0.6, unit < 0.85], [0, 1000], 2000), 0)
    tenth = (is_shop & (unit < 0.22)) | (in_store & (unit < 0.12))
    discount = np.where(tenth, gross // 10, discount)
    subtotal = gross - discount
    shipping = np.where(is_shop & (subtotal < 6000), 595, 0)
    shipping = np.where(is_mall & (draw.random(size) < 0.3), 1200, shipping)
    tax_rate = np.where(is_shop & (market == "US"), 0.07, 0.0)
    for store in brand.stores:
        tax_rate[place == store.key] = store.tax_rate
    tax = np.floor(subtotal * tax_rate).astype(np.int64)
    total = subtotal + shipping + tax

    fate = choose(np.array(list(FATES.values())), draw.random(size))
    fate[(place == "partner") & (fate == 2)] = 0
    returned = ordered + np.floor((1 + 11 * draw.random(size)) * DAY)
    fate[np.isin(fate, (1, 2)) & (returned >= world.seconds)] = 0
    fate[(fate == 3) & ~(is_shop | is_mall)] = 0
    first_line = price[np.arange(size), is_line.argmax(axis=1)]
    refund = np.where(fate == 1, total, np.where(fate == 2, np.minimum(first_line, total), 0))
    status = np.where((fate == 3) & (draw.random(size) < 0.5), 4, fate)

    order_id = first_order + np.arange(size)
    world.insert(
        "order_draws",
        {
            "order_id": order_id,
            "place": place.astype(object),
            "ordered_at": world.instants(ordered),
            "currency": np.where(in_yuan, "CNY", "USD").astype(object),
            "gross": gross,
            "discount": discount,
            "subtotal": subtotal,
            "shipping": shipping,
            "tax": tax,
            "total": total,
            "refund": refund,
            "refunded_at": world.instants(returned, refund == 0),
            "status": words(STATUSES, status),
            **links,
        },
    )
    row, column = np.nonzero(is_line)
    number = is_line.cumsum(axis=1)[row, column]
    product = chosen[row, column]
    names = [p.name for p in goods]
    chinese_names = [p.chinese_name for p in goods]
    world.insert(
        "order_lines",
        {
            "order_id": order_id[row],
            "line": number,
            "sku": words([p.sku for p in goods], product),
            "product": words(
                names + chinese_names, np.where(in_yuan[row], len(goods) + product, product)
            ),
            "category": words([p.category for p in goods], product),
            "quantity": quantity[row, column],
            "price": price[row, column],
        },
    )


def _baskets(
    world: World,
    in_store: np.ndarray,
    ordered: np.ndarray,
    basket: np.ndarray,
    draw: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return goods and quantities (0 for no line) of each sale, drinks of the tea bar first."""
    products, bar, size = world.brand.products, world.brand.tea_bar, len(ordered)
    days = np.datetime64(world.plan.first_day) + (ordered // DAY).astype("timedelta64[D]")
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    bounds = np.array([
        cumulative(np.array([p.season.get(number, p.popularity) for p in products]))
        for number in range(1, 13)
    ])  # fmt: skip
    has_drink = in_store & (draw.random(size) < 0.55)
    only_drinks = has_drink & (draw.random(size) < 0.6)
    chosen = np.zeros((size, 2 + LINES_AT_MOST), np.int64)
    quantity = np.zeros((size, 2 + LINES_AT_MOST), np.int64)
    drink = len(products) + np.floor(len(bar) * draw.random(size)).astype(np.int64)
    chosen[:, 0], chosen[:, 1] = drink, drink
    quantity[:, 0] = has_drink
    quantity[:, 1] = has_drink & (draw.random(size) < 0.3)  # two equal rows at the till
    lines = 1 + np.minimum(draw.poisson(basket), LINES_AT_MOST - 1)
    lines[only_drinks] = 0
    for number in range(LINES_AT_MOST):
        column = 2 + number
        units = draw.random(size)
        chosen[:, column] = (units[:, None] >= bounds[month]).sum(axis=1)
        count = choose_key({1: 0.85, 2: 0.13, 3: 0.02}, draw.random(size))
        is_new = number < lines
        for earlier in range(2, column):
            is_new &= chosen[:, earlier] != chosen[:, column]
        quantity[:, column] = np.where(is_new, count, 0)
    return chosen, quantity


# How people write their address and number at a checkout. A slip of the finger takes a letter
# away: the person's number in the address stays, so that the slip is nobody else's address.
ORDERS = """
create table orders as
with joined as (
    select
        order_draws.*,
        buying_visits.visit_id,
        persons.market, persons.loyalty_id, persons.shares_desk_phone,
        case
            when persons.second_email is not null and u('which email', order_id) < 0.25
                then persons.second_email
            else persons.email
        end as own_email,
        case
            when persons.shares_desk_phone and u('desk', order_id) < 0.5 then '{front_desk}'
            when persons.second_phone is not null and u('which phone', order_id) < 0.25
                then persons.second_phone
            else persons.phone
        end as own_phone,
        u('spelling', order_id) / {other_spelling} as email_way,
        u('phone spelling', order_id) as phone_way,
        place in ('shop', 'mall', 'partner') or persons.loyalty_id is not null as is_asked
    from order_draws
    left join persons on order_draws.person_id = persons.person_id
    left join buying_visits using (order_id)
)
select
    order_id,
    place,
    1000 + row_number() over (partition by place order by ordered_at, order_id) as number,
    person_id, journey_id, visit_id, ordered_at, currency, gross, discount, subtotal, shipping,
    tax, total, refund, refunded_at, status,
    case
        when person_id is null or not (is_asked or u('tells email', order_id) < 0.35) then null
        when u('noreply', order_id) < 0.005 then '{noreply}'
        when u('email slip', order_id) < {typing_error}
            then left(own_email, 1) || substr(own_email, 3)
        when email_way < 0.3 then upper(own_email)
        when email_way < 0.65 then upper(left(own_email, 1)) || substr(own_email, 2)
        when email_way < 1 then replace(own_email, '@', '+tea@')
        else own_email
    end as email,
    case
        when person_id is null or not (is_asked or u('tells phone', order_id) < 0.35) then null
        when place in ('shop', 'partner') and u('no phone', order_id) < 0.3 then null
        when u('phone slip', order_id) < {typing_error} then left(own_phone, -1)
        when market = 'US' and phone_way < 0.25
            then '(' || own_phone[3:5] || ') ' || own_phone[6:8] || '-' || own_phone[9:]
        when market = 'US' and phone_way < 0.5
            then own_phone[3:5] || '-' || own_phone[6:8] || '-' || own_phone[9:]
        when market = 'US' and phone_way < 0.75
            then '+1 ' || own_phone[3:5] || ' ' || own_phone[6:8] || ' ' || own_phone[9:]
        when market in ('GB', 'DE') and phone_way < 0.35
            then '0' || own_phone[4:7] || ' ' || own_phone[8:]
        when market in ('GB', 'DE') and phone_way < 0.6
            then own_phone[1:3] || ' ' || own_phone[4:7] || ' ' || own_phone[8:]
        when market = 'CN' and phone_way < 0.5 then own_phone[4:]
        when market = 'CN' and phone_way < 0.65
            then '+86 ' || own_phone[4:6] || ' ' || own_phone[7:10] || ' ' || own_phone[11:]
        else own_phone
    end as phone,
    is_known
from joined
order by order_id
"""


def add_orders(world: World) -> None:
    """Fill ``orders`` from what was drawn, with running numbers and what people typed."""
    identity = world.plan.scenario.identity
    world.connection.execute(
        ORDERS.format(
            front_desk=FRONT_DESK_PHONE,
            noreply=world.brand.noreply_email,
            other_spelling=max(identity.other_spelling, 1e-9),
            typing_error=identity.typing_error,
        )
    )
    world.connection.execute("drop table order_draws; drop table buying_visits")
