"""Dirt in the cells of numbers: separators, units, fillers, and what spreadsheets do to them."""

from decimal import Decimal

from ingestion.simulator.dirt.registry import Cell, Spoiled, in_cells
from ingestion.simulator.dirt.targets import BLANKS
from ingestion.simulator.month_names import MONTHS, RUSSIAN_MONTHS

_NULL_MARKERS = (" --", "--", "-", "—", "N/A", "n/a", "NAN")


@in_cells("Counts with separators of thousands: 14,122,564", "count")
def _thousands_in_counts(cell: Cell) -> str | None:
    if not isinstance(cell.value, Decimal) or abs(cell.value) < 1000:
        return None
    return f"{cell.value:,}"


@in_cells("Counts in ten thousands or thousands: 1.2万, 1.2w, 14.5K", "count")
def _units_in_counts(cell: Cell) -> str | None:
    value = cell.value
    if not isinstance(value, Decimal) or value < 1000 or value != int(value):
        return None
    if value >= 10_000:
        return f"{(value / 10_000).normalize():f}{cell.pick('万w')}"
    return f"{(value / 1000).normalize():f}K"


@in_cells(
    "Amounts with symbols, brackets, separators: $1,149.00, ($33.62), CA$0.00, 236.00元", "money"
)
def _decorated_money(cell: Cell) -> str | None:
    if not isinstance(cell.value, Decimal) or not cell.target.symbols:
        return None
    symbol, amount = cell.pick(cell.target.symbols), f"{abs(cell.value):,}"
    if cell.value < 0:
        return cell.pick((f"-{symbol}{amount}", f"({symbol}{amount})"))
    plain = (f"{symbol}{amount}", f"{symbol}{amount} ")
    return cell.pick((*plain, f"{amount}元") if symbol in "¥￥" else plain)


@in_cells("Durations with units: 12秒, 0:03:53, 50 minutes and 3 seconds", "duration")
def _units_in_durations(cell: Cell) -> str | None:
    if not isinstance(cell.value, Decimal):
        return None
    minutes, seconds = divmod(int(cell.value), 60)
    return cell.pick((
        f"{int(cell.value)}秒",
        f"{minutes // 60}:{minutes % 60:02}:{seconds:02}",
        f"{minutes} minutes and {seconds} seconds",
    ))  # fmt: skip


@in_cells(
    "Empty cells that say so: --, -, —, N/A, NAN", "money", "count", "percent", "optional_time"
)
def _null_markers(cell: Cell) -> str | None:
    return None if cell.text.strip(BLANKS) else cell.pick(_NULL_MARKERS)


@in_cells("Empty cells that say None", "money", "count", "percent", "optional_time")
def _none_markers(cell: Cell) -> str | None:
    return None if cell.text.strip(BLANKS) else "None"


@in_cells("Numbers that are held back: < 10%, > 90%, <5", "percent", "count", expected="nulled")
def _censored_numbers(cell: Cell) -> Spoiled | None:
    if cell.value is None:
        return None
    choices = ("< 10%", "> 90%", "< 1%") if cell.column.role == "percent" else ("<5", "<10")
    return Spoiled(cell.pick(choices), None)


@in_cells(
    "Numbers that a spreadsheet took for days: 3.8 becomes 3.авг or 3-Aug",
    "money",
    "percent",
    expected="nulled",
)
def _numbers_as_dates(cell: Cell) -> Spoiled | None:
    if cell.value is None:
        return None
    day, month = 1 + int(cell.draw.integers(28)), int(cell.draw.integers(12))
    names = (f"{day}.{RUSSIAN_MONTHS[month]}", f"{day}-{MONTHS[month][:3]}")
    return Spoiled(cell.pick(names), None)


@in_cells(
    "Errors of a spreadsheet in the place of numbers: #REF!, #DIV/0!, ########",
    "money",
    "count",
    "percent",
    expected="nulled",
)
def _spreadsheet_errors(cell: Cell) -> Spoiled | None:
    if cell.value is None:
        return None
    return Spoiled(cell.pick(("#REF!", "#VALUE!", "#DIV/0!", "########")), None)
