"""Models of customer lifetime value: BG/NBD for how often, Gamma-Gamma for how much customers buy.

BG/NBD (Fader, Hardie & Lee 2005, Marketing Science 24(2), "Counting Your Customers" the Easy Way):
while alive a customer buys at a rate ~ Gamma(r, alpha) per day, and leaves for good after each
repeat purchase with a probability ~ Beta(a, b). Gamma-Gamma (Fader & Hardie 2013, The Gamma-Gamma
Model of Monetary Value): the revenue of a purchase is Gamma(p, nu), with nu ~ Gamma(q, v) across
customers, independent of how often they buy.

Customers are described by ``frequency`` (purchase days after the first), ``recency`` (days from the
first to the last one) and ``age`` (days from the first one to the day of judgement). All arguments
are arrays of equal length, or scalars; only NumPy and SciPy are known here.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class BgNbd(NamedTuple):
    """Parameters of BG/NBD, time in days."""

    r: ArrayLike
    alpha: ArrayLike
    a: ArrayLike
    b: ArrayLike


class GammaGamma(NamedTuple):
    """Parameters of Gamma-Gamma; ``v`` is an amount of money."""

    p: ArrayLike
    q: ArrayLike
    v: ArrayLike


def floats(*values: ArrayLike) -> tuple[Floats, ...]:
    """Return values as arrays of floating point numbers."""
    return tuple(np.asarray(value, dtype=np.float64) for value in values)
