"""What the ad platforms know: the clicks behind the visits, and the sales each one claims."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ingestion.sample_brand.brand import Campaign, campaigns_of
from ingestion.sample_brand.draws import Draws
from ingestion.sample_brand.world import World

CLAIM_DAYS = {"shop": timedelta(days=30), "mall": timedelta(days=7)}


@dataclass
class AdDay:
    """One campaign (or ad group) on one day; ``cost`` in cents, claims as (sold at, cents)."""

    campaign: Campaign
    day: date
    impressions: int
    clicks: int
    cost: int
    claims: list[tuple[datetime, int]]

    def claimed(self, until: datetime) -> tuple[int, float]:
        """Return the conversions known at an instant and their value in whole units."""
        known = [value for sold_at, value in self.claims if sold_at <= until]
        return len(known), sum(known) / 100

    @property
    def cpm(self) -> float:
        """Cost of 1,000 impressions in whole units; 0 without any."""
        return self.cost * 10 / self.impressions if self.impressions else 0.0


def at_hour(day: date, hour: int) -> datetime:
    """Return an hour of a day, in UTC."""
    return datetime.combine(day, time(hour), UTC)


def _claims(world: World, campaign: Campaign) -> dict[date, list[tuple[datetime, int]]]:
    """Return the sales a platform claims, by the day of the click it credits."""
    clicks: dict[int, list[datetime]] = {}
    for session in world.sessions:
        if session.campaign == campaign and session.person:
            clicks.setdefault(session.person.number, []).append(session.started_at)
    for touch in world.touchpoints:
        if touch.campaign == campaign.name and touch.person:
            clicks.setdefault(touch.person.number, []).append(touch.occurred_at)
    place = "mall" if campaign.platform == "ocean_engine" else "shop"
    claims: dict[date, list[tuple[datetime, int]]] = {}
    for order in world.orders_of(place):
        before = [
            at
            for at in clicks.get(order.person.number, [])
            if timedelta(0) <= order.ordered_at - at <= CLAIM_DAYS[place]
        ]
        if before and order.status != "cancelled":
            claims.setdefault(max(before).date(), []).append((order.ordered_at, order.subtotal))
    return claims


def _days_of(world: World, campaign: Campaign, draws: Draws) -> list[AdDay]:
    """Return a campaign's days: at least one click for each visit it brought."""
    visits = Counter(s.started_at.date() for s in world.sessions if s.campaign == campaign)
    visits.update(t.occurred_at.date() for t in world.touchpoints if t.campaign == campaign.name)
    claims = _claims(world, campaign)
    lost = campaign.clicks_per_visit - 1
    days, day = [], campaign.first_day
    while day <= campaign.last_day:
        seen = visits.get(day, 0)
        clicks = seen + sum(int(lost) + draws.chance(lost % 1) for _ in range(seen))
        clicks += draws.chance(0.06)
        impressions = int(clicks / (campaign.click_rate * draws.between(0.82, 1.22)))
        impressions += draws.below(40)
        cost = int(clicks * campaign.cost_per_click * draws.between(0.85, 1.16))
        days.append(AdDay(campaign, day, impressions, clicks, cost, claims.get(day, [])))
        day += timedelta(days=1)
    return days


def ad_days(world: World, platform: str, draws: Draws) -> list[AdDay]:
    """Return every day of a platform's campaigns, campaign by campaign."""
    return [day for campaign in campaigns_of(platform) for day in _days_of(world, campaign, draws)]
