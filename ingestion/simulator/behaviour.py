"""How people get from touches to purchases, and how long they stay customers.

A block of people at a time: all journeys a person could make are drawn as arrays, judged by the
scenario's model of effects, and those after the person's last purchase are dropped.
"""

from dataclasses import dataclass

import numpy as np

from ingestion.simulator.clock import DAY, Clocks
from ingestion.simulator.draws import choose, choose_key, cumulative, generator
from ingestion.simulator.experiments import lifts
from ingestion.simulator.mailings import Mailbox
from ingestion.simulator.people import Crowd
from ingestion.simulator.world import World, words

SAME_VISIT = 0.4  # share of journeys whose decision falls into the visit of the last touch
SAME_VISIT_SECONDS = (180, 1500)
SHORTEST_GAP = 120 / DAY
TRIALS = 20_000  # journeys per class of people to measure the mean probability with
HOME_DEVICE = 0.5  # of the visits of people who share a browser at home
KINDS = ["visit", "impression", "contact"]


@dataclass
class Batch:
    """Journeys as arrays, and their touches as flat ones; instants in seconds of the period.

    ``row`` points from a touch to its journey, ``back`` counts touches from the last one (0).
    ``doubt`` holds the sum of log(1 - effect) per journey and channel, ``lift`` the factor that
    experiments put on the chance of a purchase.
    """

    person: np.ndarray  # position in the crowd
    is_known: np.ndarray
    decided: np.ndarray
    draw: np.ndarray
    probability: np.ndarray
    doubt: np.ndarray
    lift: np.ndarray
    row: np.ndarray
    back: np.ndarray
    channel: np.ndarray
    touched: np.ndarray
    mailing: np.ndarray

    @property
    def converted(self) -> np.ndarray:
        """Which journeys end in a purchase."""
        return self.draw < self.probability

    def take(self, rows: np.ndarray) -> "Batch":
        """Return these journeys, in this order, with their touches from first to last."""
        place = np.full(len(self.person), -1)
        place[rows] = np.arange(len(rows))
        row = place[self.row]
        touches = np.flatnonzero(row >= 0)
        touches = touches[np.lexsort((-self.back[touches], row[touches]))]
        return Batch(
            *(getattr(self, name)[rows] for name in JOURNEY_FIELDS),
            row[touches],
            *(getattr(self, name)[touches] for name in TOUCH_FIELDS),
        )


JOURNEY_FIELDS = ("person", "is_known", "decided", "draw", "probability", "doubt", "lift")
TOUCH_FIELDS = ("back", "channel", "touched", "mailing")


def joined(first: Batch, second: Batch) -> Batch:
    """Return the journeys of both batches, the first one's first."""
    rows = np.concatenate([first.row, second.row + len(first.person)])
    parts = {
        name: np.concatenate([getattr(first, name), getattr(second, name)])
        for name in JOURNEY_FIELDS + TOUCH_FIELDS
    }
    return Batch(row=rows, **parts)


