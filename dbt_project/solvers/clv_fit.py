"""Parameters of maximum likelihood: BG/NBD and Gamma-Gamma fitted to groups of alike customers."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from dbt_project.solvers.clv_models import BgNbd, Floats, GammaGamma, floats

# Where the likelihood is flat, as when nobody ever leaves, a parameter would run to 0 or infinity;
# beyond these bounds the forecasts no longer change. Time is counted in whole days, hence alpha.
BG_NBD_BOUNDS = {"r": (1e-3, 1e2), "alpha": (1.0, 1e6), "a": (1e-3, 1e2), "b": (1e-3, 1e3)}
# Without q > 1 the mean spend of a new customer would be infinite; v is in mean spends.
GAMMA_GAMMA_BOUNDS = {"p": (1e-2, 1e3), "q": (1.1, 1e3), "v": (1e-3, 1e5)}


def fit_bg_nbd(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, customers: ArrayLike
) -> tuple[BgNbd, float] | None:
    """Return the parameters of maximum likelihood and the log-likelihood.

    Each element stands for ``customers`` customers alike; frequencies are whole numbers. None when
    nobody bought again.
    """
    x, recency, age, customers = floats(frequency, recency, age, customers)
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
    x, spend, customers = floats(frequency, mean_spend, customers)
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
