"""Customer value: the solvers against the literature and simulations, the models on small shops."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from dbt_project.solvers import customer_value as solver
from dbt_project.solvers.customer_value import BgNbd, GammaGamma
from tests.dbt_project.scratch_project import DBT_PROJECT, ScratchProject

TRUE_BG_NBD = BgNbd(r=0.62, alpha=48.0, a=0.85, b=2.9)
TRUE_GAMMA_GAMMA = GammaGamma(p=6.25, q=3.74, v=15.44)
CDNOW_BG_NBD = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)  # in weeks
LEVEL = 0.9


class Crowd:
    """Customers who live by the models, seen up to their ``age`` and for ``holdout`` days more."""

    def __init__(self, size: int, seed: int, holdout: float = 0.0) -> None:
        draw = np.random.default_rng(seed)
        r, alpha, a, b = TRUE_BG_NBD
        self.age = draw.uniform(0, 365, size)
        rate = draw.gamma(r, 1 / alpha, size)
        dropout = draw.beta(a, b, size)
        nu = draw.gamma(TRUE_GAMMA_GAMMA.q, 1 / TRUE_GAMMA_GAMMA.v, size)
        self.frequency, self.later_orders = np.zeros(size), np.zeros(size)
        self.recency, spent, self.later_revenue = np.zeros(size), np.zeros(size), np.zeros(size)
        alive, at = np.ones(size, bool), np.zeros(size)
        while alive.any():
            at = at + draw.exponential(1 / rate)
            alive &= at < self.age + holdout
            revenue = draw.gamma(TRUE_GAMMA_GAMMA.p, 1 / nu)
            known, later = alive & (at <= self.age), alive & (at > self.age)
            self.frequency += known
            self.recency = np.where(known, at, self.recency)
            spent += known * revenue
            self.later_orders += later
            self.later_revenue += later * revenue
            alive &= draw.random(size) >= dropout
        self.spend = spent / np.maximum(self.frequency, 1)

    def __len__(self) -> int:
        return len(self.age)


@pytest.fixture(scope="module")
def crowd() -> Crowd:
    return Crowd(20_000, seed=1, holdout=180.0)


def standard_errors(log_likelihood: Any, parameters: tuple[float, ...]) -> np.ndarray:
    """Return them from the curvature of the log-likelihood: differences of its gradient."""
    centre = np.array(parameters)
    rows = []
    for step in np.diag(centre * 1e-4):
        above, below = log_likelihood(centre + step)[1], log_likelihood(centre - step)[1]
        rows.append((above - below) / (2 * step.sum()))
    return np.sqrt(np.diag(np.linalg.inv(-np.array(rows))))


# Fits


def test_bg_nbd_finds_the_parameters_of_a_simulated_brand(crowd: Crowd) -> None:
    ones = np.ones(len(crowd))
    found, value = solver.fit_bg_nbd(crowd.frequency, crowd.recency, crowd.age, ones)
    arguments = crowd.frequency, crowd.recency, crowd.age, ones

    def log_likelihood(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        return solver.bg_nbd_log_likelihood(BgNbd(*parameters), *arguments)

    assert value == pytest.approx(log_likelihood(np.array(found))[0])
    assert np.abs(log_likelihood(np.array(found))[1] * found).max() < 0.1
    # Within four standard errors, which 20,000 customers make small enough to mean something.
    errors = standard_errors(log_likelihood, found)
    assert (errors / found < 0.12).all()
    assert (np.abs(np.array(found) - TRUE_BG_NBD) / errors < 4).all()


def test_gamma_gamma_finds_the_parameters_of_a_simulated_brand(crowd: Crowd) -> None:
    ones = np.ones(len(crowd))
    found, value = solver.fit_gamma_gamma(crowd.frequency, crowd.spend, ones)
    repeat = crowd.frequency > 0
    arguments = crowd.frequency[repeat], crowd.spend[repeat], ones[repeat]

    def log_likelihood(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        return solver.gamma_gamma_log_likelihood(GammaGamma(*parameters), *arguments)

    assert value == pytest.approx(log_likelihood(np.array(found))[0])
    errors = standard_errors(log_likelihood, found)
    assert (errors / found < 0.12).all()
    assert (np.abs(np.array(found) - TRUE_GAMMA_GAMMA) / errors < 4).all()


def test_customers_alike_are_one_row_with_their_number(crowd: Crowd) -> None:
    days = [np.ceil(column[:2000]) for column in (crowd.frequency, crowd.recency, crowd.age)]
    groups, customers = np.unique(np.stack(days), axis=1, return_counts=True)
    assert len(customers) < 1900
    one_by_one = solver.fit_bg_nbd(*days, np.ones(2000))
    grouped = solver.fit_bg_nbd(*groups, customers)
    assert grouped[0] == pytest.approx(one_by_one[0], rel=1e-4)
    assert grouped[1] == pytest.approx(one_by_one[1])


@settings(max_examples=50, deadline=None)
@given(st.tuples(*[st.floats(-3, 3)] * 7))
def test_gradients_are_those_of_the_log_likelihoods(logarithms: tuple[float, ...]) -> None:
    counts = np.arange(1.0, 5.0)
    histories = np.array([0.0, 0, 1, 12]), np.array([0.0, 0, 9, 80]), np.array([0.0, 40, 30, 81])
    spends = np.array([1.0, 2, 5, 40]), np.array([0.1, 1.0, 3.0, 20.0])
    for log_likelihood, kind, values, data in (
        (solver.bg_nbd_log_likelihood, BgNbd, logarithms[:4], histories),
        (solver.gamma_gamma_log_likelihood, GammaGamma, logarithms[4:], spends),
    ):
        centre = np.exp(values)
        _, gradient = log_likelihood(kind(*centre), *data, counts)
        for place, step in enumerate(np.diag(centre * 1e-5)):
            above, below = (
                log_likelihood(kind(*point), *data, counts)[0]
                for point in (centre + step, centre - step)
            )
            scale = 1 + abs(above) / centre[place]
            assert gradient[place] == pytest.approx(
                (above - below) / (2 * step[place]), rel=1e-5, abs=1e-6 * scale
            )


def test_without_repeat_purchases_there_is_nothing_to_fit() -> None:
    assert solver.fit_bg_nbd([0, 0], [0, 0], [10, 400], [5, 1]) is None
    assert solver.fit_bg_nbd([], [], [], []) is None
    assert solver.fit_gamma_gamma([0, 3, 2], [10.0, 0.0, -5.0], [9, 1, 1]) is None
    assert solver.fit_gamma_gamma([], [], []) is None


@pytest.mark.parametrize(
    ("frequency", "recency", "age", "customers"),
    [
        ([1], [0], [0], [1]),
        ([0, 1], [0, 1], [0, 1], [1000, 1]),
        ([30, 52], [360, 364], [364, 364], [50, 50]),
        ([0, 1], [0, 1], [9000, 9000], [50, 50]),
        ([0, 364], [0, 364], [364, 364], [10_000, 5]),
    ],
)
def test_extreme_histories_have_finite_parameters_and_forecasts(
    frequency: list[int], recency: list[int], age: list[int], customers: list[int]
) -> None:
    parameters, value = solver.fit_bg_nbd(frequency, recency, age, customers)
    assert np.isfinite([*parameters, value]).all()
    found = solver.forecast(parameters, TRUE_GAMMA_GAMMA, frequency, recency, age, 365, LEVEL)
    assert np.isfinite(found).all()


def test_spend_that_never_varies_has_finite_parameters() -> None:
    parameters, value = solver.fit_gamma_gamma([1, 2, 9], [50.0, 50.0, 50.0], [40, 30, 30])
    assert np.isfinite([*parameters, value]).all()
    p, q, v = parameters
    assert p * v / (q - 1) == pytest.approx(50, rel=0.01)


# Forecasts


def brute_force_alive(parameters: BgNbd, x: int, recency: float, age: float) -> float:
    """Return the probability of being alive from the mixture itself, by integration."""
    r, alpha, a, b = parameters

    def weigh(rate: float, dropout: float) -> float:
        prior = rate ** (r - 1) * np.exp(-alpha * rate)
        return prior * dropout ** (a - 1) * (1 - dropout) ** (b - 1) * rate**x

    def alive(rate: float, dropout: float) -> float:
        return weigh(rate, dropout) * (1 - dropout) ** x * np.exp(-rate * age)

    def gone(rate: float, dropout: float) -> float:
        return weigh(rate, dropout) * dropout * (1 - dropout) ** (x - 1) * np.exp(-rate * recency)

    bounds = (0, 1, 0, 40 * (r + x) / (alpha + recency))
    stays, leaves = (
        integrate.dblquad(chance, *bounds, epsabs=0, epsrel=1e-8)[0] for chance in (alive, gone)
    )
    return stays / (stays + leaves)


@pytest.mark.parametrize(
    ("x", "recency", "age"), [(1, 3.0, 60.0), (2, 30.0, 38.0), (9, 30.0, 80.0)]
)
def test_the_probability_of_being_alive_is_that_of_the_mixture(
    x: int, recency: float, age: float
) -> None:
    parameters = BgNbd(r=1.5, alpha=20.0, a=1.2, b=2.5)
    found = solver.probability_alive(parameters, x, recency, age)
    assert found == pytest.approx(brute_force_alive(parameters, x, recency, age), rel=1e-6)


def integrated_orders(parameters: BgNbd, x: float, age: float, horizon: float) -> float:
    """Return the orders of a customer alive, integrated over the chance of leaving.

    At a rate and a dropout p they are (1 - exp(-rate p t)) / p; the rate integrates in closed form.
    """
    r, alpha, a, b = parameters
    r, alpha, b = r + x, alpha + age, b + x

    def orders(dropout: float) -> float:
        if dropout == 0:
            return r * horizon / alpha
        return -np.expm1(-r * np.log1p(dropout * horizon / alpha)) / dropout

    if b > 100:  # no singularity at 1, where nothing is left of the density
        density = stats.beta(a, b)
        return density.expect(orders, epsabs=0, epsrel=1e-10, limit=500)
    value, _ = integrate.quad(
        orders, 0, 1, weight="alg", wvar=(a - 1, b - 1), epsabs=0, epsrel=1e-10, limit=500
    )
    return value / special.beta(a, b)


@pytest.mark.parametrize("x", [0, 1, 7])
@pytest.mark.parametrize("horizon", [1.0, 90.0, 365.0])
@pytest.mark.parametrize(
    ("a", "b"),
    [
        (0.793, 2.426), (1, 2.5), (1 + 1e-9, 2.5), (1 - 1e-12, 2.5), (2, 1.5), (2 - 1e-8, 0.7),
        (0.4, 0.6), (0.4 + 1e-13, 0.6), (0.01, 0.02), (12.0, 0.5),
    ],
)  # fmt: skip
def test_expected_orders_are_right_at_the_poles_of_the_closed_form(
    a: float, b: float, x: int, horizon: float
) -> None:
    parameters = BgNbd(0.6, 48.0, a, b)
    mean, square = solver.orders_if_alive(parameters, x, 100.0, horizon)
    assert mean == pytest.approx(integrated_orders(parameters, x, 100.0, horizon), rel=1e-5)
    assert square >= mean**2


def posterior_draws(
    x: float, recency: float, age: float, spend: float, horizon: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return orders and revenue of 200,000 customers with this history."""
    size, draw = 200_000, np.random.default_rng(seed)
    r, alpha, a, b = TRUE_BG_NBD
    p, q, v = TRUE_GAMMA_GAMMA
    rate = draw.gamma(r + x, 1 / (alpha + age), size)
    left_after = draw.geometric(np.maximum(draw.beta(a, b + x, size), 1e-15))
    orders = np.minimum(draw.poisson(rate * horizon), left_after)
    p_alive = solver.probability_alive(TRUE_BG_NBD, x, recency, age)
    orders = np.where(draw.random(size) < p_alive, orders, 0)
    nu = draw.gamma(q + p * x, 1 / (v + x * spend), size)
    revenue = draw.gamma(np.maximum(p * orders, 1e-300)) / nu
    return orders, np.where(orders > 0, revenue, 0)


