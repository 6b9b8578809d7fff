"""Customer lifetime value: BG/NBD for how often customers buy, Gamma-Gamma for how much they spend.

BG/NBD (Fader, Hardie & Lee 2005, Marketing Science 24(2), "Counting Your Customers" the Easy Way):
while alive a customer buys at a rate ~ Gamma(r, alpha) per day, and leaves for good after each
repeat purchase with a probability ~ Beta(a, b). Gamma-Gamma (Fader & Hardie 2013, The Gamma-Gamma
Model of Monetary Value): the revenue of a purchase is Gamma(p, nu), with nu ~ Gamma(q, v) across
customers, independent of how often they buy.

Customers are described by ``frequency`` (purchase days after the first), ``recency`` (days from the
first to the last one) and ``age`` (days from the first one to the day of judgement). All arguments
are arrays of equal length, or scalars; only NumPy and SciPy are known here.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]

# Where the likelihood is flat, as when nobody ever leaves, a parameter would run to 0 or infinity;
# beyond these bounds the forecasts no longer change. Time is counted in whole days, hence alpha.
BG_NBD_BOUNDS = {"r": (1e-3, 1e2), "alpha": (1.0, 1e6), "a": (1e-3, 1e2), "b": (1e-3, 1e3)}
# Without q > 1 the mean spend of a new customer would be infinite; v is in mean spends.
GAMMA_GAMMA_BOUNDS = {"p": (1e-2, 1e3), "q": (1.1, 1e3), "v": (1e-3, 1e5)}

# How near to its poles (a = 1, a = 2, a + b = 1 without repeat purchases) the closed form is used.
POLE_DISTANCE = 1e-6

# Mean orders of those who order at all, from which on their number may have two humps.
MANY_ORDERS = 5


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


# Fitting


def fit_bg_nbd(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, customers: ArrayLike
) -> tuple[BgNbd, float] | None:
    """Return the parameters of maximum likelihood and the log-likelihood.

    Each element stands for ``customers`` customers alike; frequencies are whole numbers. None when
    nobody bought again.
    """
    x, recency, age, customers = _floats(frequency, recency, age, customers)
    if not (customers * x).sum():
        return None
    # In units of the mean age all parameters are of the order of one, whatever the time.
    unit = max(float(np.average(age, weights=customers)), 1.0)
    bounds = dict(BG_NBD_BOUNDS)
    bounds["alpha"] = tuple(bound / unit for bound in bounds["alpha"])
    recency, age = recency / unit, age / unit

    def log_likelihood(parameters: Floats) -> tuple[float, Floats]:
        return bg_nbd_log_likelihood(BgNbd(*parameters), x, recency, age, customers)

    scaled, value = _maximise(log_likelihood, [1.0, 1.0, 1.0, 2.0], list(bounds.values()))
    r, alpha, a, b = (float(parameter) for parameter in scaled)
    # A density of purchase times per unit becomes one per day.
    return BgNbd(r, alpha * unit, a, b), value - float(customers @ x) * float(np.log(unit))


def bg_nbd_log_likelihood(
    parameters: BgNbd, frequency: Floats, recency: Floats, age: Floats, customers: Floats
) -> tuple[float, Floats]:
    """Return the log-likelihood and its gradient by (r, alpha, a, b).

    Fader, Hardie & Lee (2005), equation (6), with both terms kept in logarithms.
    """
    r, alpha, a, b = parameters
    x, counts = _counted(frequency, customers)
    count = customers.sum()
    log_alive = np.log(alpha + age)
    log_gone = np.log(alpha + recency)
    # Without a repeat purchase nobody has had the occasion to leave.
    odds = np.full(len(frequency), -np.inf)
    bought = frequency > 0
    odds[bought] = (
        np.log(a)
        - np.log(b + frequency[bought] - 1)
        + (r + frequency[bought]) * (log_alive - log_gone)[bought]
    )
    gone = special.expit(odds)
    value = counts @ (
        special.gammaln(r + x)
        - special.gammaln(r)
        + special.betaln(a, b + x)
        - special.betaln(a, b)
    )
    value += count * r * np.log(alpha)
    value += customers @ (np.logaddexp(0, odds) - (r + frequency) * log_alive)

    gone_by_x = np.bincount(frequency.astype(np.intp), customers * gone)[x]
    repeat = x > 0
    slope_r = counts @ (special.digamma(r + x) - special.digamma(r)) + count * np.log(alpha)
    slope_r -= customers @ ((1 - gone) * log_alive + gone * log_gone)
    slope_alpha = count * r / alpha - customers @ (
        (r + frequency) * ((1 - gone) / (alpha + age) + gone / (alpha + recency))
    )
    both = special.digamma(a + b) - special.digamma(a + b + x)
    slope_a = counts @ both + gone_by_x.sum() / a
    slope_b = counts @ (both + special.digamma(b + x) - special.digamma(b))
    slope_b -= (gone_by_x[repeat] / (b + x[repeat] - 1)).sum()
    return float(value), np.array([slope_r, slope_alpha, slope_a, slope_b])


def fit_gamma_gamma(
    frequency: ArrayLike, mean_spend: ArrayLike, customers: ArrayLike
) -> tuple[GammaGamma, float] | None:
    """Return the parameters of maximum likelihood and the log-likelihood.

    Each element stands for ``customers`` customers alike, whose repeat purchases earned
    ``mean_spend`` each. Elements without a repeat purchase, or without a positive mean, are left
    out; None when none is left.
    """
    x, spend, customers = _floats(frequency, mean_spend, customers)
    spent = (x > 0) & (spend > 0) & (customers > 0)
    x, spend, customers = x[spent], spend[spent], customers[spent]
    if not len(x):
        return None
    unit = float(np.average(spend, weights=customers))
    spend = spend / unit

    def log_likelihood(parameters: Floats) -> tuple[float, Floats]:
        return gamma_gamma_log_likelihood(GammaGamma(*parameters), x, spend, customers)

    scaled, value = _maximise(log_likelihood, [2.0, 3.0, 1.0], list(GAMMA_GAMMA_BOUNDS.values()))
    p, q, v = (float(parameter) for parameter in scaled)
    return GammaGamma(p, q, v * unit), value - float(customers.sum()) * float(np.log(unit))


def gamma_gamma_log_likelihood(
    parameters: GammaGamma, frequency: Floats, mean_spend: Floats, customers: Floats
) -> tuple[float, Floats]:
    """Return the log-likelihood and its gradient by (p, q, v).

    Fader & Hardie (2013), equation (1a).
    """
    p, q, v = parameters
    x, counts = _counted(frequency, customers)
    count = customers.sum()
    total = frequency * mean_spend
    log_total, log_rate = np.log(total), np.log(v + total)
    value = -(counts @ special.betaln(p * x, q)) + count * q * np.log(v)
    value += customers @ (
        p * frequency * log_total - np.log(mean_spend) - (p * frequency + q) * log_rate
    )
    both = special.digamma(p * x + q)
    slope_p = counts @ (x * (both - special.digamma(p * x)))
    slope_p += customers @ (frequency * (log_total - log_rate))
    slope_q = counts @ (both - special.digamma(q)) + count * np.log(v) - customers @ log_rate
    slope_v = count * q / v - customers @ ((p * frequency + q) / (v + total))
    return float(value), np.array([slope_p, slope_q, slope_v])


def _maximise(
    log_likelihood: Callable[[Floats], tuple[float, Floats]],
    start: list[float],
    bounds: list[tuple[float, float]],
) -> tuple[Floats, float]:
    """Return the maximum and its value; searched in logarithms, since parameters are positive."""
    size = abs(log_likelihood(np.array(start))[0]) or 1.0

    def loss(logarithms: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logarithms)
        value, gradient = log_likelihood(parameters)
        return -value / size, -gradient * parameters / size

    within = np.log(bounds)
    found = optimize.minimize(
        loss,
        np.clip(np.log(start), within[:, 0], within[:, 1]),
        jac=True,
        method="L-BFGS-B",
        bounds=within,
        options={"maxiter": 1000, "maxcor": 20, "ftol": 1e-14, "gtol": 1e-9},
    )
    return np.exp(found.x), -found.fun * size


def _counted(frequency: Floats, customers: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return the distinct frequencies and the customers of each."""
    counts = np.bincount(frequency.astype(np.intp), customers)
    x = np.flatnonzero(counts)
    return x, counts[x]


# Forecasting


def probability_alive(
    parameters: BgNbd, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Floats:
    """Return the probability that customers have not left; 1 without a repeat purchase.

    Fader, Hardie & Lee (2008), Computing P(alive) Using the BG/NBD Model.
    """
    r, alpha, a, b, x, recency, age = _floats(*parameters, frequency, recency, age)
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
    r, alpha, a, b, x, age, horizon = _floats(*parameters, frequency, age, horizon)
    r, alpha, b = r + x, alpha + age, b + x
    for pole in (a - 1, a - 2, a + b - 1):
        a = np.where(np.abs(pole) < POLE_DISTANCE, a + 2 * POLE_DISTANCE, a)
    mean = _sum_of_survival(r, alpha, a, b, horizon)
    weighted = b * (_sum_of_survival(r, alpha, a - 1, b + 1, horizon) - mean)
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
    parts = _floats(*bg_nbd, *gamma_gamma, frequency, recency, age, horizon, level)
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
    return (1 - share) / share


def _floats(*values: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.asarray(value, dtype=np.float64) for value in values)
