"""What spend brought: saturating responses of weekly revenue to the spend of several channels.

Revenue of a week is a level, a trend, the year's seasons, promotions and holidays, and for each
channel ``ceiling * s / (s + half)``, where ``s`` is the spend of this week and, fading at the rate
``carryover``, of those before: Michaelis and Menten's curve, the Hill curve without its S, so that
each further unit brings less than the one before. Ceilings are least squares, never negative;
carryover and half are the best of a grid, channel after channel until none changes.

How sure it is comes from refitting to residuals drawn anew in blocks of weeks, which keeps what
one week's noise says about the next. All refits go on at once, on products of the features made
once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CARRYOVERS = np.array([0.0, 0.2, 0.4, 0.6, 0.8])
# In units of the mean spend of weeks with any: from long saturated to nearly proportional.
HALVES = np.geomspace(0.125, 16, 15)
MAXIMUM_ROUNDS = 200
WEEKS_PER_YEAR = 365.25 / 7


@dataclass(frozen=True)
class Responses:
    """Curves of each channel in each draw, and what speaks for a channel having one at all."""

    ceiling: Floats
    half: Floats
    carryover: Floats
    p_value: Floats

    def revenue(self, spend: Floats) -> Floats:
        """Return the weekly revenue that weekly spend brings once carryover has settled."""
        return self.ceiling * spend / (spend + self.half)

    def marginal(self, spend: Floats) -> Floats:
        """Return the revenue of one more unit of weekly spend."""
        return self.ceiling * self.half / (spend + self.half) ** 2


def fit_responses(
    revenue: Floats, spend: Floats, controls: Floats, replicates: int, seed: int
) -> Responses:
    """Fit the columns of ``spend`` to ``revenue``; each must vary beyond what controls explain.

    The arrays returned have one row per draw, those of ``p_value`` one number per channel: the
    chance that a channel without effect would fit as well, by the F-test of its three parameters.
    """
    basis = basis_of(controls)
    weeks, channels = spend.shape
    grid = [_candidates(column) for column in spend.T]
    features = np.stack([values for values, _, _ in grid])
    features = features - (features @ basis) @ basis.T
    target = revenue - basis @ (basis.T @ revenue)
    freedom = max(weeks - basis.shape[1] - 3 * channels, 1)

    chosen, scale = _descend(features, target[:, None])
    fitted = _sum_of(features, chosen, scale)[:, 0]
    residuals = target - fitted
    squares = float(residuals @ residuals)

    without = []
    for channel in range(channels):
        others = np.delete(features, channel, axis=0)
        rest = target - _sum_of(others, *_descend(others, target[:, None]))[:, 0]
        without.append(float(rest @ rest))
    p_value = _tails(np.array(without) - squares, squares, freedom)

    drawn = _block_draws(residuals, replicates, seed) * np.sqrt(weeks / freedom)
    drawn = fitted[:, None] + drawn - basis @ (basis.T @ drawn)
    chosen, scale = _descend(features, drawn)
    carryover, half = (
        np.stack([grid[channel][place][chosen[channel]] for channel in range(channels)], axis=1)
        for place in (1, 2)
    )
    return Responses(scale.T, half, carryover, p_value)


def basis_of(controls: Floats) -> Floats:
    """Return an orthonormal basis of the controls; what says nothing new is left out."""
    left, strength, _ = np.linalg.svd(controls, full_matrices=False)
    return left[:, strength > 1e-9 * strength.max()]


def controls_of(promotion_days: Floats, holidays: Floats) -> Floats:
    """Return level, trend, calendar and, from a year and a half of weeks on, the seasons."""
    weeks = np.arange(len(promotion_days), dtype=float)
    columns = [np.ones_like(weeks), weeks - weeks.mean(), promotion_days, holidays]
    if len(weeks) >= 1.5 * WEEKS_PER_YEAR:
        for waves in (1, 2):
            turn = 2 * np.pi * waves * weeks / WEEKS_PER_YEAR
            columns += [np.sin(turn), np.cos(turn)]
    scaled = [column / max(np.abs(column).max(), 1e-12) for column in columns]
    return np.column_stack(scaled)


def _candidates(spend: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the shapes a channel's response may have, and the carryover and half of each."""
    usual = spend[spend > 0].mean()
    shapes, carryovers, halves = [], [], []
    for carryover in CARRYOVERS:
        stock = np.empty_like(spend)
        # The weeks before the first are taken for like the first months.
        level = spend[: max(len(spend) // 4, 1)].mean()
        for week, amount in enumerate(spend):
            level = carryover * level + (1 - carryover) * amount
            stock[week] = level
        for half in HALVES * usual:
            shapes.append(stock / (stock + half))
            carryovers.append(carryover)
            halves.append(half)
    return np.array(shapes), np.array(carryovers), np.array(halves)


def _descend(features: Floats, targets: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return for each target the shape chosen of each channel, and its scale.

    ``features`` are channels x shapes x weeks, ``targets`` weeks x draws. A channel takes the shape
    that fits best what the others leave, until no channel changes.
    """
    channels = len(features)
    draws = targets.shape[1]
    products = np.einsum("cgt,dht->cgdh", features, features, optimize=True)
    aims = features @ targets
    norms = np.maximum(np.einsum("cgt,cgt->cg", features, features), 1e-12)
    chosen = np.zeros((channels, draws), dtype=np.intp)
    scale = np.zeros((channels, draws))
    everyone = np.arange(draws)
    for _ in range(MAXIMUM_ROUNDS):
        moved = 0.0
        for channel in range(channels):
            left = aims[channel].copy()
            for other in range(channels):
                if other != channel:
                    left -= products[channel][:, other, chosen[other]] * scale[other]
            left = np.maximum(left, 0)
            best = np.argmax(left**2 / norms[channel][:, None], axis=0)
            new_scale = left[best, everyone] / norms[channel][best]
            moved = max(moved, float(np.abs(new_scale - scale[channel]).max(initial=0)))
            chosen[channel], scale[channel] = best, new_scale
        if moved <= 1e-9 * (1 + float(np.abs(scale).max(initial=0))):
            break
    return chosen, scale


def _sum_of(features: Floats, chosen: NDArray[np.intp], scale: Floats) -> Floats:
    total = np.zeros((features.shape[2], scale.shape[1]))
    for shapes, places, scales in zip(features, chosen, scale, strict=True):
        total += shapes[places].T * scales
    return total


def _block_draws(residuals: Floats, draws: int, seed: int) -> Floats:
    weeks = len(residuals)
    length = max(round(weeks ** (1 / 3)), 1)
    starts = np.random.default_rng(seed).integers(0, weeks, (-(-weeks // length), draws))
    places = (starts[:, None, :] + np.arange(length)[None, :, None]) % weeks
    return (residuals - residuals.mean())[places.reshape(-1, draws)[:weeks]]


def _tails(gained: Floats, squares: float, freedom: int) -> Floats:
    from scipy.special import fdtrc

    return fdtrc(3, freedom, np.maximum(gained, 0) / 3 / max(squares / freedom, 1e-12))