@pytest.mark.parametrize(
    ("x", "recency", "age", "spend"),
    [
        (0, 0, 0, 0.0),
        (0, 0, 300, 0.0),
        (1, 20, 200, 55.0),
        (4, 300, 310, 5.0),
        (60, 350, 352, 80.0),
    ],
)
@pytest.mark.parametrize("horizon", [30.0, 365.0])
def test_forecasts_and_intervals_are_those_of_simulated_customers(
    x: int, recency: int, age: int, spend: float, horizon: float
) -> None:
    orders, revenue = posterior_draws(x, recency, age, spend, horizon, seed=x + age)
    found = solver.forecast(TRUE_BG_NBD, TRUE_GAMMA_GAMMA, [x], [recency], [age], horizon, LEVEL)
    (mean,), (variance,), (low,), (high,) = found[1:5]
    assert mean == pytest.approx(orders.mean(), abs=5 * orders.std() / np.sqrt(len(orders)))
    assert variance == pytest.approx(orders.var(), rel=0.03)
    # The quantiles themselves, but where a step of the distribution is as near as chance.
    for bound, level in ((low, 0.05), (high, 0.95)):
        assert (orders <= bound).mean() >= level - 0.003
        assert (orders < bound).mean() <= level + 0.003
    evidence = TRUE_GAMMA_GAMMA.v + x * spend
    assert found.value_low <= found.value_high
    assert (revenue < found.value_low * evidence).mean() == pytest.approx(
        0.05 if found.value_low > 0 else 0, abs=0.035
    )
    assert (revenue > found.value_high * evidence).mean() == pytest.approx(
        min(0.05, (revenue > 0).mean()), abs=0.02
    )


