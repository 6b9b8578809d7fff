"""Which campaign is behind a paid touch."""

import numpy as np

from ingestion.simulator.clock import DAY
from ingestion.simulator.draws import cumulative
from ingestion.simulator.world import World


class Campaigns:
    """The brand's campaigns by market and channel, with each day's bounds of their shares."""

    def __init__(self, world: World, markets: list[str], channels: list[str]) -> None:
        """Prepare the campaigns of consumers; markets and channels are numbered as listed."""
        plan, campaigns = world.plan, world.brand.campaigns
        self._days = plan.days
        self._bounds: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]] = {}
        for m, market in enumerate(markets):
            for c, channel in enumerate(channels):
                chosen = [
                    number
                    for number, campaign in enumerate(campaigns)
                    if campaign.channel == channel
                    and market in campaign.markets
                    and not campaign.is_business
                ]
                if not chosen:
                    continue
                weights = np.zeros((plan.days, len(chosen)))
                for column, number in enumerate(chosen):
                    first, last = campaigns[number].days(plan)
                    weights[(first - plan.first_day).days : (last - plan.first_day).days + 1,
                            column] = campaigns[number].weight  # fmt: skip
                bounds = np.vstack([cumulative(day) if day.any() else day + 2 for day in weights])
                self._bounds[m, c] = (np.array(chosen), bounds)

    def behind(
        self, market: np.ndarray, channel: np.ndarray, seconds: np.ndarray, units: np.ndarray
    ) -> np.ndarray:
        """Return the position of the campaign behind each paid touch, -1 where none is."""
        found = np.full(len(channel), -1)
        days = np.clip(seconds // DAY, 0, self._days - 1).astype(np.int64)
        for (m, c), (chosen, bounds) in self._bounds.items():
            rows = np.flatnonzero((market == m) & (channel == c))
            column = (units[rows, None] >= bounds[days[rows]]).sum(axis=1)
            runs = bounds[days[rows], 0] <= 1
            found[rows] = np.where(runs, chosen[np.minimum(column, len(chosen) - 1)], -1)
        return found
