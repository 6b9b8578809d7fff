"""The business arm: enquiries of hotels, cafés and offices, and how far each one gets."""

from datetime import datetime, timedelta

from ingestion.sample_brand.brand import CLOSED_AT, OPENED_AT, campaigns_of
from ingestion.sample_brand.draws import Draws
from ingestion.sample_brand.journeys import moment_in_quarter
from ingestion.sample_brand.people import Person
from ingestion.sample_brand.visits import ad_visit, add_pages, free_visit
from ingestion.sample_brand.world import Lead, Session, World

SYSTEMS = {"US": "salesforce", "GB": "hubspot", "DE": "hubspot", "CN": "fxiaoke"}
EVENTS = {
    "salesforce": "Hospitality Tea Fair 2026",
    "hubspot": "Café Forum Berlin",
    "fxiaoke": "上海茶博会",
}
NEXT_STAGE_ODDS = (("mql", 0.7), ("sql", 0.8), ("opportunity", 0.85), ("closed", 0.85))


def add_leads(world: World, seed: int) -> None:
    """Add one enquiry per business person, with the visit that carried it where there was one."""
    draws = Draws(seed, "leads")
    linkedin = campaigns_of("linkedin_ads")[0]
    wholesale = next(c for c in campaigns_of("google_ads") if c.name == "b2b_wholesale_search")
    for person in world.people:
        if person.company is None:
            continue
        system = SYSTEMS[person.market]
        at = moment_in_quarter(person.market, draws) - timedelta(days=24)
        if at < OPENED_AT:
            at += timedelta(days=24)
        session: Session | None = None
        event_name = ""
        if person.market == "CN" or draws.chance(0.25):
            event_name = EVENTS[system]
        else:
            kind = draws.weighted({"linkedin": 0.4, "wholesale": 0.35, "organic_search": 0.25})
            if kind == "organic_search":
                session = free_visit(kind, person, person.devices[0], at, draws)
            else:
                campaign = linkedin if kind == "linkedin" else wholesale
                session = ad_visit(campaign, person, person.devices[0], at, draws)
            session.lead = True
            add_pages(session, draws, "/pages/wholesale/thanks")
            world.sessions.append(session)
            at += timedelta(seconds=session.pages[-1][0])
        stages = _stages(at, draws)
        world.leads.append(
            Lead(system, person, at, session, event_name, stages, _amount(person, draws))
        )


def _amount(person: Person, draws: Draws) -> int:
    """Return the worth of the deal in cents (of yuan in China)."""
    worth = 30_000 + 1_000 * draws.below(130)
    return worth * 7 if person.market == "CN" else worth


def _stages(created_at: datetime, draws: Draws) -> list[tuple[str, datetime]]:
    stages, at = [("lead", created_at)], created_at
    for stage, odds in NEXT_STAGE_ODDS:
        at += timedelta(hours=5 + draws.below(190))
        if not draws.chance(odds) or at >= CLOSED_AT:
            break
        if stage == "closed":
            stage = "won" if draws.chance(0.6) else "lost"
        stages.append((stage, at))
    return stages
