"""How sure a share is: journeys drawn anew, by groups of customers.

Customers, not journeys, are drawn: two orders of one person are not two witnesses. They come in
groups, each by its customer's id, so that a draw is a sum over some hundred groups however many
customers there are.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Sureness(NamedTuple):
    """Standard error and interval of each share; NaN where nothing can be drawn."""

    standard_error: Floats
    low: Floats
    high: Floats


def draw_weights(groups: int, replicates: int, seed: int) -> Floats:
    """Return how often each replicate draws each group: replicates in rows."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(groups, np.full(groups, 1 / groups), replicates).astype(float)


def coded(labels: ArrayLike) -> tuple[NDArray[np.str_], NDArray[np.intp]]:
    """Return the distinct labels in order, and the place of each label among them."""
    return np.unique(np.asarray(labels, dtype=np.str_), return_inverse=True)


def summed(groups: NDArray[np.intp], items: NDArray[np.intp], amounts: Floats) -> Floats:
    """Return the sums of ``amounts`` by group (rows) and item (columns)."""
    shape = (int(groups.max(initial=-1)) + 1, int(items.max(initial=-1)) + 1)
    sums = np.bincount(groups * shape[1] + items, amounts, shape[0] * shape[1])
    return sums.reshape(shape)


def shares_of(effects: Floats) -> Floats:
    """Return effects as shares of their sum along the last axis; NaN where that is not positive."""
    total = effects.sum(axis=-1, keepdims=True)
    return np.divide(effects, total, out=np.full_like(effects, np.nan), where=total > 0)


def sureness_of(shares: Floats, level: float) -> Sureness:
    """Return the spread of ``shares`` over its rows; replicates without shares are left out."""
    drawn = shares[np.isfinite(shares).all(axis=1)]
    if len(drawn) < 2:
        return Sureness(*(np.full(shares.shape[1], np.nan) for _ in range(3)))
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Sureness(drawn.std(axis=0, ddof=1), low, high)