def test_a_held_out_half_year_is_forecast_with_its_intervals(crowd: Crowd) -> None:
    found = solver.forecast(
        TRUE_BG_NBD, TRUE_GAMMA_GAMMA, crowd.frequency, crowd.recency, crowd.age, 180, LEVEL
    )
    p, q, v = TRUE_GAMMA_GAMMA
    evidence = v + crowd.frequency * crowd.spend
    revenue = found.orders * p * evidence / (q + p * crowd.frequency - 1)
    for few, many in ((0, 0), (1, 1), (2, 3), (4, 1000)):
        chosen = (crowd.frequency >= few) & (crowd.frequency <= many)
        error = (found.orders - crowd.later_orders)[chosen].sum()
        assert abs(error) < 4 * np.sqrt(found.orders_variance[chosen].sum())
        within = (crowd.later_orders >= found.orders_low) & (
            crowd.later_orders <= found.orders_high
        )
        assert within[chosen].mean() > LEVEL - 0.01
        within = crowd.later_revenue >= found.value_low * evidence
        within &= crowd.later_revenue <= found.value_high * evidence
        assert within[chosen].mean() > LEVEL - 0.015
    assert revenue.sum() == pytest.approx(crowd.later_revenue.sum(), rel=0.05)


@st.composite
def histories(draw: Any) -> tuple[int, int, int]:
    age = draw(st.integers(0, 3650))
    recency = draw(st.integers(0, age))
    frequency = draw(st.integers(min(recency, 1), recency))
    return frequency, recency if frequency else 0, age


