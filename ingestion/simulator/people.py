"""The people of the world: invented, and unable to be anyone.

E-mail addresses stand in the domains reserved for examples and hold the person's number. Telephone
numbers are a bijection of that number within its market, in exchanges and prefixes that are not
given out, or not to people.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import phonenumbers
import pyarrow as pa

from ingestion.simulator.clock import Clocks
from ingestion.simulator.draws import choose, choose_key, generator
from ingestion.simulator.experiments import draw_variants, keep_variants
from ingestion.simulator.world import World, words

BLOCK = 50_000
DEVICES_AT_MOST = 3
FRONT_DESK_PHONE = "+12125550100"
LATENESS = 1.5  # people enter at period * u ** this: most of them early
UNSUBSCRIBES = 0.08  # of those who consent, at some time after they entered
ACCOUNT = 0.55  # of those who buy in the online shop
BASKET_SHAPE, BASKET_MEAN = 2.2, 0.95  # Gamma of a person's usual number of further lines


@dataclass
class Crowd:
    """A block of people as arrays, one element each; instants in even days or seconds."""

    person_id: np.ndarray
    market: np.ndarray  # position in the scenario's markets
    city: np.ndarray  # position among all cities
    zone: np.ndarray  # position in the clocks' zones
    store: np.ndarray  # position in the brand's stores, -1 far from any
    is_business: np.ndarray
    consents_email: np.ndarray
    consents_sms: np.ndarray
    is_member: np.ndarray
    has_account: np.ndarray
    entered: np.ndarray  # seconds
    unsubscribed: np.ndarray  # seconds, after the period for never
    rate: np.ndarray  # per even day
    dropout: np.ndarray
    repeats_until_left: np.ndarray
    basket: np.ndarray
    device_count: np.ndarray
    house: np.ndarray  # person_id
    desk_phone: np.ndarray
    employee: np.ndarray
    variant: np.ndarray  # position of the variant, one row per experiment

    def __len__(self) -> int:
        """Return how many people there are."""
        return len(self.person_id)

    @property
    def home_device(self) -> np.ndarray:
        """The first device of the household."""
        return DEVICES_AT_MOST * (self.house - 1) + 1


def draw_crowd(world: World, clocks: Clocks, block: int) -> Crowd:
    """Return the people of a block; the same for the same seed, whatever the other blocks."""
    plan, scenario, brand = world.plan, world.plan.scenario, world.brand
    first = block * BLOCK + 1
    size = min(BLOCK, plan.customers - first + 1)
    draw = generator(plan.seed, "people", block)
    person_id = np.arange(first, first + size)

    markets = list(scenario.markets)
    market = choose(np.array(list(scenario.markets.values())), draw.random(size))
    is_business = draw.random(size) < scenario.business_share
    # Every second person may live with the one before: same country, same house, same browser.
    shares = (np.arange(size) % 2 == 1) & (draw.random(size) < scenario.identity.shared_device)
    before = np.where(shares, np.arange(size) - 1, np.arange(size))
    market, is_business = market[before], is_business[before]
    before = np.where(is_business, np.arange(size), before)

    cities = [(m, c) for m in markets for c in brand.people[m].cities]
    city_market = np.array([markets.index(m) for m, _ in cities])
    city, units = np.empty(size, np.int64), draw.random(size)
    for number in range(len(markets)):
        of_market = np.flatnonzero(city_market == number)
        weights = np.array([cities[position][1].weight for position in of_market])
        rows = market == number
        city[rows] = of_market[choose(weights, units[rows])]
    city = city[before]
    store_keys = [store.key for store in brand.stores]
    city_store = np.array([store_keys.index(c.store) if c.store else -1 for _, c in cities])
    city_zone = np.array([clocks.zones.index(c.timezone) for _, c in cities])
    zone = city_zone[city]
    store = np.where(is_business, -1, city_store[city])

    is_us = market == (markets.index("US") if "US" in markets else -1)
    has_shop = np.array([scenario.places[m].online == "shop" for m in markets])[market]
    email, sms, loyalty, near = (
        np.array([getattr(brand.people[m], share) for m in markets])[market]
        for share in ("consents_email", "consents_sms", "loyalty", "loyalty_near_store")
    )
    consents_email = (draw.random(size) < email) & ~is_business
    consents_sms = (draw.random(size) < sms) & ~is_business
    has_account = (draw.random(size) < ACCOUNT) & ~is_business & has_shop
    loyalty = np.where(store >= 0, near, loyalty)
    is_member = (draw.random(size) < loyalty) & ~is_business

    entered_even = plan.days * draw.random(size) ** LATENESS
    entered = np.floor(clocks.seasonal_seconds(entered_even, zone))
    unsubscribes = (draw.random(size) < UNSUBSCRIBES) & (consents_email | consents_sms)
    left_list = entered + 3600 + (world.seconds - entered) * draw.random(size)
    unsubscribed = np.where(unsubscribes, np.floor(left_list), world.seconds + 1.0)

    purchases = scenario.purchases
    rate = draw.gamma(purchases.r, 1 / purchases.alpha, size)
    dropout = np.clip(draw.beta(purchases.a, purchases.b, size), 1e-12, 1 - 1e-12)
    repeats_until_left = np.ceil(np.log1p(-draw.random(size)) / np.log1p(-dropout))
    return Crowd(
        person_id=person_id,
        market=market,
        city=city,
        zone=zone,
        store=store,
        is_business=is_business,
        consents_email=consents_email,
        consents_sms=consents_sms,
        is_member=is_member,
        has_account=has_account,
        entered=entered,
        unsubscribed=unsubscribed,
        rate=rate,
        dropout=dropout,
        repeats_until_left=np.clip(repeats_until_left, 1, 2**31).astype(np.int64),
        basket=draw.gamma(BASKET_SHAPE, BASKET_MEAN / BASKET_SHAPE, size),
        device_count=np.minimum(
            choose_key(scenario.identity.devices, draw.random(size)), DEVICES_AT_MOST
        ),
        house=person_id[before],
        desk_phone=(draw.random(size) < scenario.identity.front_desk_phone) & is_us,
        employee=(draw.random(size) < scenario.identity.employees) & ~is_business,
        variant=draw_variants(plan, block, size),
    )


def create_draws_table(world: World) -> None:
    """Create the tables that people's names are later taken from."""
    world.connection.execute(
        "create table person_draws (person_id bigint, market_number integer, city_number integer, "
        "store varchar, is_business boolean, consents_email boolean, consents_sms boolean, "
        "is_member boolean, has_account boolean, entered_at timestamp, unsubscribed_at timestamp, "
        "rate double, dropout double, repeats_until_left bigint, basket double, "
        "device_count integer, house_id bigint, shares_desk_phone boolean, is_employee boolean)"
    )
    rows, markets = [], list(world.plan.scenario.markets)
    for number, market in enumerate(markets):
        area = world.brand.people[market]
        for city in area.cities:
            row = city.model_dump(exclude={"weight", "store"})
            row |= {"market": market, "market_number": number, "city_number": len(rows)}
            row |= {"given_names": area.given.split(), "family_names": area.family.split()}
            row["logins"] = (area.romanised or area.family).split()
            rows.append(row)
    world.connection.register("block", pa.Table.from_pylist(rows))
    world.connection.execute("create table areas as select * from block")
    world.connection.unregister("block")


