"""The period, told once; the exports only retell it."""

import numpy as np
import pyarrow as pa

from ingestion.simulator.behaviour import Behaviour
from ingestion.simulator.clock import Clocks
from ingestion.simulator.draws import generator
from ingestion.simulator.experiments import add_experiments
from ingestion.simulator.journey_tables import keep_journeys
from ingestion.simulator.journeys import Batch
from ingestion.simulator.leads import add_leads, draw_leads
from ingestion.simulator.lives import Lives
from ingestion.simulator.mailings import add_campaigns, add_mailings
from ingestion.simulator.people import (
    BASKET_MEAN,
    BLOCK,
    Crowd,
    add_people,
    create_draws_table,
    draw_crowd,
    keep_crowd,
)
from ingestion.simulator.sales import ORDER_DRAWS, add_orders, keep_orders
from ingestion.simulator.truth import add_parameters
from ingestion.simulator.visits import add_visits
from ingestion.simulator.world import World

WALK_INS = 0.09  # store purchases by nobody known, per person near a store and quarter of a year


class _Story:
    """Tells the period block by block, with running numbers across the blocks."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clocks = Clocks(world.plan, world.brand)
        self.journeys = self.touches = self.orders = 0
        self.near_stores = np.zeros(len(world.brand.stores))

    def tell_people(self, behaviour: Behaviour) -> None:
        """Fill people, journeys, touches, effects and sales."""
        plan, lives = self.world.plan, Lives(behaviour)
        for block in range(-(-plan.customers // BLOCK)):
            crowd = draw_crowd(self.world, self.clocks, block)
            keep_crowd(self.world, crowd)
            self.near_stores += np.bincount(
                crowd.store[crowd.store >= 0], minlength=len(self.near_stores)
            )
            draw = generator(plan.seed, "journeys", block)
            batch = lives.live(crowd, draw)
            places, last_touch = keep_journeys(
                behaviour,
                crowd,
                batch,
                self.journeys + 1,
                self.touches + 1,
                self.orders + 1,
                draw,
            )
            self._sell(crowd, batch, places, last_touch, generator(plan.seed, "sales", block))
            self.journeys += len(batch.person)
            self.touches += len(batch.row)

    def _sell(
        self,
        crowd: Crowd,
        batch: Batch,
        places: np.ndarray,
        last_touch: np.ndarray,
        draw: np.random.Generator,
    ) -> None:
        rows = np.flatnonzero(batch.converted)
        person, touch = batch.person[rows], last_touch[rows]
        markets = np.array(list(self.world.plan.scenario.markets))
        links = {
            "person_id": crowd.person_id[person],
            "journey_id": self.journeys + 1 + rows,
            "is_known": batch.is_known[rows],
            "last_touch_id": pa.array(touch, mask=(touch == 0) | (places[rows] != "shop")),
        }
        keep_orders(
            self.world,
            self.orders + 1,
            places[rows],
            markets[crowd.market[person]],
            batch.decided[rows],
            crowd.basket[person],
            links,
            draw,
        )
        self.orders += len(rows)

    def serve_walk_ins(self) -> None:
        """Add store purchases by people who leave no name."""
        plan, clocks = self.world.plan, self.clocks
        draw = generator(plan.seed, "walk-ins")
        for number, store in enumerate(self.world.brand.stores):
            places = plan.scenario.places.get(self.world.brand.market_of(store.key))
            if places is None or not places.store:
                continue
            size = round(WALK_INS * self.near_stores[number] * plan.days / 92)
            zone = np.full(size, clocks.zones.index(store.timezone))
            seconds = clocks.seasonal_seconds(plan.days * draw.random(size), zone)
            seconds = np.floor(seconds)
            hour = clocks.local_hour(seconds, zone)
            opens, closes = store.hours
            seconds = seconds[(hour >= opens) & (hour < closes)]
            size = len(seconds)
            keep_orders(
                self.world,
                self.orders + 1,
                np.full(size, store.key),
                np.full(size, self.world.brand.market_of(store.key)),
                seconds,
                np.full(size, BASKET_MEAN),
                {"is_known": np.zeros(size, bool)},
                draw,
            )
            self.orders += size


def tell(world: World) -> None:
    """Fill all tables of an empty world; the same rows for the same plan."""
    add_parameters(world)
    add_campaigns(world)
    add_mailings(world)
    create_draws_table(world)
    world.connection.execute(ORDER_DRAWS)
    story = _Story(world)
    behaviour = Behaviour(world, story.clocks)
    story.tell_people(behaviour)
    story.serve_walk_ins()
    add_people(world)
    draw_leads(world)
    add_visits(world, behaviour)
    add_orders(world)
    add_leads(world)
    add_experiments(world)
