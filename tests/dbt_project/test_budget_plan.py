"""Responses to spend and the plan made of them, on histories whose curves are known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbt_project.solvers.budget_plan import History, Plan, Terms, plan_budget
from dbt_project.solvers.spend_responses import Responses, controls_of, fit_responses

Curve = tuple[float, float, float]  # ceiling, half, carryover

STEEP: Curve = (30000.0, 4000.0, 0.2)
MILD: Curve = (9000.0, 1500.0, 0.4)
FULL: Curve = (6000.0, 60.0, 0.0)
FLAT: Curve = (0.0, 1.0, 0.0)


def history_of(
    *curves: Curve, seed: int = 1, weeks: int = 104, noise: float = 300.0, spread: float = 0.5
) -> History:
    """Return weeks in which spend wavers around 2,000 and earns as the curves say."""
    draw = np.random.default_rng(seed)
    time = np.arange(weeks)
    promotions = (draw.random(weeks) < 0.15) * draw.integers(1, 8, weeks).astype(float)
    seasons = 2000 * np.sin(2 * np.pi * time / 52.18)
    revenue = 20000 + 30 * time + seasons + 150 * promotions + draw.normal(0, noise, weeks)
    columns = []
    for ceiling, half, carryover in curves:
        column = 2000 * np.exp(draw.normal(0, spread, weeks))
        stock = np.empty(weeks)
        level = column.mean()
        for week, amount in enumerate(column):
            level = carryover * level + (1 - carryover) * amount
            stock[week] = level
        revenue = revenue + ceiling * stock / (stock + half)
        columns.append(column)
    return History(revenue, np.column_stack(columns), promotions, np.zeros(weeks))


def terms_of(history: History, share: float = 0.2, **changes: float) -> Terms:
    present = history.spend[-8:].sum(axis=0) / 8
    terms = Terms(
        low=present * (1 - share), high=present * (1 + share), recent_weeks=8, minimum_weeks=26,
        minimum_variation=0.1, replicates=200, level=0.9, seed=1,
    )  # fmt: skip
    return replace(terms, **changes)


def plan_of(history: History, **changes: float) -> Plan:
    return plan_budget(history, terms_of(history, **changes))


def response(curve: Curve, spend: float) -> float:
    ceiling, half, _ = curve
    return ceiling * spend / (spend + half)


def test_curves_are_found_again() -> None:
    curves = (STEEP, MILD, FULL)
    history = history_of(*curves)
    controls = controls_of(history.promotion_days, history.holidays)
    fitted = fit_responses(history.revenue, history.spend, controls, 200, 1)
    present = np.full(3, 2000.0)
    for place, (ceiling, half, _) in enumerate(curves):
        marginal = fitted.marginal(present)[:, place]
        known = ceiling * half / (2000.0 + half) ** 2
        low, high = np.quantile(marginal, [0.01, 0.99])
        assert low <= known <= high
        assert high - low < 1.2
    assert (fitted.p_value[:2] < 0.01).all()
    assert np.median(fitted.carryover, axis=0)[:2] == pytest.approx([0.2, 0.4], abs=0.11)


def test_intervals_of_the_marginal_return_hold_what_they_say() -> None:
    curve, held = STEEP, []
    for seed in range(60):
        history = history_of(curve, MILD, seed=seed, noise=1500)
        advice = plan_of(history, replicates=120).advice[0]
        known = curve[0] * curve[1] / (advice.present + curve[1]) ** 2
        held.append(advice.marginal_low <= known <= advice.marginal_high)
    assert np.mean(held) >= 0.75


def test_money_goes_from_the_saturated_to_the_steep_and_keeps_its_sum() -> None:
    history = history_of(FULL, STEEP)
    plan = plan_of(history)
    full, steep = plan.advice
    assert (full.recommendation, steep.recommendation) == ("decrease", "increase")
    assert steep.recommended == pytest.approx(min(full.present * 0.2, steep.present * 0.2)
                                              + steep.present, abs=0.02)  # fmt: skip
    assert full.recommended + steep.recommended == pytest.approx(full.present + steep.present)
    known = sum(
        response(curve, advice.recommended) - response(curve, advice.present)
        for curve, advice in zip((FULL, STEEP), plan.advice, strict=True)
    )
    assert plan.gain_low <= known <= plan.gain_high
    assert plan.gain == pytest.approx(full.gain + steep.gain)


def test_the_best_split_is_that_of_a_search_over_all() -> None:
    curves = (STEEP, MILD, FULL)
    history = history_of(*curves, noise=1)
    plan = plan_of(history, share=0.9)
    low, high = terms_of(history, 0.9).low, terms_of(history, 0.9).high
    total = sum(advice.present for advice in plan.advice)
    first, second = np.meshgrid(*(np.linspace(low[i], high[i], 300) for i in (0, 1)))
    third = total - first - second
    revenue = sum(
        response(curve, spend) for curve, spend in zip(curves, (first, second, third), strict=True)
    )
    best = np.where((third >= low[2]) & (third <= high[2]), revenue, 0).max()
    found = sum(
        response(curve, advice.recommended)
        for curve, advice in zip(curves, plan.advice, strict=True)
    )
    assert found == pytest.approx(best, rel=0.005)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), noise=st.sampled_from([0.0, 300.0, 3000.0]))
def test_a_flat_response_never_gets_more(seed: int, noise: float) -> None:
    plan = plan_of(history_of(FLAT, STEEP, MILD, seed=seed, noise=noise), replicates=60)
    assert plan.advice[0].recommendation != "increase"


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.05, 0.5))
def test_plans_keep_the_total_and_the_bounds(seed: int, share: float) -> None:
    history = history_of(STEEP, MILD, FULL, FLAT, seed=seed)
    plan, terms = plan_of(history, share=share, replicates=40), terms_of(history, share)
    presents = sum(advice.present for advice in plan.advice)
    assert sum(advice.recommended for advice in plan.advice) == pytest.approx(presents, abs=0.001)
    for advice, low, high in zip(plan.advice, terms.low, terms.high, strict=True):
        assert low - 0.02 <= advice.recommended <= high + 0.02


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        (
            History(*(np.empty(shape) for shape in (0, (0, 2), 0, 0))),
            "0 whole weeks of history, 26 are needed",
        ),
        (history_of(STEEP, MILD, weeks=20), "20 whole weeks of history, 26 are needed"),
        (history_of(STEEP, MILD, spread=0.0), "spend hardly varies"),
        (replace(history_of(STEEP), revenue=np.full(104, 9.0)), "revenue is the same"),
        (
            replace(history_of(STEEP), spend=np.repeat([[100.0], [0.0]], 52, axis=0)),
            "nothing spent lately",
        ),
        (history_of(*[MILD] * 9, weeks=30), "more channels than the weeks"),
    ],
)
def test_what_the_data_cannot_tell_is_refused_with_the_reason(
    history: History, reason: str
) -> None:
    refused = plan_of(history).advice[-1]
    assert refused.recommendation == "insufficient_data"
    assert reason in refused.reason
    assert refused.recommended == refused.present


def test_channels_that_move_together_are_not_told_apart() -> None:
    history = history_of(STEEP)
    twin = history.spend * 0.5 + 1
    plan = plan_of(replace(history, spend=np.hstack([history.spend, twin])))
    assert "moves together" in plan.advice[1].reason
    assert plan.advice[0].recommendation == "keep"


def test_another_order_of_channels_gives_the_same_advice() -> None:
    history = history_of(STEEP, FULL, FLAT)
    turned = replace(history, spend=history.spend[:, ::-1])
    for one, other in zip(plan_of(history).advice, reversed(plan_of(turned).advice), strict=True):
        assert one.recommendation == other.recommendation
        assert one.recommended == pytest.approx(other.recommended, rel=0.02)


def test_curves_return_less_the_more_is_spent() -> None:
    curve = Responses(*(np.array([[number]]) for number in (*MILD, 0.0)))
    spend = np.linspace(0, 9000, 50)[:, None]
    returns = np.array([curve.marginal(amount)[0, 0] for amount in spend])
    assert (np.diff(returns) < 0).all()
    slope = (curve.revenue(np.array([2000.5])) - curve.revenue(np.array([1999.5])))[0, 0]
    assert curve.marginal(np.array([2000.0]))[0, 0] == pytest.approx(slope, rel=1e-6)