def keep_crowd(world: World, crowd: Crowd) -> None:
    """Append a block of people's numbers to ``person_draws``, and their variants."""
    keep_variants(world, crowd.person_id, crowd.variant)
    stores = [store.key for store in world.brand.stores]
    world.insert(
        "person_draws",
        {
            "person_id": crowd.person_id,
            "market_number": crowd.market,
            "city_number": crowd.city,
            "store": words(stores, crowd.store),
            "is_business": crowd.is_business,
            "consents_email": crowd.consents_email,
            "consents_sms": crowd.consents_sms,
            "is_member": crowd.is_member,
            "has_account": crowd.has_account,
            "entered_at": world.instants(crowd.entered),
            "unsubscribed_at": world.instants(
                crowd.unsubscribed, crowd.unsubscribed >= world.seconds
            ),
            "rate": crowd.rate,
            "dropout": crowd.dropout,
            "repeats_until_left": crowd.repeats_until_left,
            "basket": crowd.basket,
            "device_count": crowd.device_count,
            "house_id": crowd.house,
            "shares_desk_phone": crowd.desk_phone,
            "is_employee": crowd.employee,
        },
    )


# Each market's numbers, by a running number from 1: 7,919 and 10,000 have no common divisor, so
# that all differ; number 0 of the United States is the front desk's. Elsewhere ranges kept for
# fiction are small or none, and not valid to a telephone library. 071 (Britain) and 0150
# (Germany) are not in service; 145 is the prefix of China Unicom's data cards, which nobody gives
# as their telephone. 61,803,399 has no common divisor with 100,000,000 and scatters the numbers,
# since one with seven zeros in a row is taken for junk.
PHONES = """
create macro ascii(name) as
    lower(replace(replace(replace(replace(name, 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss'));
create macro us_phone(n) as
    '+1' || us_areas()[1 + n % len(us_areas())] || '555'
    || lpad((((n // len(us_areas())) * 7919 + 100) % 10000)::varchar, 4, '0');
create macro scattered(n) as lpad((n * 61803399 % 100000000)::varchar, 8, '0');
create macro phone(market, n) as case market
    when 'US' then us_phone(n)
    when 'GB' then '+4471' || scattered(n)
    when 'DE' then '+49150' || scattered(n)
    else '+86145' || scattered(n) end;
"""

