"""Segments, cohorts and affinity of random orders, against their definitions in plain Python."""

import csv
import itertools
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tests.dbt_project.scratch_project import DBT_PROJECT, ScratchProject

SEEDS = DBT_PROJECT.parent / "seeds" / "reference"
AS_OF = date(2026, 9, 30)
PRODUCTS = "abcdefgh"

Order = dict[str, Any]


def random_orders() -> list[Order]:
    """Return two years of orders, some of them later than the as-of day or no sale."""
    draw = np.random.default_rng(11)
    orders = []
    for number in range(1200):
        is_sale = bool(draw.random() > 0.1)
        orders.append(
            {
                "order_id": f"o{number}",
                "customer_id": f"c{int(draw.pareto(0.7)) % 300}" if draw.random() > 0.05 else None,
                "order_date": AS_OF + timedelta(days=int(draw.integers(-700, 30))),
                "net": Decimal(int(draw.integers(100, 20000))) / 100,
                "is_revenue": is_sale,
                "products": {
                    PRODUCTS[min(int(draw.exponential(2)), 7)] for _ in range(draw.integers(1, 5))
                },
            }
        )
    return orders


ORDERS = random_orders()
SALES = [
    order
    for order in ORDERS
    if order["is_revenue"] and order["customer_id"] and order["order_date"] <= AS_OF
]
BY_CUSTOMER: dict[str, list[Order]] = defaultdict(list)
for sale in SALES:
    BY_CUSTOMER[sale["customer_id"]].append(sale)


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> ScratchProject:
    """Build the three marts on the orders and the shipped seeds."""
    project = ScratchProject(tmp_path_factory.mktemp("segments") / "scratch")
    path = project.folder / "dbt_project.yml"
    variables = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())["vars"]
    project_settings = yaml.safe_load(path.read_text())
    project_settings |= {"vars": variables, "models": {"+materialized": "table"}}
    path.write_text(yaml.safe_dump(project_settings))
    names = ("order_id", "customer_id", "order_date", "net", "is_revenue")
    types = ("varchar", "varchar", "date", "decimal(18, 2)", "boolean")
    project.replace_table(
        "given_orders",
        {
            name: (kind, [str(o[name]) if name == "net" else o[name] for o in ORDERS])
            for name, kind in zip(names, types, strict=True)
        },
    )
    lines = [(order["order_id"], product) for order in ORDERS for product in order["products"]]
    project.replace_table(
        "given_lines",
        {
            "order_id": ("varchar", [order for order, _ in lines]),
            "product_key": ("varchar", [product for _, product in lines]),
        },
    )
    given = {
        "fct_orders": "select *, net as gross, cast(0 as decimal(18, 2)) as discount"
        " from given_orders",
        "fct_order_lines": "select * from given_lines",
        "dim_products": "select distinct product_key, product_key as product,"
        " product_key as sku from given_lines",
        "dim_customers": "select distinct customer_id, 0 as channels from given_orders"
        " where customer_id is not null",
        "int_as_of": f"select date '{AS_OF}' as as_of_date",
        "customer_value": "select '' as customer_id, cast(null as decimal(18, 2)) as clv_365d",
        "int_customer_preferences": "select '' as customer_id, '' as preferred_channel,"
        " 0 as preferred_hour",
    }
    for seed in ("rfm_segments", "personas"):
        given[seed] = f"select * from read_csv('{SEEDS / seed}.csv', header = true)"
    for name, sql in given.items():
        project.add_model(name, sql)
    for model in (
        "marts/customers/customer_segments.sql",
        "marts/customers/customer_cohorts.sql",
        "marts/orders/product_affinity.sql",
    ):
        project.add_real_model(model)
    project.run("run")
    return project


def score(values: dict[str, Any], customer: str) -> int:
    """Return 1 and the whole fifths of customers who stand lower."""
    return 1 + 5 * sum(value < values[customer] for value in values.values()) // len(values)


