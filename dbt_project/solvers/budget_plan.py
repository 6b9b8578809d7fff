"""Where to move money between channels, within bounds, and what it is expected to bring.

The plan keeps the total. It moves money only into channels that are shown to earn something, and
only out of channels that bring less with the next unit than some of those, both as sure as
``Terms.level`` says; a plan whose gain might as well be none is not made.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dbt_project.solvers.spend_responses import (
    Floats,
    Responses,
    basis_of,
    controls_of,
    fit_responses,
)

# A channel whose fit without effect is likelier than this is not shown to earn anything.
SUPPORT = 0.01
STEPS = 400


@dataclass(frozen=True)
class History:
    """Weeks x channels, and what the weeks had besides."""

    revenue: Floats
    spend: Floats
    promotion_days: Floats
    holidays: Floats


@dataclass(frozen=True)
class Terms:
    """What is asked of the data, what may change, and how sure to be."""

    low: Floats
    high: Floats
    recent_weeks: int
    minimum_weeks: int
    minimum_variation: float
    replicates: int
    level: float
    seed: int


class Advice(NamedTuple):
    """What the plan says of one channel; null in what could not be told."""

    recommendation: str
    reason: str
    present: float
    recommended: float
    marginal: float | None = None
    marginal_low: float | None = None
    marginal_high: float | None = None
    half: float | None = None
    carryover: float | None = None
    p_value: float | None = None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None


class Plan(NamedTuple):
    """The advice on each channel and the gain of following all of it."""

    advice: list[Advice]
    gain: float | None
    gain_low: float | None
    gain_high: float | None


def plan_budget(history: History, terms: Terms) -> Plan:
    """Return the advice on every channel, in the order of the columns of ``spend``."""
    recent = history.spend[-terms.recent_weeks :]
    present = (recent.sum(axis=0) / max(len(recent), 1)).round(2)
    refusals = _refusals(history, terms)
    fitted = [channel for channel, reason in enumerate(refusals) if not reason]
    advice = [
        Advice("insufficient_data", reason, float(amount), float(amount))
        for reason, amount in zip(refusals, present, strict=True)
    ]
    if not fitted:
        return Plan(advice, None, None, None)

    controls = controls_of(history.promotion_days, history.holidays)
    # Channels that cannot be judged still explain revenue that others must not claim.
    confounders = [
        channel
        for channel, reason in enumerate(refusals)
        if reason and history.spend[:, channel].any()
    ]
    room = len(history.revenue) - controls.shape[1] - 3 * len(fitted)
    if len(confounders) < room / 2:
        extra = history.spend[:, confounders] / np.maximum(history.spend[:, confounders].max(0), 1)
        controls = np.column_stack([controls, extra])
    responses = fit_responses(
        history.revenue, history.spend[:, fitted], controls, terms.replicates, terms.seed
    )
    planned, verdicts = _moves(responses, present[fitted], terms, fitted)
    gains = responses.revenue(planned) - responses.revenue(present[fitted])
    marginals = responses.marginal(present[fitted])
    bounds = ((1 - terms.level) / 2, (1 + terms.level) / 2)
    for place, channel in enumerate(fitted):
        now, then = float(present[channel]), float(planned[place])
        recommendation = "increase" if then > now else "decrease" if then < now else "keep"
        if recommendation == "keep" and responses.p_value[place] >= SUPPORT:
            recommendation = "insufficient_data"
        advice[channel] = Advice(
            recommendation,
            verdicts[place],
            now,
            then,
            *(float(number) for number in (
                marginals[:, place].mean(),
                *np.quantile(marginals[:, place], bounds),
                np.median(responses.half[:, place]),
                np.median(responses.carryover[:, place]),
                responses.p_value[place],
                gains[:, place].mean(),
                *np.quantile(gains[:, place], bounds),
            )),
        )  # fmt: skip
    total = gains.sum(axis=1)
    return Plan(advice, float(total.mean()), *(float(x) for x in np.quantile(total, bounds)))


def _refusals(history: History, terms: Terms) -> list[str]:
    """Return for each channel why nothing can be told of it; empty where something can."""
    weeks, channels = history.spend.shape
    if weeks < terms.minimum_weeks:
        reason = f"{weeks} whole weeks of history, {terms.minimum_weeks} are needed"
        return [reason] * channels
    if np.ptp(history.revenue) == 0:
        return ["revenue is the same in every week"] * channels

    controls = controls_of(history.promotion_days, history.holidays)
    reasons = [""] * channels
    for channel, spend in enumerate(history.spend.T):
        if not spend[-terms.recent_weeks :].any():
            reasons[channel] = "nothing spent lately"
        elif _unexplained(spend, controls) < terms.minimum_variation * spend.mean():
            reasons[channel] = "spend hardly varies beyond trend, season and promotions"
    # What moves together cannot be told apart: the smaller channel gives way.
    order = np.argsort(-history.spend.sum(axis=0), kind="stable")
    kept: list[int] = []
    for channel in order:
        if reasons[channel]:
            continue
        spend = history.spend[:, channel]
        others = np.column_stack([controls, history.spend[:, kept]])
        alone, beside = (_unexplained(spend, known) for known in (controls, others))
        if weeks < controls.shape[1] + 5 * (len(kept) + 1):
            reasons[channel] = "more channels than the weeks of history can tell apart"
        elif beside**2 < 0.1 * alone**2:
            reasons[channel] = "spend moves together with that of larger channels"
        else:
            kept.append(int(channel))
    return reasons


def _unexplained(values: Floats, known: Floats) -> float:
    """Return the standard deviation left when what is known is taken away."""
    basis = basis_of(known / np.maximum(np.abs(known).max(axis=0), 1e-12))
    return float((values - basis @ (basis.T @ values)).std())


def _moves(
    responses: Responses, present: Floats, terms: Terms, fitted: list[int]
) -> tuple[Floats, list[str]]:
    """Return the planned spend of the fitted channels and the reason for each."""
    marginals = responses.marginal(present)
    risk = 1 - terms.level
    is_shown = responses.p_value < SUPPORT
    # beats[a, b]: one more unit surely brings more in a than in b.
    beats = np.quantile(marginals[:, :, None] - marginals[:, None, :], risk / 2, axis=0) > 0
    beats &= is_shown[:, None]
    gains, gives = beats.any(axis=1), beats.any(axis=0)
    # In between, a channel may give to the better and gain from the worse.
    low = np.where(gives, np.minimum(terms.low[fitted], present), present)
    high = np.where(gains, np.maximum(terms.high[fitted], present), present)
    planned = _best_split(responses, low, high, present)
    gain = (responses.revenue(planned) - responses.revenue(present)).sum(axis=1)
    is_sure = bool(np.quantile(gain, risk / 2) > 0)
    if not is_sure:
        planned = present
    reasons = []
    for place, (now, then) in enumerate(zip(present, planned, strict=True)):
        if then > now:
            reason = "the next unit brings more here than where it is taken from"
        elif then < now:
            reason = "the next unit brings less here than where it goes to"
        elif not is_shown[place]:
            reason = "no return that could be told from none"
        elif beats.any() and not is_sure:
            reason = "moves within the bounds might as well gain nothing"
        elif gains[place] or gives[place]:
            reason = "the bounds leave no better place"
        else:
            reason = "no channel is surely better or worse"
        reasons.append(reason)
    return planned, reasons


def _best_split(responses: Responses, low: Floats, high: Floats, present: Floats) -> Floats:
    """Return the split of the same total that brings most on average, within the bounds.

    Curves are concave, so at the best split the next unit brings the same everywhere that no bound
    is met: that return is found by bisection.
    """
    steps = low + (high - low) * np.linspace(0, 1, STEPS + 1)[:, None]
    returns = np.array([responses.marginal(spend).mean(axis=0) for spend in steps])

    def split(worth: float) -> Floats:
        # Returns fall along the steps; interp wants them rising.
        return np.array(
            [
                np.interp(-worth, -returns[:, place], steps[:, place])
                for place in range(len(present))
            ]
        )

    least, most = 0.0, float(returns.max())
    for _ in range(100):
        middle = (least + most) / 2
        least, most = (middle, most) if split(middle).sum() > present.sum() else (least, middle)
    planned = split(most).round(2)
    # Steps and cents: what they leave goes where there is room for it.
    rest = round(float(present.sum() - planned.sum()), 2)
    for place in np.argsort(-np.abs(planned - present), kind="stable"):
        share = float(np.clip(rest, low[place] - planned[place], high[place] - planned[place]))
        planned[place] = round(planned[place] + share, 2)
        rest = round(rest - share, 2)
    return planned