class Behaviour:
    """The scenario's model of journeys, as arrays."""

    def __init__(self, world: World, clocks: Clocks) -> None:
        """Prepare the model; ``mailings`` must have been filled.

        Raises ``ValueError`` when the scenario names a channel without ``direct`` beside it, or
        when customers could never buy.
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
        self._in_mall = np.array([scenario.places[m].online == "mall" for m in self.markets])
        self._contact = np.isin(self.channels, world.brand.contact_channels)
        self._impression = np.array(
            [world.brand.impression_shares.get(name, 0.0) for name in self.channels]
        )
        self._campaigns = self._campaign_tables()
        self.mean_probability = self._measure()

    def number(self, channel: str) -> int:
        """Return the position of a channel, -1 where the scenario has none of this name."""
        return self.channels.index(channel) if channel in self.channels else -1

    # Journeys

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
            probability=self._probability(doubt, lift),
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

    def _probability(
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

    # Customers

    def _classes(self, crowd: Crowd, after_unsubscribing: bool = False) -> np.ndarray:
        """Return the class of each person whose journeys convert alike on average."""
        asked = 0 if after_unsubscribing else 1
        return (
            crowd.market * 8
            + (crowd.store >= 0) * 4
            + crowd.consents_email * 2 * asked
            + crowd.consents_sms * asked
        )

    def _measure(self) -> np.ndarray:
        """Return the mean probability of customers' journeys for each class of people."""
        plan, clocks = self.world.plan, self.clocks
        means = np.full(8 * len(self.markets), np.nan)
        zones = [clocks.zones.index(self.world.brand.people[m].cities[0].timezone)
                 for m in self.markets]  # fmt: skip
        for number in range(means.size):
            market, near, email, sms = number // 8, number & 4, number & 2, number & 1
            area = self.world.brand.people[self.markets[market]]
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
                unsubscribed=np.full(TRIALS, self.world.seconds + 1.0),
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
            batch = self.journeys(crowd, np.arange(TRIALS), decided, True, draw)
            means[number] = batch.probability.mean()
        if np.nanmin(means) < 1e-4:
            raise ValueError("customers could hardly ever buy: raise the baseline or the effects")
        return means

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
        acquisition, days = self.world.plan.scenario.acquisition, self.world.plan.days
        shape = (len(people), acquisition.journeys_at_most)
        even = self.clocks.seasonal_even(crowd.entered[people], crowd.zone[people])[:, None]
        even = even + np.cumsum(draw.exponential(acquisition.days_between_journeys, shape), axis=1)
        row, column = np.nonzero(even < days)
        person = people[row]
        decided = np.floor(self.clocks.seasonal_seconds(even[row, column], crowd.zone[person]))
        batch = self.journeys(crowd, person, decided, False, draw)
        earlier = before_in_group(person, batch.converted)
        return batch.take(np.flatnonzero(earlier == 0))

    def _customers(
        self, crowd: Crowd, buyers: np.ndarray, bought: np.ndarray, draw: np.random.Generator
    ) -> Batch:
        """Return the journeys after the first purchase: BG/NBD in even time.

        Journeys come at rate / mean probability, so that purchases, which each one turns into with
        its own probability, come at the person's rate.
        """
        days = float(self.world.plan.days)
        zone = crowd.zone[buyers]
        since = self.clocks.seasonal_even(bought, zone)
        left_list = np.where(
            crowd.unsubscribed[buyers] < self.world.seconds,
            self.clocks.seasonal_even(crowd.unsubscribed[buyers], zone),
            days,
        )
        parts = []
        for after, begins, ends in (
            (False, since, np.maximum(left_list, since)),
            (True, np.maximum(left_list, since), np.full(len(buyers), days)),
        ):
            mean = self.mean_probability[self._classes(crowd, after)[buyers]]
            count = draw.poisson(crowd.rate[buyers] / mean * (ends - begins))
            row = np.repeat(np.arange(len(buyers)), count)
            parts.append((row, begins[row] + (ends - begins)[row] * draw.random(len(row))))
        row = np.concatenate([part[0] for part in parts])
        even = np.concatenate([part[1] for part in parts])
        order = np.lexsort((even, row))
        person, even = buyers[row[order]], even[order]
        decided = np.floor(self.clocks.seasonal_seconds(even, crowd.zone[person]))
        batch = self.journeys(crowd, person, decided, True, draw)
        earlier = before_in_group(person, batch.converted)  # repeat purchases only: BG/NBD
        return batch.take(np.flatnonzero(earlier < crowd.repeats_until_left[person]))

    # What the world sees of it

    def _campaign_tables(self) -> dict[tuple[int, int], tuple[np.ndarray, np.ndarray]]:
        """Return, by market and channel, campaigns and each day's bounds of their shares."""
        plan, tables = self.world.plan, {}
        campaigns = self.world.brand.campaigns
        for m, market in enumerate(self.markets):
            for c, channel in enumerate(self.channels):
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
                tables[m, c] = (np.array(chosen), bounds)
        return tables

    def campaigns(
        self, market: np.ndarray, channel: np.ndarray, seconds: np.ndarray, units: np.ndarray
    ) -> np.ndarray:
        """Return the position of the campaign behind each paid touch, -1 where none is."""
        found = np.full(len(channel), -1)
        days = np.clip(seconds // DAY, 0, self.world.plan.days - 1).astype(np.int64)
        for (m, c), (chosen, bounds) in self._campaigns.items():
            rows = np.flatnonzero((market == m) & (channel == c))
            column = (units[rows, None] >= bounds[days[rows]]).sum(axis=1)
            runs = bounds[days[rows], 0] <= 1
            found[rows] = np.where(runs, chosen[np.minimum(column, len(chosen) - 1)], -1)
        return found

    def kinds(self, market: np.ndarray, channel: np.ndarray, units: np.ndarray) -> np.ndarray:
        """Return the position in ``KINDS`` of each touch."""
        kind = (units < self._impression[channel]).astype(np.int64)
        kind[self._contact[channel] | (self._in_mall[market] & (kind == 0))] = 2
        return kind

    def places(self, crowd: Crowd, batch: Batch, draw: np.random.Generator) -> np.ndarray:
        """Return where each journey's purchase is, or would have been, made."""
        person = batch.person
        units, store = draw.random(len(person)), crowd.store[person]
        hour = self.clocks.local_hour(batch.decided, crowd.zone[person])
        opens, closes = np.array([s.hours for s in self.world.brand.stores]).T[:, store]
        is_open = (store >= 0) & (hour >= opens) & (hour < closes)
        places = [self.world.plan.scenario.places[market] for market in self.markets]
        in_store, at_partner = (
            np.array([getattr(place, kind) for place in places])[crowd.market[person]]
            for kind in ("store", "partner")
        )
        names = np.array(["shop", "mall", "partner", *(s.key for s in self.world.brand.stores)])
        online = np.array([["shop", "mall"].index(place.online) for place in places])
        place = np.where(units > 1 - at_partner, 2, online[crowd.market[person]])
        place = np.where(is_open & (units < in_store), 3 + store, place)
        return names[place]

    def keep(
        self, crowd: Crowd, batch: Batch, first_journey: int, first_touch: int, first_order: int,
        draw: np.random.Generator,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """Append journeys, touches and effects.

        Returns the place of each journey, and its last touch where the decision fell into the
        visit that it began (0 elsewhere).
        """
        world, scenario = self.world, self.world.plan.scenario
        places = self.places(crowd, batch, draw)
        journey_id = first_journey + np.arange(len(batch.person))
        world.insert(
            "journeys",
            {
                "journey_id": journey_id,
                "person_id": crowd.person_id[batch.person],
                "is_known": batch.is_known,
                "decided_at": world.instants(batch.decided),
                "place": places.astype(object),
                "probability": batch.probability,
                "draw": batch.draw,
                "is_converted": batch.converted,
            },
        )
        size = len(batch.row)
        person = batch.person[batch.row]
        kind = self.kinds(crowd.market[person], batch.channel, draw.random(size))
        campaign = self.campaigns(
            crowd.market[person], batch.channel, batch.touched, draw.random(size)
        )
        device = 3 * (crowd.person_id[person] - 1) + 1
        device += np.floor(crowd.device_count[person] * draw.random(size) ** 1.3).astype(np.int64)
        at_home = (crowd.house != crowd.person_id)[person] & (draw.random(size) < HOME_DEVICE)
        device = np.where(at_home, crowd.home_device[person], device)
        logged_in = draw.random(size) < scenario.identity.logged_in_visit
        counts = np.bincount(batch.row, minlength=len(batch.person))
        position = counts[batch.row] - batch.back
        stems = {"gclid": "Cj0KCQjw", "fbclid": "IwZXh0bgNh", "ttclid": "E.C.P.", "li_fat_id": ""}
        types = [campaign.click_id_type for campaign in world.brand.campaigns]
        clicked = np.array([kind is not None for kind in types] + [False])[campaign] & (kind == 0)
        world.insert(
            "touches",
            {
                "touch_id": first_touch + np.arange(size),
                "journey_id": journey_id[batch.row],
                "person_id": crowd.person_id[person],
                "position": position,
                "touched_at": world.instants(batch.touched),
                "channel": words(self.channels, batch.channel),
                "kind": words(KINDS, kind),
                "campaign_key": words([c.key for c in world.brand.campaigns], campaign),
                "mailing": batch.mailing,
                "device": np.where(kind == 2, 0, device),
                "stem": words(
                    [stems.get(t or "", "") for t in types], np.where(clicked, campaign, -1)
                ),
                "is_logged_in": logged_in & crowd.has_account[person] & (kind == 0),
            },
            "* exclude (mailing, device, stem), nullif(mailing, 0) as mailing_id, "
            "nullif(device, 0) as device_id, case when stem is not null "
            "then stem::varchar || token('click', touch_id, 32) end as click_id",
        )
        self._keep_effects(batch, first_order)
        is_buying = (batch.back == 0) & (kind == 0)
        is_buying &= batch.decided[batch.row] - batch.touched <= SAME_VISIT_SECONDS[1]
        last_touch = np.zeros(len(batch.person), np.int64)
        last_touch[batch.row[is_buying]] = first_touch + np.flatnonzero(is_buying)
        return places, last_touch

    def _keep_effects(self, batch: Batch, first_order: int) -> None:
        """Append one row per order and channel of its journey."""
        rows = np.flatnonzero(batch.converted)
        doubt, draw, lift = batch.doubt[rows], batch.draw[rows], batch.lift[rows]
        order, channel = np.nonzero(~np.isnan(doubt))
        without = np.column_stack(
            [self._probability(doubt, lift, number) for number in range(len(self.channels))]
        )[order, channel]
        self.world.insert(
            "effects",
            {
                "order_id": first_order + order,
                "channel": words(self.channels, channel),
                "is_caused": without <= draw[order],
                "probability_without": without,
            },
        )


def before_in_group(group: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Return how many flags of the same group stand before each element; groups are contiguous."""
    total = np.cumsum(flags) - flags
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(np.append(starts, len(group)))
    return total - np.repeat(total[starts], sizes)