logarithmic = st.floats(0, 1)


@settings(max_examples=100, deadline=None)
@given(histories(), st.tuples(*[logarithmic] * 7), st.integers(1, 365))
def test_forecasts_keep_to_their_bounds(
    history: tuple[int, int, int], places: tuple[float, ...], horizon: int
) -> None:
    bounds = [*solver.BG_NBD_BOUNDS.values(), *solver.GAMMA_GAMMA_BOUNDS.values()]
    r, alpha, a, b, p, q, v = (
        low ** (1 - place) * high**place for place, (low, high) in zip(places, bounds, strict=True)
    )
    frequency, recency, age = history
    horizons = np.array([horizon, 2 * horizon])
    found = solver.forecast(
        BgNbd(r, alpha, a, b), GammaGamma(p, q, v), frequency, recency, age, horizons, LEVEL
    )
    assert np.isfinite(found).all()
    assert ((found.p_alive >= 0) & (found.p_alive <= 1)).all()
    assert frequency or (found.p_alive == 1).all()
    without_leaving = found.p_alive * (r + frequency) * horizons / (alpha + age)
    assert (found.orders >= 0).all()
    assert (found.orders <= without_leaving * (1 + 1e-5)).all()
    assert found.orders[0] <= found.orders[1] * (1 + 1e-5)
    assert (found.orders_variance >= 0).all()
    assert ((found.orders_low >= 0) & (found.orders_low <= found.orders_high)).all()
    assert (found.orders_high <= horizons).all()
    assert ((found.value_low >= 0) & (found.value_low <= found.value_high)).all()


