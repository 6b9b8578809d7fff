"""Dirt in the cells of days and times."""

import re
from datetime import date, datetime, timedelta

from ingestion.simulator.dirt.registry import Cell, Spoiled, in_cells
from ingestion.simulator.dirt.targets import BLANKS
from ingestion.simulator.month_names import MONTHS

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NO_DATE = ("2026-02-30", "0000-00-00", "########", "n.d.")
_SHEETS_BEGIN = date(1899, 12, 30)
_OFFSETS = (120, -420, 330, 480)


def _naive(cell: Cell) -> datetime | None:
    """Return the time a cell states by the clocks of its zone, where it states no offset."""
    if cell.target.dates is not None:
        return datetime.strptime(cell.text.strip(BLANKS), cell.target.dates)
    moment = datetime.fromisoformat(re.sub(r" ([-+]\d{4})$", r"\1", cell.text.strip(BLANKS)))
    return moment if moment.tzinfo is None else None


@in_cells(
    "Days in other words: Sun, Aug 24, 2025; 20260814; 2026年03月24日",
    "time",
    "optional_time",
    "date",
)
def _days_in_words(cell: Cell) -> str | None:
    moment = None if cell.value is None else _naive(cell)
    if moment is None:
        return None
    month, name = MONTHS[moment.month - 1], _DAYS[moment.weekday()]
    words = [
        f"{moment.day} {month} {moment.year}",
        f"{name}, {month[:3]} {moment.day}, {moment.year}",
        f"{month[:3]} {moment.day}, {moment.year}",
        f"{moment.year}/{moment.month:02}/{moment.day:02}",
    ]
    chinese = f"{moment.year}年{moment.month:02}月{moment.day:02}日"
    if cell.column.kind == "date":
        return cell.pick((*words, chinese, f"{moment.year}{moment.month:02}{moment.day:02}"))
    hour, half = (moment.hour - 1) % 12 + 1, "PM" if moment.hour >= 12 else "AM"
    clock = f"{moment.minute:02}:{moment.second:02}"
    return cell.pick((
        f"{cell.pick(words)} {moment.hour:02}:{clock}",
        f"{cell.pick(words)} {hour}:{clock} {half}",
        f"{chinese}{moment.hour:02}时{moment.minute:02}分{moment.second:02}秒",
    ))  # fmt: skip


@in_cells("Days without their year: April 12", "date")
def _days_without_year(cell: Cell) -> str | None:
    if not isinstance(cell.value, date) or not timedelta() <= cell.seen_on - cell.value:
        return None
    return f"{MONTHS[cell.value.month - 1]} {cell.value.day}"


@in_cells("Days as the numbers that spreadsheets keep: 46249", "date")
def _days_as_serials(cell: Cell) -> str | None:
    if not isinstance(cell.value, date):
        return None
    return str((cell.value - _SHEETS_BEGIN).days)


@in_cells(
    "Instants with the offset of another zone: 2026-08-30T17:00:56+02:00", "time", "optional_time"
)
def _other_offsets(cell: Cell) -> str | None:
    if not isinstance(cell.value, datetime):
        return None
    minutes = cell.pick(_OFFSETS)
    local = cell.value + timedelta(minutes=minutes)
    hours, rest = divmod(abs(minutes), 60)
    return f"{local:%Y-%m-%dT%H:%M:%S}{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


@in_cells(
    "Days and times every row needs that there are not: 2026-02-30, ########",
    "time",
    "date",
    expected="rejected",
)
def _unreadable_times(cell: Cell) -> str | None:
    return cell.pick(_NO_DATE) if cell.value is not None else None


@in_cells("Other times that there are not: 2026-02-30 25:61", "optional_time", expected="nulled")
def _unreadable_optional_times(cell: Cell) -> Spoiled | None:
    if cell.value is None:
        return None
    return Spoiled(cell.pick((*_NO_DATE, "2026-02-30 25:61:00")), None)
