"""Customers who live by the models of customer value."""

import numpy as np

from dbt_project.solvers.clv_models import BgNbd, GammaGamma

TRUE_BG_NBD = BgNbd(r=0.62, alpha=48.0, a=0.85, b=2.9)
TRUE_GAMMA_GAMMA = GammaGamma(p=6.25, q=3.74, v=15.44)
LEVEL = 0.9  # of intervals


class Crowd:
    """Customers who live by the models, seen up to their ``age`` and for ``holdout`` days more."""

    def __init__(self, size: int, seed: int, holdout: float = 0.0) -> None:
        draw = np.random.default_rng(seed)
        r, alpha, a, b = TRUE_BG_NBD
        self.age = draw.uniform(0, 365, size)
        rate = draw.gamma(r, 1 / alpha, size)
        dropout = draw.beta(a, b, size)
        nu = draw.gamma(TRUE_GAMMA_GAMMA.q, 1 / TRUE_GAMMA_GAMMA.v, size)
        self.frequency, self.later_orders = np.zeros(size), np.zeros(size)
        self.recency, spent, self.later_revenue = np.zeros(size), np.zeros(size), np.zeros(size)
        alive, at = np.ones(size, bool), np.zeros(size)
        while alive.any():
            at = at + draw.exponential(1 / rate)
            alive &= at < self.age + holdout
            revenue = draw.gamma(TRUE_GAMMA_GAMMA.p, 1 / nu)
            known, later = alive & (at <= self.age), alive & (at > self.age)
            self.frequency += known
            self.recency = np.where(known, at, self.recency)
            spent += known * revenue
            self.later_orders += later
            self.later_revenue += later * revenue
            alive &= draw.random(size) >= dropout
        self.spend = spent / np.maximum(self.frequency, 1)

    def __len__(self) -> int:
        return len(self.age)
