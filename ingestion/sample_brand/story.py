"""The quarter, told once; the exports only retell it."""

from ingestion.sample_brand.brand import CLOSED_AT
from ingestion.sample_brand.journeys import Journeys, number_orders
from ingestion.sample_brand.leads import add_leads
from ingestion.sample_brand.mailings import add_responses, plan_mailings
from ingestion.sample_brand.people import build_people
from ingestion.sample_brand.world import World


def tell(seed: int) -> World:
    """Return everything that happened in the quarter; the same for the same seed."""
    people = build_people(seed)
    world = World(people, plan_mailings(people, seed))
    Journeys(world, seed).run()
    add_leads(world, seed)
    add_responses(world.sends, seed)
    world.sessions = [session for session in world.sessions if session.started_at < CLOSED_AT]
    world.sessions.sort(key=lambda session: (session.started_at, session.device.client_id))
    world.touchpoints.sort(key=lambda touch: touch.occurred_at)
    world.orders.sort(key=lambda order: (order.ordered_at, order.place))
    world.leads.sort(key=lambda lead: lead.created_at)
    number_orders(world.orders)
    return world