PERSONS = """
insert into persons by name
with counted as (
    select
        person_draws.*,
        areas.* exclude (city_number, market_number),
        row_number() over (
            partition by person_draws.market_number order by person_id
        ) as rank_in_market,
        count(*) over (partition by person_draws.market_number) as market_size
    from person_draws
    inner join areas using (city_number)
),
named as (
    select
        *,
        pick(given_names, u('given', person_id)) as given,
        1 + below('family', house_id, len(family_names)) as family_number,
        pick(['example.com', 'example.net', 'example.org'], u('domain', person_id)) as domain
    from counted
),
logged as (
    select
        *,
        family_names[family_number] as family,
        case
            when market = 'CN' then 'u' || person_id || '.' || logins[family_number]
            else ascii(given) || '.' || ascii(logins[family_number])
        end as login
    from named
)
select
    person_id, market, given, family,
    case when market = 'CN' then family || given else given || ' ' || family end as full_name,
    login || '.' || person_id || '@' || domain as email,
    case when u('second email', person_id) < {second_email}
        then 'tea' || person_id || '.' || ascii(logins[family_number]) || '@' || domain
    end as second_email,
    phone(market, rank_in_market) as phone,
    case when u('second phone', person_id) < {second_phone}
        then phone(market, rank_in_market + market_size)
    end as second_phone,
    date '1956-01-01' + below('birth', person_id, 17000)::integer as birth_date,
    case market
        when 'CN' then '示例路' || (1 + house_id % 980) || '号'
        when 'DE' then 'Beispielstraße ' || (1 + house_id % 180)
        else (1 + house_id % 980) || ' Sample Street'
    end as street,
    city, region, region_name,
    case market
        when 'GB' then postal_stem || (1 + below('post', house_id, 18)) || ' '
            || (1 + below('post 2', house_id, 9))
            || pick(['AB', 'BD', 'DE', 'EF', 'GH', 'HJ'], u('post 3', house_id))
        when 'CN' then postal_stem || lpad(below('post', house_id, 100)::varchar, 2, '0')
        else postal_stem || lpad(below('post', house_id, 100)::varchar, 2, '0')
    end as postal_code,
    case
        when not is_business then null
        when market = 'CN' then '示例'
            || pick(['云栖', '南屏', '听松', '望湖', '青竹', '知味'], u('stem', person_id))
            || pick(['酒店', '商贸', '文化', '餐饮'], u('kind', person_id))
            || person_id || '有限公司'
        else pick(['Alderbrook', 'Fernhill', 'Greyharbour', 'Larkspur', 'Northgate', 'Stonewell'],
                u('stem', person_id)) || ' '
            || pick(['Hotel', 'Café', 'Bistro', 'Catering', 'Offices'], u('kind', person_id))
            || ' ' || person_id
    end as company,
    is_employee, shares_desk_phone,
    {devices_at_most} * (house_id - 1) + 1 as home_device_id,
    entered_at,
    case when has_account then 'C-' || (10000 + person_id) end as account_ref,
    case when is_member then 'TW' || (700000 + 7 * person_id) end as loyalty_id,
    store, consents_email, consents_sms, unsubscribed_at, rate, dropout, timezone,
    house_id, basket, device_count, repeats_until_left
from logged
order by person_id
"""

DEVICES = """
insert into devices by name
select
    {devices_at_most} * (person_id - 1) + position as device_id,
    person_id, position,
    ga_client({devices_at_most} * (person_id - 1) + position) as client_id,
    anonymous_uuid({devices_at_most} * (person_id - 1) + position) as anonymous_id,
    device_category({devices_at_most} * (person_id - 1) + position) as category
from (
    select person_id, unnest(range(1, device_count + 1))::integer as position from persons
)
order by device_id
"""

LARGEST = {"US": 3_800_000, "GB": 99_999_999, "DE": 99_999_999, "CN": 99_999_999}


@cache
def _us_areas() -> list[int]:
    """Return area codes of the United States, the front desk's first; 381 by today's plan."""
    found = []
    for area in range(201, 990):
        number = phonenumbers.parse(f"+1{area}5550100")
        if phonenumbers.region_code_for_number(number) == "US":
            found.append(area)
    return sorted(found, key=lambda area: area != 212)


def add_people(world: World) -> None:
    """Fill ``persons`` and ``devices`` from the numbers drawn.

    Raises ``ValueError`` when a market has more people than telephone numbers.
    """
    identity = world.plan.scenario.identity
    for market, count in world.connection.execute(
        "select any_value(market), count(*) from person_draws inner join areas using (city_number) "
        "group by areas.market order by 1"
    ).fetchall():
        if 2 * count >= LARGEST[market]:
            raise ValueError(f"{count} people of {market} need more telephone numbers")
    areas = ", ".join(f"'{code}'" for code in _us_areas())
    world.connection.execute(f"create macro us_areas() as [{areas}]")
    world.connection.execute(PHONES)
    world.connection.execute(
        PERSONS.format(
            second_email=identity.second_email,
            second_phone=identity.second_phone,
            devices_at_most=DEVICES_AT_MOST,
        )
    )
    world.connection.execute(DEVICES.format(devices_at_most=DEVICES_AT_MOST))
    world.connection.execute("drop table person_draws; drop table areas")
