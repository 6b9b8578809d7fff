"""What the world keeps of journeys: the tables journeys, touches and effects."""

import numpy as np

from ingestion.simulator.behaviour import SAME_VISIT_SECONDS, Behaviour
from ingestion.simulator.journeys import Batch
from ingestion.simulator.people import Crowd
from ingestion.simulator.world import words

HOME_DEVICE = 0.5  # of the visits of people who share a browser at home
KINDS = ["visit", "impression", "contact"]


def keep_journeys(
    behaviour: Behaviour,
    crowd: Crowd,
    batch: Batch,
    first_journey: int,
    first_touch: int,
    first_order: int,
    draw: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Append journeys, touches and effects.

    Returns the place of each journey, and its last touch where the decision fell into the
    visit that it began (0 elsewhere).
    """
    world = behaviour.world
    places = _places(behaviour, crowd, batch, draw)
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
    kind = _kinds(behaviour, crowd.market[person], batch.channel, draw.random(size))
    campaign = behaviour.campaigns.behind(
        crowd.market[person], batch.channel, batch.touched, draw.random(size)
    )
    device = 3 * (crowd.person_id[person] - 1) + 1
    device += np.floor(crowd.device_count[person] * draw.random(size) ** 1.3).astype(np.int64)
    at_home = (crowd.house != crowd.person_id)[person] & (draw.random(size) < HOME_DEVICE)
    device = np.where(at_home, crowd.home_device[person], device)
    logged_in = draw.random(size) < world.plan.scenario.identity.logged_in_visit
    counts = np.bincount(batch.row, minlength=len(batch.person))
    position = counts[batch.row] - batch.back
    campaigns = world.brand.campaigns
    gives_id = np.array([item.click_id_type is not None for item in campaigns] + [False])
    clicked = gives_id[campaign] & (kind == 0)
    world.insert(
        "touches",
        {
            "touch_id": first_touch + np.arange(size),
            "journey_id": journey_id[batch.row],
            "person_id": crowd.person_id[person],
            "position": position,
            "touched_at": world.instants(batch.touched),
            "channel": words(behaviour.channels, batch.channel),
            "kind": words(KINDS, kind),
            "campaign_key": words([item.key for item in campaigns], campaign),
            "mailing": batch.mailing,
            "device": np.where(kind == 2, 0, device),
            "stem": words(
                [item.click_id_stem for item in campaigns], np.where(clicked, campaign, -1)
            ),
            "is_logged_in": logged_in & crowd.has_account[person] & (kind == 0),
        },
        "* exclude (mailing, device, stem), nullif(mailing, 0) as mailing_id, "
        "nullif(device, 0) as device_id, case when stem is not null "
        "then stem::varchar || token('click', touch_id, 32) end as click_id",
    )
    _keep_effects(behaviour, batch, first_order)
    is_buying = (batch.back == 0) & (kind == 0)
    is_buying &= batch.decided[batch.row] - batch.touched <= SAME_VISIT_SECONDS[1]
    last_touch = np.zeros(len(batch.person), np.int64)
    last_touch[batch.row[is_buying]] = first_touch + np.flatnonzero(is_buying)
    return places, last_touch


def _places(
    behaviour: Behaviour, crowd: Crowd, batch: Batch, draw: np.random.Generator
) -> np.ndarray:
    """Return where each journey's purchase is, or would have been, made."""
    world, person = behaviour.world, batch.person
    units, store = draw.random(len(person)), crowd.store[person]
    hour = behaviour.clocks.local_hour(batch.decided, crowd.zone[person])
    opens, closes = np.array([s.hours for s in world.brand.stores]).T[:, store]
    is_open = (store >= 0) & (hour >= opens) & (hour < closes)
    places = [world.plan.scenario.places[market] for market in behaviour.markets]
    in_store, at_partner = (
        np.array([getattr(place, kind) for place in places])[crowd.market[person]]
        for kind in ("store", "partner")
    )
    names = np.array(["shop", "mall", "partner", *(s.key for s in world.brand.stores)])
    online = np.array([["shop", "mall"].index(place.online) for place in places])
    place = np.where(units > 1 - at_partner, 2, online[crowd.market[person]])
    place = np.where(is_open & (units < in_store), 3 + store, place)
    return names[place]


def _kinds(
    behaviour: Behaviour, market: np.ndarray, channel: np.ndarray, units: np.ndarray
) -> np.ndarray:
    """Return the position in ``KINDS`` of each touch."""
    brand, places = behaviour.world.brand, behaviour.world.plan.scenario.places
    in_mall = np.array([places[name].online == "mall" for name in behaviour.markets])
    is_contact = np.isin(behaviour.channels, brand.contact_channels)
    shares = np.array([brand.impression_shares.get(name, 0.0) for name in behaviour.channels])
    kind = (units < shares[channel]).astype(np.int64)
    kind[is_contact[channel] | (in_mall[market] & (kind == 0))] = 2
    return kind


def _keep_effects(behaviour: Behaviour, batch: Batch, first_order: int) -> None:
    """Append one row per order and channel of its journey."""
    rows = np.flatnonzero(batch.converted)
    doubt, draw, lift = batch.doubt[rows], batch.draw[rows], batch.lift[rows]
    order, channel = np.nonzero(~np.isnan(doubt))
    without = np.column_stack(
        [behaviour.probability(doubt, lift, number) for number in range(len(behaviour.channels))]
    )[order, channel]
    behaviour.world.insert(
        "effects",
        {
            "order_id": first_order + order,
            "channel": words(behaviour.channels, channel),
            "is_caused": without <= draw[order],
            "probability_without": without,
        },
    )