def test_the_longer_the_silence_the_less_alive() -> None:
    found = solver.probability_alive(CDNOW_BG_NBD, 5, np.arange(40.0), 40.0)
    assert (np.diff(found) > 0).all()


def test_hundreds_of_purchases_are_forecast_like_any_number() -> None:
    found = solver.forecast(
        TRUE_BG_NBD, TRUE_GAMMA_GAMMA, [500, 2000], [1000, 3640], [1000, 3650], 365, LEVEL
    )
    assert np.isfinite(found).all()
    expected = [
        integrated_orders(TRUE_BG_NBD, x, age, 365.0) for x, age in ((500, 1000), (2000, 3650))
    ]
    assert found.orders == pytest.approx(found.p_alive * expected, rel=1e-6)


# Literature and peers, where the package that brings the data is installed (extra `oracles`)


@pytest.fixture
def cdnow() -> dict[str, np.ndarray]:
    """Return the 1/10 sample of CDNOW in weeks, as Fader, Hardie & Lee (2005) use it."""
    pytest.importorskip("lifetimes")
    path = files("lifetimes") / "datasets" / "cdnow_customers_summary_with_transactions.csv"
    rows = list(csv.DictReader(path.read_text().splitlines()))
    return {
        name: np.array([float(row[name]) for row in rows]) for name in ("x", "t_x", "T", "zbar")
    }


def test_cdnow_has_the_published_parameters(cdnow: dict[str, np.ndarray]) -> None:
    ones = np.ones(len(cdnow["x"]))
    parameters, value = solver.fit_bg_nbd(cdnow["x"], cdnow["t_x"], cdnow["T"], ones)
    assert np.round(parameters, 3).tolist() == [0.243, 4.414, 0.793, 2.426]
    assert round(value, 1) == -9582.4
    spend, _ = solver.fit_gamma_gamma(cdnow["x"], cdnow["zbar"], ones)
    assert spend == pytest.approx((6.25, 3.74, 15.44), abs=0.01)
    # Table 2 of Fader, Hardie & Lee (2005) and the note on P(alive) agree with lifetimes too.
    lifetimes = pytest.importorskip("lifetimes")
    peer = lifetimes.BetaGeoFitter()
    peer.fit(cdnow["x"], cdnow["t_x"], cdnow["T"])
    assert np.asarray(peer.params_) == pytest.approx(parameters, rel=1e-3)
    ours = BgNbd(*np.asarray(peer.params_))
    arguments = cdnow["x"], cdnow["t_x"], cdnow["T"]
    alive = solver.probability_alive(ours, *arguments)
    assert alive == pytest.approx(peer.conditional_probability_alive(*arguments), rel=1e-9)
    found = solver.forecast(ours, GammaGamma(*spend), *arguments, 39.0, LEVEL)
    expected = peer.conditional_expected_number_of_purchases_up_to_time(39.0, *arguments)
    assert found.orders == pytest.approx(np.asarray(expected), rel=1e-9)


# Models


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
