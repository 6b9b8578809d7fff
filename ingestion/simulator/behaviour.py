"""How people get from touches to purchases.

All journeys that people could make are drawn as arrays, a block of people at a time, and judged by
the scenario's model of effects.
"""

import numpy as np

from ingestion.simulator.campaigns import Campaigns
from ingestion.simulator.clock import DAY, Clocks
from ingestion.simulator.draws import choose, choose_key
from ingestion.simulator.experiments import lifts
from ingestion.simulator.journeys import Batch
from ingestion.simulator.mailings import Mailbox
from ingestion.simulator.people import Crowd
from ingestion.simulator.world import World

SAME_VISIT = 0.4  # share of journeys whose decision falls into the visit of the last touch
SAME_VISIT_SECONDS = (180, 1500)
SHORTEST_GAP = 120 / DAY


class Behaviour:
    """The scenario's model of journeys, as arrays."""

    def __init__(self, world: World, clocks: Clocks) -> None:
        """Prepare the model; ``mailings`` must have been filled.

        Raises ``ValueError`` when the scenario names channels without ``direct`` beside them.
        """
        self.world, self.clocks = world, clocks
        scenario = world.plan.scenario
        self.markets = list(scenario.markets)
        per_market = [scenario.channels_of(market) for market in self.markets]
        self.channels = list(dict.fromkeys(name for channels in per_market for name in channels))
        if "direct" not in self.channels:
            raise ValueError("a scenario needs the channel 'direct': visits nothing else explains")
        shape = (len(self.markets), len(self.channels))
        self.weights = {False: np.zeros(shape), True: np.zeros(shape)}
        self.effect, self.carryover, self.saturation = (
            np.zeros(shape),
            np.ones(shape),
            np.ones(shape),
        )
        for m, channels in enumerate(per_market):
            for name, channel in channels.items():
                c = self.channels.index(name)
                self.weights[False][m, c], self.weights[True][m, c] = channel.new, channel.known
                self.effect[m, c] = channel.effect
                self.carryover[m, c] = channel.carryover_days
                self.saturation[m, c] = channel.saturation
        self.synergies = [
            (*(self.channels.index(name) for name in synergy.channels), np.log(synergy.factor))
            for synergy in scenario.synergies
            if set(synergy.channels) <= set(self.channels)
        ]
        self._mailbox = Mailbox(world)
        self.campaigns = Campaigns(world, self.markets, self.channels)

    def number(self, channel: str) -> int:
        """Return the position of a channel, -1 where the scenario has none of this name."""
        return self.channels.index(channel) if channel in self.channels else -1

    def journeys(
        self,
        crowd: Crowd,
        person: np.ndarray,
        decided: np.ndarray,
        is_known: bool,
        draw: np.random.Generator,
    ) -> Batch:
        """Return journeys of these people that come to a decision at these seconds."""
        journeys = self.world.plan.scenario.journeys
        size, longest = len(person), max(journeys.touches)
        market, zone = crowd.market[person], crowd.zone[person]
        counts = choose_key(journeys.touches, draw.random(size))

        # Even time of touches, the last one first: gaps are exponential where no night counts.
        gaps = SHORTEST_GAP + draw.exponential(journeys.days_between_touches, (size, longest))
        low, high = SAME_VISIT_SECONDS
        shortly = np.floor(low + (high - low) * draw.random(size))
        is_shortly = draw.random(size) < SAME_VISIT
        end = self.clocks.daily_even(np.where(is_shortly, decided - shortly, decided), zone)
        gaps[:, 0] = end - np.where(is_shortly, 0.0, gaps[:, 0])
        gaps[:, 1:] = gaps[:, :1] - np.cumsum(gaps[:, 1:], axis=1)
        kept = (np.arange(longest) < counts[:, None]) & (gaps >= 0)
        row, back = np.nonzero(kept)
        touched = np.floor(self.clocks.daily_seconds(gaps[row, back], zone[row]))
        entered = crowd.entered[person][row]
        inside = touched > entered
        row, back, touched = row[inside], back[inside], touched[inside]

        channel = np.empty(len(row), np.int64)
        units = draw.random(len(row))
        for m in range(len(self.markets)):
            here = market[row] == m
            if here.any():
                channel[here] = choose(self.weights[is_known][m], units[here])
        channel, mailing = self._possible(crowd, person[row], channel, touched)

        doubt = self._doubts(size, longest, market, decided, row, back, channel, touched)
        variant = crowd.variant[:, person]
        lift = np.ones(size) if is_known else lifts(self.world.plan, variant, decided)
        return Batch(
            person=person,
            is_known=np.full(size, is_known),
            decided=decided,
            draw=draw.random(size),
            probability=self.probability(doubt, lift),
            doubt=doubt,
            lift=lift,
            row=row,
            back=back,
            channel=channel,
            touched=touched,
            mailing=mailing,
        )

    def _possible(
        self, crowd: Crowd, person: np.ndarray, channel: np.ndarray, touched: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the channels as they could be met: no link without a mailing, no far-off store."""
        direct = self.number("direct")
        mailing = np.zeros(len(channel), np.int64)
        for name in ("email", "sms"):
            rows = np.flatnonzero(channel == self.number(name))
            who, when = person[rows], touched[rows]
            found, sent = self._mailbox.last(name, when)
            if name == "email":
                later, later_sent = self._mailbox.last("members", when)
                is_later = crowd.is_member[who] & (later_sent > sent)
                found, sent = np.where(is_later, later, found), np.where(is_later, later_sent, sent)
            consents = crowd.consents_email if name == "email" else crowd.consents_sms
            fits = consents[who] & (when < crowd.unsubscribed[who])
            fits &= (found > 0) & (sent >= crowd.entered[who])
            mailing[rows] = np.where(fits, found, 0)
            channel[rows[~fits]] = direct
        rows = channel == self.number("store")
        rows[rows] = crowd.store[person[rows]] < 0
        channel[rows] = self.number("phone") if "phone" in self.channels else direct
        return channel, mailing

    def _doubts(
        self,
        size: int,
        longest: int,
        market: np.ndarray,
        decided: np.ndarray,
        row: np.ndarray,
        back: np.ndarray,
        channel: np.ndarray,
        touched: np.ndarray,
    ) -> np.ndarray:
        grid = np.full((size, longest), -1, np.int8)
        grid[row, back] = channel
        earlier = np.zeros((size, longest), np.int8)
        for later in range(longest):
            for before in range(later + 1, longest):
                earlier[:, later] += grid[:, later] == grid[:, before]
        m = market[row]
        effect = self.effect[m, channel]
        effect *= np.exp(-(decided[row] - touched) / DAY / self.carryover[m, channel])
        effect *= self.saturation[m, channel] ** earlier[row, back]
        cells = row * len(self.channels) + channel
        # No touch at all, and a touch without effect, differ in synergies: the latter counts.
        doubt = np.bincount(cells, np.log1p(-effect), size * len(self.channels))
        present = np.zeros(size * len(self.channels), bool)
        present[cells] = True
        doubt[~present] = np.nan
        return doubt.reshape(size, len(self.channels))

    def probability(
        self, doubt: np.ndarray, lift: np.ndarray, without: int | None = None
    ) -> np.ndarray:
        """Return the chance of a purchase, with all touches or without those of a channel."""
        present = ~np.isnan(doubt)
        if without is not None:
            present[:, without] = False
        log_doubt = np.where(present, doubt, 0.0).sum(axis=1)
        for first, second, factor in self.synergies:
            log_doubt += factor * (present[:, first] & present[:, second])
        baseline = self.world.plan.scenario.journeys.baseline
        return np.minimum(lift * (1.0 - (1.0 - baseline) * np.exp(log_doubt)), 1.0)
