"""The periods that exports are cut into, and when each of them was downloaded."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ingestion.simulator.exports.cells import World


@dataclass(frozen=True)
class Period:
    """Days of the plan, ``first`` to ``last``; the outermost ones know no bounds in ``holds``."""

    first: date
    last: date
    is_first: bool
    is_last: bool

    @property
    def after(self) -> date:
        """Return the day after."""
        return self.last + timedelta(days=1)

    def holds(self, column: str, zone: str = "UTC") -> str:
        """Return SQL for whether an instant (naive UTC) lies in the period by a zone's clocks."""
        conditions = []
        if not self.is_first:
            conditions.append(f"{column} >= utc_time(timestamp '{self.first}', '{zone}')")
        if not self.is_last:
            conditions.append(f"{column} < utc_time(timestamp '{self.after}', '{zone}')")
        return " and ".join(conditions) or "true"


def _periods(world: World, starts: list[date]) -> list[Period]:
    last_day = world.plan.last_day
    ends = [start - timedelta(days=1) for start in starts[1:]] + [last_day]
    return [
        Period(first, last, first == starts[0], last == last_day)
        for first, last in zip(starts, ends, strict=True)
    ]


def _days(world: World) -> list[date]:
    return [world.plan.first_day + timedelta(days=step) for step in range(world.plan.days)]


def days(world: World) -> list[Period]:
    """Return the days of a world."""
    return _periods(world, _days(world))


def weeks(world: World) -> list[Period]:
    """Return the weeks of a world, Monday to Sunday, the outermost ones cut."""
    whole = _days(world)
    return _periods(world, [day for day in whole if day == whole[0] or day.weekday() == 0])


def months(world: World) -> list[Period]:
    """Return the calendar months of a world, the outermost ones cut."""
    whole = _days(world)
    return _periods(world, [day for day in whole if day == whole[0] or day.day == 1])


def whole(world: World) -> list[Period]:
    """Return all the days of a world at once."""
    return _periods(world, [world.plan.first_day])


PERIODS = {"day": days, "week": weeks, "month": months, "once": whole}


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a time of a day."""
    return datetime.combine(day, time(hour, minute))


def closing(world: World) -> datetime:
    """Return when everything was downloaded that is downloaded once."""
    return at_hour(world.plan.last_day + timedelta(days=1), 9)
