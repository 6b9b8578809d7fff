"""Fits of customer value against simulated customers and the literature."""

import csv
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbt_project.solvers.clv_fit import (
    bg_nbd_log_likelihood,
    fit_bg_nbd,
    fit_gamma_gamma,
    gamma_gamma_log_likelihood,
)
from dbt_project.solvers.clv_forecast import forecast, probability_alive
from dbt_project.solvers.clv_models import BgNbd, GammaGamma
from tests.dbt_project.simulated_customers import LEVEL, TRUE_BG_NBD, TRUE_GAMMA_GAMMA, Crowd


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


def test_bg_nbd_finds_the_parameters_of_a_simulated_brand(crowd: Crowd) -> None:
    ones = np.ones(len(crowd))
    found, value = fit_bg_nbd(crowd.frequency, crowd.recency, crowd.age, ones)
    arguments = crowd.frequency, crowd.recency, crowd.age, ones

    def log_likelihood(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        return bg_nbd_log_likelihood(BgNbd(*parameters), *arguments)

    assert value == pytest.approx(log_likelihood(np.array(found))[0])
    assert np.abs(log_likelihood(np.array(found))[1] * found).max() < 0.1
    # Within four standard errors, which 20,000 customers make small enough to mean something.
    errors = standard_errors(log_likelihood, found)
    assert (errors / found < 0.12).all()
    assert (np.abs(np.array(found) - TRUE_BG_NBD) / errors < 4).all()


def test_gamma_gamma_finds_the_parameters_of_a_simulated_brand(crowd: Crowd) -> None:
    ones = np.ones(len(crowd))
    found, value = fit_gamma_gamma(crowd.frequency, crowd.spend, ones)
    repeat = crowd.frequency > 0
    arguments = crowd.frequency[repeat], crowd.spend[repeat], ones[repeat]

    def log_likelihood(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        return gamma_gamma_log_likelihood(GammaGamma(*parameters), *arguments)

    assert value == pytest.approx(log_likelihood(np.array(found))[0])
    errors = standard_errors(log_likelihood, found)
    assert (errors / found < 0.12).all()
    assert (np.abs(np.array(found) - TRUE_GAMMA_GAMMA) / errors < 4).all()


def test_customers_alike_are_one_row_with_their_number(crowd: Crowd) -> None:
    days = [np.ceil(column[:2000]) for column in (crowd.frequency, crowd.recency, crowd.age)]
    groups, customers = np.unique(np.stack(days), axis=1, return_counts=True)
    assert len(customers) < 1900
    one_by_one = fit_bg_nbd(*days, np.ones(2000))
    grouped = fit_bg_nbd(*groups, customers)
    assert grouped[0] == pytest.approx(one_by_one[0], rel=1e-4)
    assert grouped[1] == pytest.approx(one_by_one[1])


@settings(max_examples=50, deadline=None)
@given(st.tuples(*[st.floats(-3, 3)] * 7))
def test_gradients_are_those_of_the_log_likelihoods(logarithms: tuple[float, ...]) -> None:
    counts = np.arange(1.0, 5.0)
    histories = np.array([0.0, 0, 1, 12]), np.array([0.0, 0, 9, 80]), np.array([0.0, 40, 30, 81])
    spends = np.array([1.0, 2, 5, 40]), np.array([0.1, 1.0, 3.0, 20.0])
    for log_likelihood, kind, values, data in (
        (bg_nbd_log_likelihood, BgNbd, logarithms[:4], histories),
        (gamma_gamma_log_likelihood, GammaGamma, logarithms[4:], spends),
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
    assert fit_bg_nbd([0, 0], [0, 0], [10, 400], [5, 1]) is None
    assert fit_bg_nbd([], [], [], []) is None
    assert fit_gamma_gamma([0, 3, 2], [10.0, 0.0, -5.0], [9, 1, 1]) is None
    assert fit_gamma_gamma([], [], []) is None


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
    parameters, value = fit_bg_nbd(frequency, recency, age, customers)
    assert np.isfinite([*parameters, value]).all()
    found = forecast(parameters, TRUE_GAMMA_GAMMA, frequency, recency, age, 365, LEVEL)
    assert np.isfinite(found).all()


def test_spend_that_never_varies_has_finite_parameters() -> None:
    parameters, value = fit_gamma_gamma([1, 2, 9], [50.0, 50.0, 50.0], [40, 30, 30])
    assert np.isfinite([*parameters, value]).all()
    p, q, v = parameters
    assert p * v / (q - 1) == pytest.approx(50, rel=0.01)


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
    parameters, value = fit_bg_nbd(cdnow["x"], cdnow["t_x"], cdnow["T"], ones)
    assert np.round(parameters, 3).tolist() == [0.243, 4.414, 0.793, 2.426]
    assert round(value, 1) == -9582.4
    spend, _ = fit_gamma_gamma(cdnow["x"], cdnow["zbar"], ones)
    assert spend == pytest.approx((6.25, 3.74, 15.44), abs=0.01)
    # Table 2 of Fader, Hardie & Lee (2005) and the note on P(alive) agree with lifetimes too.
    lifetimes = pytest.importorskip("lifetimes")
    peer = lifetimes.BetaGeoFitter()
    peer.fit(cdnow["x"], cdnow["t_x"], cdnow["T"])
    assert np.asarray(peer.params_) == pytest.approx(parameters, rel=1e-3)
    ours = BgNbd(*np.asarray(peer.params_))
    arguments = cdnow["x"], cdnow["t_x"], cdnow["T"]
    alive = probability_alive(ours, *arguments)
    assert alive == pytest.approx(peer.conditional_probability_alive(*arguments), rel=1e-9)
    found = forecast(ours, GammaGamma(*spend), *arguments, 39.0, LEVEL)
    expected = peer.conditional_expected_number_of_purchases_up_to_time(39.0, *arguments)
    assert found.orders == pytest.approx(np.asarray(expected), rel=1e-9)
