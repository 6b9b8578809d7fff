"""Two clocks: the even time that chance runs on, and the calendar that people live by."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingestion.simulator.brand import Brand
from ingestion.simulator.plan import Plan

DAY = 86_400.0
SMALLEST = 0.002  # of the mean hour: even time must advance in every hour


class Clock:
    """Maps even time (days, 0 when the period begins) to seconds since then in UTC, and back.

    The busier an hour of the zone is, the more even time passes in it, so that events evenly
    spread in even time crowd where people are active. The map rises strictly: order is kept.
    """

    def __init__(self, plan: Plan, brand: Brand, zone: str, *, is_seasonal: bool) -> None:
        """Measure every hour of the period; without seasons all days are alike."""
        begins = datetime.combine(plan.first_day, datetime.min.time(), UTC)
        hours = np.array(brand.hours) / np.mean(brand.hours)
        busy = np.empty(plan.days * 24)
        timezone = ZoneInfo(zone)
        for hour in range(busy.size):
            local = (begins + timedelta(hours=hour)).astimezone(timezone)
            busy[hour] = max(hours[local.hour], SMALLEST)
            if is_seasonal:
                busy[hour] *= day_factor(plan, local)
        passed = np.concatenate([[0.0], np.cumsum(busy)])
        self._even = passed * (plan.days / passed[-1])
        self._seconds = np.arange(busy.size + 1) * 3600.0

    def seconds(self, even: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return seconds since the period began; the first or last ones outside the period."""
        return np.interp(even, self._even, self._seconds)

    def even(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return even time in days."""
        return np.interp(seconds, self._seconds, self._even)


def day_factor(plan: Plan, moment: datetime) -> float:
    """Return the demand of a local day by month, weekday and peaks, 1 on an average day."""
    scenario = plan.scenario
    factor = scenario.seasons.get(moment.month, 1.0) * scenario.weekdays[moment.weekday()]
    for peak in scenario.peaks:
        if peak.from_ <= f"{moment:%m-%d}" <= peak.to:
            factor *= peak.factor
    return factor


class Clocks:
    """The clocks of all zones, seasonal and even ones; the zones in a fixed order."""

    def __init__(self, plan: Plan, brand: Brand) -> None:
        """Build a pair of clocks per zone of the brand's cities."""
        self.zones = sorted({c.timezone for area in brand.people.values() for c in area.cities})
        self._seasonal = [Clock(plan, brand, zone, is_seasonal=True) for zone in self.zones]
        self._daily = [Clock(plan, brand, zone, is_seasonal=False) for zone in self.zones]
        self._offsets = np.array([_offset_hours(plan, zone) for zone in self.zones])

    def _map(
        self, clocks: list[Clock], method: str, values: NDArray, zones: NDArray
    ) -> NDArray[np.float64]:
        mapped = np.empty(values.shape)
        for number, clock in enumerate(clocks):
            rows = zones == number
            if rows.any():
                mapped[rows] = getattr(clock, method)(values[rows])
        return mapped

    def seasonal_seconds(self, even: NDArray, zones: NDArray) -> NDArray[np.float64]:
        """Return the calendar's seconds for even time, seasons included; one zone per row."""
        return self._map(self._seasonal, "seconds", even, zones)

    def seasonal_even(self, seconds: NDArray, zones: NDArray) -> NDArray[np.float64]:
        """Return the even time, seasons included, of the calendar's seconds."""
        return self._map(self._seasonal, "even", seconds, zones)

    def daily_seconds(self, even: NDArray, zones: NDArray) -> NDArray[np.float64]:
        """Return the calendar's seconds for even time that knows hours but no seasons."""
        return self._map(self._daily, "seconds", even, zones)

    def daily_even(self, seconds: NDArray, zones: NDArray) -> NDArray[np.float64]:
        """Return the even time without seasons of the calendar's seconds."""
        return self._map(self._daily, "even", seconds, zones)

    def local_hour(self, seconds: NDArray, zones: NDArray) -> NDArray[np.int64]:
        """Return the hour of the day in the zone (its offset of the middle of the period)."""
        return ((seconds // 3600 + self._offsets[zones]) % 24).astype(np.int64)


def _offset_hours(plan: Plan, zone: str) -> int:
    middle = plan.first_day + timedelta(days=plan.days // 2)
    moment = datetime.combine(middle, datetime.min.time(), ZoneInfo(zone))
    return int(moment.utcoffset().total_seconds() // 3600)
