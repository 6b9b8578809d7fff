"""What customers are to be expected to buy, and within which bounds, given fitted parameters."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from dbt_project.solvers.clv_models import BgNbd, Floats, GammaGamma, floats

# How near to its poles (a = 1, a = 2, a + b = 1 without repeat purchases) the closed form is used.
POLE_DISTANCE = 1e-6

# Mean orders of those who order at all, from which on their number may have two humps.
MANY_ORDERS = 5


class Forecast(NamedTuple):
    """What is to be expected within the horizon, one element per customer.

    ``orders_low`` and ``orders_high`` bound the orders, ``value_low`` and ``value_high`` the
    revenue, in units of the customer's evidence of spend, ``v + frequency * mean spend``.
    """

    p_alive: Floats
    orders: Floats
    orders_variance: Floats
    orders_low: Floats
    orders_high: Floats
    value_low: Floats
    value_high: Floats


def probability_alive(
    parameters: BgNbd, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Floats:
    """Return the probability that customers have not left; 1 without a repeat purchase.

    Fader, Hardie & Lee (2008), Computing P(alive) Using the BG/NBD Model.
    """
    r, alpha, a, b, x, recency, age = floats(*parameters, frequency, recency, age)
    # Any number serves where x = 0; it must only be one.
    odds = np.log(a) - np.log(b + np.maximum(x, 1) - 1)
    odds = odds + (r + x) * (np.log(alpha + age) - np.log(alpha + recency))
    return np.where(x > 0, special.expit(-odds), 1.0)


def orders_if_alive(
    parameters: BgNbd, frequency: ArrayLike, age: ArrayLike, horizon: ArrayLike
) -> tuple[Floats, Floats]:
    """Return mean and mean square of the orders within ``horizon`` days of customers alive.

    For a customer alive rate and dropout are independent, Gamma(r + x, alpha + age) and
    Beta(a, b + x), so that P(orders > k) = P(N > k) B(a, b + x + k) / B(a, b + x) with N negative
    binomial. Their sum over k is equation (10) of Fader, Hardie & Lee (2005), and that of k times
    them comes from the same function at a - 1, b + 1.
    """
    r, alpha, a, b, x, age, horizon = floats(*parameters, frequency, age, horizon)
    r, alpha, b = r + x, alpha + age, b + x
    for pole in (a - 1, a - 2, a + b - 1):
        a = np.where(np.abs(pole) < POLE_DISTANCE, a + 2 * POLE_DISTANCE, a)
    mean = _sum_of_survival(r, alpha, a, b, horizon)
    weighted = b * (_sum_of_survival(r, alpha, a - 1, b + 1, horizon) - mean)
    # Where parameters stand at their bounds, SciPy sometimes knows no value of the function.
    lost = ~(np.isfinite(mean) & np.isfinite(weighted))
    if lost.any():
        mean, weighted = np.asarray(mean), np.asarray(weighted)
        parts = np.broadcast_arrays(r, alpha, a, b, horizon)
        mean[lost], weighted[lost] = _added_survival(*(part[lost] for part in parts))
    # Rounding may bring the mean square below what any number of orders has.
    return mean, np.maximum(mean + 2 * weighted, np.maximum(mean, mean**2))


def _sum_of_survival(r: Floats, alpha: Floats, a: Floats, b: Floats, horizon: Floats) -> Floats:
    """Return the sum over k of P(N > k) B(a, b + k) / B(a, b).

    The published form multiplies a hypergeometric function that grows with the frequency and a
    power that vanishes with it. Euler's transformation takes the frequency out of both:
    (1 - z)^r F(r, b; c; z) = (1 - z)^(a-1) F(c - r, a - 1; c; z) with c = a + b - 1, and c - r is
    the same for all frequencies.
    """
    z = horizon / (alpha + horizon)
    c = a + b - 1
    decline = np.exp((a - 1) * np.log1p(-z)) * special.hyp2f1(c - r, a - 1, c, z)
    return c / (a - 1) * (1 - decline)


def _survival_term_by_term(
    r: float, alpha: float, a: float, b: float, horizon: float
) -> tuple[float, float]:
    """Return the sums over k of P(N > k) B(a, b + k) / B(a, b), and of k times them."""
    z = horizon / (alpha + horizon)
    # Beyond these the chance of so many orders is less than rounding.
    k = np.arange((r + 10 * np.sqrt(r) + 40) / (1 - z))
    survival = special.betainc(k + 1, r, z)
    survival *= np.exp(special.betaln(a, b + k) - special.betaln(a, b))
    return survival.sum(), k @ survival


_added_survival = np.vectorize(_survival_term_by_term, otypes=[float, float])


def forecast(
    bg_nbd: BgNbd,
    gamma_gamma: GammaGamma,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    horizon: ArrayLike,
    level: ArrayLike,
) -> Forecast:
    """Return what to expect within ``horizon`` days, with equal-tailed intervals at ``level``.

    Intervals are predictive: they hold for what a customer will do, not for the mean, and take the
    parameters as known. That of the orders is exact; that of the revenue has the exact chance of
    none and else is approximate, NaN where a parameter of Gamma-Gamma is.
    """
    parts = floats(*bg_nbd, *gamma_gamma, frequency, recency, age, horizon, level)
    r, alpha, a, b, p, q, _, x, recency, age, horizon, level = np.broadcast_arrays(*parts)
    bg_nbd = BgNbd(r, alpha, a, b)
    p_alive = probability_alive(bg_nbd, x, recency, age)
    mean, square = orders_if_alive(bg_nbd, x, age, horizon)
    mean, square = p_alive * mean, p_alive * square
    some = -p_alive * np.expm1(-(r + x) * np.log1p(horizon / (alpha + age)))

    given = BgNbd(r + x, alpha + age, a, b + x)
    ends = [
        _ends(given, p, q + p * x, p_alive, horizon, mean, square, some, at)
        for at in ((1 - level) / 2, (1 + level) / 2)
    ]
    (orders_low, value_low), (orders_high, value_high) = ends
    return Forecast(p_alive, mean, square - mean**2, orders_low, orders_high, value_low, value_high)


def _ends(
    given: BgNbd,
    p: Floats,
    shape: Floats,
    p_alive: Floats,
    horizon: Floats,
    mean: Floats,
    square: Floats,
    some: Floats,
    at: Floats,
) -> tuple[Floats, Floats]:
    """Return the quantiles of orders and revenue.

    ``given`` holds the parameters of the customers given what they did, ``shape`` that of the
    Gamma distribution of their rate of spend, ``mean`` and ``square`` the moments of their orders,
    ``some`` the chance of any.
    """
    orders = _orders_quantile(*given, p_alive, horizon, at)
    value = np.where(np.isnan(shape), np.nan, 0.0)
    # Of the revenue that is not nothing, the quantile stands at another level.
    is_paid = (1 - some < at) & ~np.isnan(shape)
    is_many = mean >= MANY_ORDERS * some
    few, many = is_paid & ~is_many, is_paid & is_many
    value[few] = _spend_on_few(
        p[few],
        shape[few],
        mean[few] / some[few],
        square[few] / some[few],
        1 - (1 - at[few]) / some[few],
    )
    r, alpha, a, b = given
    value[many] = _spend_on_many(
        p[many],
        shape[many],
        _orders_quantile(
            r[many], alpha[many], a[many], b[many], p_alive[many], horizon[many],
            1 - some[many] / 2,
        ),
        orders[many],
        1 - (1 - at[many]) / some[many],
    )  # fmt: skip
    return orders, value


def _orders_quantile(
    r: Floats, alpha: Floats, a: Floats, b: Floats, p_alive: Floats, horizon: Floats, at: Floats
) -> Floats:
    """Return the smallest k with P(orders <= k) >= ``at``; at most one order a day.

    The parameters are those of the customers, given what they did; see ``orders_if_alive``.
    """
    quantile = np.floor(horizon)
    z = horizon / (alpha + horizon)
    more = np.arange(len(quantile))  # the elements whose quantile is k or more
    chance = np.exp(r * np.log1p(-z))  # P(N = k)
    below = chance.copy()  # P(N <= k)
    stays = p_alive.copy()  # P(alive) B(a, b + k) / B(a, b)
    k = 0
    while len(more):
        found = stays * (1 - below) <= 1 - at[more]
        quantile[more[found]] = np.minimum(k, quantile[more[found]])
        left = ~found & (quantile[more] > k)
        more, chance, below, stays = more[left], chance[left], below[left], stays[left]
        stays = stays * (b[more] + k) / (a[more] + b[more] + k)
        chance = chance * z[more] * (r[more] + k) / (k + 1)
        below = below + chance
        k += 1
    return quantile


def _spend_on_few(p: Floats, shape: Floats, mean: Floats, square: Floats, at: Floats) -> Floats:
    """Return the quantile of the revenue of customers who order, on average few times.

    ``mean`` and ``square`` are those of their orders, ``shape`` that of the Gamma distribution of
    the rate of spend. Spend at rate 1 is taken as Gamma with its exact mean and variance.
    """
    variance = p * mean + p**2 * np.maximum(square - mean**2, 0)
    unit = variance / (p * mean)
    return unit * _beta_prime_quantile(p * mean / unit, shape, at)


def _spend_on_many(p: Floats, shape: Floats, middle: Floats, orders: Floats, at: Floats) -> Floats:
    """Return the quantile of the revenue of customers who order, on average many times.

    ``middle`` is the median of their orders and ``orders`` the quantile. Those who leave early and
    those who stay make two humps, which no one distribution has: so what the orders and what the
    spend on the median of them deviate, both in logarithms, add as independent ones do, in squares.
    """
    median = _beta_prime_quantile(p * middle, shape, np.full(len(at), 0.5))
    with np.errstate(divide="ignore"):  # next to nothing is rounded to it
        spend = np.log(_beta_prime_quantile(p * middle, shape, at) / median)
    deviation = np.hypot(np.log(np.maximum(orders, 1) / middle), spend)
    return median * np.exp(np.where(at < 0.5, -deviation, deviation))


def _beta_prime_quantile(spend_shape: Floats, rate_shape: Floats, at: Floats) -> Floats:
    """Return the quantile of Gamma(spend_shape) over Gamma(rate_shape)."""
    share = special.betaincinv(rate_shape, spend_shape, 1 - at)
    quantile = (1 - share) / share
    # What is near 0 would be lost beside 1.
    small = share > 0.5
    spent = special.betaincinv(spend_shape[small], rate_shape[small], at[small])
    quantile[small] = spent / (1 - spent)
    return quantile
