"""Customer value: the models on small shops."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tests.dbt_project.scratch_project import DBT_PROJECT, ScratchProject


@contextmanager
def edited(path: Path) -> Iterator[dict[str, Any]]:
    """Give the content of a YAML file, and write back what becomes of it."""
    content = yaml.safe_load(path.read_text())
    yield content
    path.write_text(yaml.safe_dump(content))


class Shop:
    """The models of customer value on given orders."""

    def __init__(self, folder: Path) -> None:
        self.project = ScratchProject(folder)
        with edited(folder / "profiles.yml") as profiles:
            profiles["scratch"]["outputs"]["duckdb"] |= {
                "module_paths": [str(DBT_PROJECT / "plugins"), str(DBT_PROJECT.parent)],
                "plugins": [{"module": "omnimart_clv"}],
            }
        variables = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())["vars"]
        with edited(folder / "dbt_project.yml") as settings:
            settings["vars"] = variables
            settings["models"] = {"+materialized": "table"}
        self.project.add_model("fct_orders", "select * from given_orders")
        self.project.add_model(
            "int_as_of", "select max(order_date) as as_of_date from given_orders"
        )
        for path in (
            "intermediate/value/int_customer_histories.sql",
            "intermediate/value/int_clv_parameters.sql",
            "marts/customers/customer_value.sql",
            "marts/customers/clv_parameters.sql",
            "marts/customers/clv_backtest.sql",
        ):
            self.project.add_real_model(path)

    def build(self, orders: list[tuple[str | None, date, Decimal]]) -> None:
        """Refresh the models on these orders: customer, day, revenue."""
        customers, days, amounts = list(zip(*orders, strict=True)) or [(), (), ()]
        self.project.replace_table(
            "given_orders",
            {
                "customer_id": ("varchar", list(customers)),
                "order_date": ("date", list(days)),
                "net": ("decimal(18, 2)", [str(amount) for amount in amounts]),
                "is_revenue": ("boolean", [True] * len(orders)),
            },
        )
        self.project.run("run")

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        return self.project.query(f"select * from {table} order by all")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("clv") / "scratch")


def simulated_orders() -> list[tuple[str, date, Decimal]]:
    """Return a year of orders of 3,000 customers, each on a day of its own."""
    draw = np.random.default_rng(5)
    orders = []
    for number in range(3000):
        day, rate = draw.uniform(0, 365), draw.gamma(0.62, 1 / 48.0)
        dropout, nu = draw.beta(0.85, 2.9), draw.gamma(3.74, 1 / 15.44)
        while day < 365:
            amount = Decimal(round(draw.gamma(6.25) / nu * 100)) / 100
            orders.append((f"c{number:04}", date(2026, 1, 1) + timedelta(days=int(day)), amount))
            day += draw.exponential(1 / rate)
            if len(orders) > 1 and orders[-2][0] == orders[-1][0] and draw.random() < dropout:
                break
    return orders


def test_without_orders_everything_is_empty(shop: Shop) -> None:
    shop.build([])
    assert [shop.rows(name) for name in ("customer_value", "clv_parameters", "clv_backtest")] == [
        [], [], [],
    ]  # fmt: skip


def test_three_orders_of_1997_have_a_history_and_no_forecast(shop: Shop) -> None:
    shop.build(
        [
            ("ann", date(1997, 3, 1), Decimal("10.00")),
            ("ann", date(1997, 5, 1), Decimal("-4.00")),
            ("bob", date(1997, 5, 9), Decimal("7.00")),
        ]
    )
    ann, bob = shop.rows("customer_value")
    assert ann[:7] == ("ann", date(1997, 3, 1), 2, 1, 61, 69, Decimal("-4.00"))
    assert bob[:7] == ("bob", date(1997, 5, 9), 1, 0, 0, 0, Decimal("0.00"))
    assert set(ann[7:-1]) == set(bob[7:-1]) == {None}
    assert (ann[-1], bob[-1]) == (Decimal("6.00"), Decimal("7.00"))
    assert shop.rows("clv_parameters") == []
    assert shop.rows("clv_backtest") == []


def test_a_simulated_shop_has_parameters_forecasts_and_a_back_test(shop: Shop) -> None:
    orders = simulated_orders()
    # What was given away or taken back must not stop the model of spend.
    orders += [("gift", date(2026, 2, 1), Decimal("9.00")), ("gift", date(2026, 3, 1), Decimal(0))]
    shop.build(orders)

    found = {(model, name): value for model, name, value, _ in shop.rows("clv_parameters")}
    assert list(found) == [
        ("bg_nbd", "a"), ("bg_nbd", "alpha"), ("bg_nbd", "b"), ("bg_nbd", "r"),
        ("gamma_gamma", "p"), ("gamma_gamma", "q"), ("gamma_gamma", "v"),
    ]  # fmt: skip
    # 3,000 customers, whole days: the errors are as large as 15 %, of a and b larger.
    assert found["bg_nbd", "r"] == pytest.approx(0.62, rel=0.3)
    assert found["bg_nbd", "alpha"] == pytest.approx(48, rel=0.3)
    assert found["gamma_gamma", "p"] == pytest.approx(6.25, rel=0.3)

    customers = shop.project.query("select * exclude (first_order_date) from customer_value")
    assert len(customers) == len({customer for customer, *_ in orders})
    assert all(value is not None for row in customers for value in row)
    [(gift_spend, mean_spend)] = shop.project.query(
        "select max(clv_365d / expected_orders_365d) filter (customer_id = 'gift'),"
        " avg(clv_365d / expected_orders_365d) from customer_value"
    )
    assert 0 < gift_spend < mean_spend / 2
    [(value, intervals)] = shop.project.query(
        "select sum(clv_365d), bool_and(clv_365d_low <= clv_365d_high"
        " and expected_orders_365d_low <= expected_orders_365d_high) from customer_value"
    )
    assert value > 0
    assert intervals

    totals = {
        breakdown: rows
        for breakdown, *rows in shop.project.query(
            "select breakdown, sum(customers), sum(actual_orders), sum(actual_revenue),"
            " round(sum(expected_orders), 3) from clv_backtest group by breakdown"
        )
    }
    assert totals["total"] == totals["frequency"] == totals["decile"]
    [(expected, actual, deviation, inside, spent_inside)] = shop.project.query(
        "select expected_orders, actual_orders, expected_orders_deviation,"
        " orders_in_interval_rate, revenue_in_interval_rate"
        " from clv_backtest where breakdown = 'total'"
    )
    # The parameters are themselves estimates: their error comes on top of the deviation.
    assert abs(expected - actual) < 6 * deviation
    assert inside > 0.89
    assert spent_inside > 0.88


def test_the_order_of_rows_changes_nothing(shop: Shop) -> None:
    orders = simulated_orders()[:2000]
    tables = []
    for rows in (orders, orders[::-1]):
        shop.build(rows)
        tables.append(
            [shop.rows(name) for name in ("customer_value", "clv_parameters", "clv_backtest")]
        )
    assert tables[0] == tables[1]


NO_CUSTOMERS = """
import sys
import duckdb
import omnimart_clv

with duckdb.connect() as connection:
    connection.execute("set enable_progress_bar = false")
    omnimart_clv.Plugin("omnimart_clv", {}).configure_connection(connection)
    for query in (
        "select forecast_orders(n, n, n, 90, 0.9, null, null).orders from (values (0)) as t(n)",
        "select fit_bg_nbd(null, null, null, null).r",
    ):
        print(connection.execute(query).fetchall())
    print("scipy" in sys.modules)
"""


def test_nothing_waits_for_scipy_where_there_is_nothing_to_fit() -> None:
    printed = subprocess.run(
        [sys.executable, "-c", NO_CUSTOMERS],
        cwd=DBT_PROJECT / "plugins",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed.split() == ["[(None,)]", "[(None,)]", "False"]
