"""Forecasts of customer value against integrals and simulated customers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from dbt_project.solvers.clv_fit import BG_NBD_BOUNDS, GAMMA_GAMMA_BOUNDS
from dbt_project.solvers.clv_forecast import forecast, orders_if_alive, probability_alive
from dbt_project.solvers.clv_models import BgNbd, GammaGamma
from tests.dbt_project.simulated_customers import LEVEL, TRUE_BG_NBD, TRUE_GAMMA_GAMMA, Crowd

CDNOW_BG_NBD = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)  # in weeks


@pytest.fixture(scope="module")
def crowd() -> Crowd:
    return Crowd(20_000, seed=1, holdout=180.0)


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
    found = probability_alive(parameters, x, recency, age)
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
    mean, square = orders_if_alive(parameters, x, 100.0, horizon)
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
    p_alive = probability_alive(TRUE_BG_NBD, x, recency, age)
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
    found = forecast(TRUE_BG_NBD, TRUE_GAMMA_GAMMA, [x], [recency], [age], horizon, LEVEL)
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
    found = forecast(
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
@example((0, 0, 0), (0, 0, 0, 1, 0, 0, 0), 32)  # where SciPy's hyp2f1 is NaN
@example((0, 0, 39), (1, 0, 1, 1, 0, 0, 0), 212)
@example((0, 0, 0), (1, 0, 0, 0, 0, 0, 0), 1)  # where half of the spends are next to nothing
@given(histories(), st.tuples(*[logarithmic] * 7), st.integers(1, 365))
def test_forecasts_keep_to_their_bounds(
    history: tuple[int, int, int], places: tuple[float, ...], horizon: int
) -> None:
    bounds = [*BG_NBD_BOUNDS.values(), *GAMMA_GAMMA_BOUNDS.values()]
    r, alpha, a, b, p, q, v = (
        low ** (1 - place) * high**place for place, (low, high) in zip(places, bounds, strict=True)
    )
    frequency, recency, age = history
    horizons = np.array([horizon, 2 * horizon])
    found = forecast(
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
    found = probability_alive(CDNOW_BG_NBD, 5, np.arange(40.0), 40.0)
    assert (np.diff(found) > 0).all()


def test_hundreds_of_purchases_are_forecast_like_any_number() -> None:
    found = forecast(
        TRUE_BG_NBD, TRUE_GAMMA_GAMMA, [500, 2000], [1000, 3640], [1000, 3650], 365, LEVEL
    )
    assert np.isfinite(found).all()
    expected = [
        integrated_orders(TRUE_BG_NBD, x, age, 365.0) for x, age in ((500, 1000), (2000, 3650))
    ]
    assert found.orders == pytest.approx(found.p_alive * expected, rel=1e-6)
