"""How long people stay interested, and how long they stay customers.

Of all journeys that a person could make, those after the last purchase are dropped.
"""

import numpy as np

from ingestion.simulator.behaviour import Behaviour
from ingestion.simulator.draws import generator
from ingestion.simulator.journeys import Batch, before_in_group, joined
from ingestion.simulator.people import Crowd

TRIALS = 20_000  # journeys per class of people to measure the mean probability with


class Lives:
    """The journeys of people up to their first purchase, and as customers."""

    def __init__(self, behaviour: Behaviour) -> None:
        """Measure how often journeys of customers end in a purchase.

        Raises ``ValueError`` when customers could never buy.
        """
        self._behaviour, self._world, self._clocks = behaviour, behaviour.world, behaviour.clocks
        self._mean_probability = self._measure()

    def live(self, crowd: Crowd, draw: np.random.Generator) -> Batch:
        """Return all journeys of a crowd, by person and time."""
        people = np.flatnonzero(~crowd.is_business)
        prospects = self._prospects(crowd, people, draw)
        bought = np.flatnonzero(prospects.converted)
        known = self._customers(crowd, prospects.person[bought], prospects.decided[bought], draw)
        both = joined(prospects, known)
        return both.take(np.lexsort((both.is_known, both.decided, both.person)))

    def _prospects(self, crowd: Crowd, people: np.ndarray, draw: np.random.Generator) -> Batch:
        """Return the journeys up to the first purchase, or until interest is lost."""
        acquisition, days = self._world.plan.scenario.acquisition, self._world.plan.days
        shape = (len(people), acquisition.journeys_at_most)
        even = self._clocks.seasonal_even(crowd.entered[people], crowd.zone[people])[:, None]
        even = even + np.cumsum(draw.exponential(acquisition.days_between_journeys, shape), axis=1)
        row, column = np.nonzero(even < days)
        person = people[row]
        decided = np.floor(self._clocks.seasonal_seconds(even[row, column], crowd.zone[person]))
        batch = self._behaviour.journeys(crowd, person, decided, False, draw)
        earlier = before_in_group(person, batch.converted)
        return batch.take(np.flatnonzero(earlier == 0))

    def _customers(
        self, crowd: Crowd, buyers: np.ndarray, bought: np.ndarray, draw: np.random.Generator
    ) -> Batch:
        """Return the journeys after the first purchase: BG/NBD in even time.

        Journeys come at rate / mean probability, so that purchases, which each one turns into with
        its own probability, come at the person's rate.
        """
        days = float(self._world.plan.days)
        zone = crowd.zone[buyers]
        since = self._clocks.seasonal_even(bought, zone)
        left_list = np.where(
            crowd.unsubscribed[buyers] < self._world.seconds,
            self._clocks.seasonal_even(crowd.unsubscribed[buyers], zone),
            days,
        )
        parts = []
        for after, begins, ends in (
            (False, since, np.maximum(left_list, since)),
            (True, np.maximum(left_list, since), np.full(len(buyers), days)),
        ):
            mean = self._mean_probability[self._classes(crowd, after)[buyers]]
            count = draw.poisson(crowd.rate[buyers] / mean * (ends - begins))
            row = np.repeat(np.arange(len(buyers)), count)
            parts.append((row, begins[row] + (ends - begins)[row] * draw.random(len(row))))
        row = np.concatenate([part[0] for part in parts])
        even = np.concatenate([part[1] for part in parts])
        order = np.lexsort((even, row))
        person, even = buyers[row[order]], even[order]
        decided = np.floor(self._clocks.seasonal_seconds(even, crowd.zone[person]))
        batch = self._behaviour.journeys(crowd, person, decided, True, draw)
        earlier = before_in_group(person, batch.converted)  # repeat purchases only: BG/NBD
        return batch.take(np.flatnonzero(earlier < crowd.repeats_until_left[person]))

    def _measure(self) -> np.ndarray:
        """Return the mean probability of customers' journeys for each class of people."""
        plan, clocks = self._world.plan, self._clocks
        means = np.full(8 * len(self._behaviour.markets), np.nan)
        zones = [clocks.zones.index(self._world.brand.people[m].cities[0].timezone)
                 for m in self._behaviour.markets]  # fmt: skip
        for number in range(means.size):
            market, near, email, sms = number // 8, number & 4, number & 2, number & 1
            area = self._world.brand.people[self._behaviour.markets[market]]
            is_possible = (
                (area.has_store or not near)
                and (area.consents_email or not email)
                and (area.consents_sms or not sms)
            )
            if not is_possible:
                continue
            draw = generator(plan.seed, "mean probability", number)
            loyalty = area.loyalty_near_store if near else area.loyalty
            everyone = np.ones(TRIALS)
            crowd = Crowd(
                person_id=everyone,
                market=np.full(TRIALS, market),
                city=everyone,
                zone=np.full(TRIALS, zones[market]),
                store=np.full(TRIALS, 0 if near else -1),
                is_business=everyone < 0,
                consents_email=np.full(TRIALS, bool(email)),
                consents_sms=np.full(TRIALS, bool(sms)),
                is_member=draw.random(TRIALS) < loyalty,
                has_account=everyone < 0,
                entered=np.full(TRIALS, -1.0),
                unsubscribed=np.full(TRIALS, self._world.seconds + 1.0),
                rate=everyone,
                dropout=everyone,
                repeats_until_left=everyone,
                basket=everyone,
                device_count=everyone,
                house=everyone,
                desk_phone=everyone < 0,
                employee=everyone < 0,
                variant=np.zeros((len(plan.scenario.experiments), TRIALS), np.int64),
            )
            # Touches before the period are not seen; journeys early in it would seem too short.
            early = min(30.0, plan.days / 2)
            even = early + (plan.days - early) * draw.random(TRIALS)
            decided = np.floor(clocks.seasonal_seconds(even, crowd.zone))
            batch = self._behaviour.journeys(crowd, np.arange(TRIALS), decided, True, draw)
            means[number] = batch.probability.mean()
        if np.nanmin(means) < 1e-4:
            raise ValueError("customers could hardly ever buy: raise the baseline or the effects")
        return means

    def _classes(self, crowd: Crowd, after_unsubscribing: bool = False) -> np.ndarray:
        """Return the class of each person whose journeys convert alike on average."""
        asked = 0 if after_unsubscribing else 1
        return (
            crowd.market * 8
            + (crowd.store >= 0) * 4
            + crowd.consents_email * 2 * asked
            + crowd.consents_sms * asked
        )