def test_rfm_is_recency_frequency_monetary_value_and_their_scores(marts: ScratchProject) -> None:
    recency = {c: (AS_OF - max(o["order_date"] for o in os)).days for c, os in BY_CUSTOMER.items()}
    frequency = {c: len(os) for c, os in BY_CUSTOMER.items()}
    monetary = {c: sum(o["net"] for o in os) for c, os in BY_CUSTOMER.items()}
    freshness = {c: -days for c, days in recency.items()}
    expected = [
        (
            c,
            recency[c],
            frequency[c],
            monetary[c],
            "".join(str(score(values, c)) for values in (freshness, frequency, monetary)),
        )
        for c in sorted(BY_CUSTOMER)
    ]
    found = marts.query(
        "select customer_id, days_since_last_order, orders, revenue, rfm_code"
        " from customer_segments where orders > 0 order by customer_id"
    )
    assert found == expected
    assert {code for *_, codes in expected for code in codes} == set("12345")


def test_every_code_has_a_segment_and_every_customer_a_persona(marts: ScratchProject) -> None:
    with Path(SEEDS / "rfm_segments.csv").open(encoding="utf-8") as file:
        patterns = [row["pattern"] for row in csv.DictReader(file)]
    for scores in itertools.product("12345", repeat=3):
        assert any(re.search(pattern, "".join(scores)) for pattern in patterns), scores
    assert marts.query("select count(*) from customer_segments where persona is null") == [(0,)]


def test_cohorts_are_those_of_the_first_orders(marts: ScratchProject) -> None:
    cohorts: dict[int, set[str]] = defaultdict(set)
    active: dict[tuple[int, int], set[str]] = defaultdict(set)
    revenue: Counter[tuple[int, int]] = Counter()
    for customer, orders in BY_CUSTOMER.items():
        months = [12 * o["order_date"].year + o["order_date"].month for o in orders]
        cohorts[min(months)].add(customer)
        for month, order in zip(months, orders, strict=True):
            active[min(months), month].add(customer)
            revenue[min(months), month] += order["net"]
    last = 12 * AS_OF.year + AS_OF.month
    expected = [
        (
            cohort,
            month - cohort,
            len(cohorts[cohort]),
            len(active[cohort, month]),
            sum(revenue[cohort, other] for other in range(cohort, month + 1)),
        )
        for cohort in sorted(cohorts)
        for month in range(cohort, last + 1)
    ]
    found = marts.query(
        "select 12 * year(cohort_month) + month(cohort_month), months_since, customers,"
        " active_customers, cumulative_revenue from customer_cohorts order by 1, 2"
    )
    assert found == expected


def pairs_of(occasions: list[tuple[set[str], set[str]]]) -> dict[tuple[str, str], tuple]:
    """Return count, support, confidence and lift of each pair of different products."""
    before = Counter(product for given, _ in occasions for product in given)
    after = Counter(product for _, followed in occasions for product in followed)
    both = Counter(
        (one, other)
        for given, followed in occasions
        for one in given
        for other in followed
        if one != other
    )
    return {
        pair: (
            count,
            count / len(occasions),
            count / before[pair[0]],
            count * len(occasions) / (before[pair[0]] * after[pair[1]]),
        )
        for pair, count in both.items()
        if count >= 5
    }


def test_affinity_is_that_of_orders_and_of_steps_between_days(marts: ScratchProject) -> None:
    sales = [o for o in ORDERS if o["is_revenue"] and o["order_date"] <= AS_OF]
    steps = []
    for orders in BY_CUSTOMER.values():
        days: dict[date, set[str]] = defaultdict(set)
        for order in orders:
            days[order["order_date"]] |= order["products"]
        steps += itertools.pairwise(days[day] for day in sorted(days))
    for relation, occasions in {
        "bought_together": [(o["products"], o["products"]) for o in sales],
        "bought_next": steps,
    }.items():
        found = {
            (one, other): tuple(figures)
            for one, other, *figures in marts.query(
                "select product_key, related_product_key, pair_count, support, confidence, lift"
                f" from product_affinity where relation = '{relation}'"
            )
        }
        expected = pairs_of(occasions)
        assert expected.keys() == found.keys()
        for pair, figures in expected.items():
            assert found[pair] == pytest.approx(figures)
