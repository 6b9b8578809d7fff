"""Sheets and small texts that hold several tables: below each other, or side by side."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingestion.catalogue import Catalogue
from ingestion.recognition import HEADER_SEARCH_ROWS, Match, searches

# reports with several tables are made for people; what is longer is one table
MAX_ROWS = 10_000
# a table may have a title and a few facts above its header
_TITLE_ROWS = 5

Rows = Sequence[Sequence[str]]
FindHeader = Callable[[Rows], Match | None]


@dataclass(frozen=True)
class Table:
    """Where a table stands among the rows of a sheet: its header, and what is below it.

    ``first`` and ``last`` are the columns where it does not take all.
    """

    match: Match
    header: int
    end: int
    first: int = 0
    last: int | None = None

    @property
    def name(self) -> str:
        """Return its place as spreadsheets say it: ``A4:C20``, rows counted from 1."""
        last = self.first + len(self.match.texts) if self.last is None else self.last
        return f"{_letters(self.first)}{self.header + 1}:{_letters(last - 1)}{self.end}"

    def rows(self, rows: Rows) -> list[Sequence[str]]:
        """Return its rows among those of the sheet, the header first, without blank ones."""
        cut = (row[self.first : self.last] for row in rows[self.header : self.end])
        return [row for row in cut if any(row)]


def find_tables(rows: Rows, catalogue: Catalogue, find: FindHeader) -> list[Table]:
    """Return every table of a sheet whose format is known, in the order they stand.

    ``find`` recognises the header among the first rows it is given. A refused or ignored format
    speaks for the whole sheet.
    """
    match = find(rows)
    is_plain = match is None or (match.format.is_loaded and match.header_row > 0)
    if is_plain and len(rows) <= MAX_ROWS:
        tables = _tables_abreast(rows, catalogue, find)
        if not tables and match is not None:
            tables = list(_stacked_tables(rows, match, catalogue, find))
        if len(tables) > 1:
            return tables
    return [Table(match, match.header_row - 1, len(rows))] if match is not None else []


def _tables_abreast(rows: Rows, catalogue: Catalogue, find: FindHeader) -> list[Table]:
    """Return the tables that share a header row and are parted by blank columns."""
    for place, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        spans = _spans(row)
        if len(spans) < 2 or not _may_be_header(row, catalogue):
            continue
        tables = []
        for first, last in spans:
            match = find([*rows[:place], row[first:last]])
            if match is not None and match.format.is_loaded and match.header_row == place + 1:
                tables.append(Table(match, place, len(rows), first, last))
        if len(tables) > 1:
            return tables
    return []


def _spans(row: Sequence[str]) -> list[tuple[int, int]]:
    """Return where cells stand in a row without a gap, two at least."""
    spans = []
    for is_filled, cells in groupby(enumerate(row), key=lambda item: bool(item[1].strip())):
        places = [place for place, _ in cells]
        if is_filled and len(places) > 1:
            spans.append((places[0], places[-1] + 1))
    return spans


def _letters(place: int) -> str:
    """Return a column's name in a spreadsheet: A, B ... AA."""
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _stacked_tables(
    rows: Rows, first: Match, catalogue: Catalogue, find: FindHeader
) -> Iterator[Table]:
    """Yield the tables below each other; those after the first begin with a header of their own."""
    header, match = first.header_row - 1, first
    for place in range(first.header_row, len(rows)):
        if not _may_be_header(rows[place], catalogue):
            continue
        above = _first_title(rows, place, header + 1)
        found = find(rows[above : place + 1])
        if found is None or not found.format.is_loaded or found.header_row != place + 1 - above:
            continue
        if found.headers == match.headers and not _states_period(found):
            continue  # the same header once more, as at the top of each page
        yield Table(match, header, above)
        header, match = place, found
    yield Table(match, header, len(rows))


def _states_period(match: Match) -> bool:
    """Return whether the titles above a header tell a range: a report of its own begins."""
    period = match.format.period
    return (
        period is not None
        and period.origin == "preamble"
        and any(searches(period.pattern, text) for text in match.preamble)
    )


def _first_title(rows: Rows, place: int, least: int) -> int:
    """Return where the titles above a header begin: rows of one cell, a few at most."""
    first = place
    while first > max(least, place - _TITLE_ROWS) and sum(map(bool, rows[first - 1])) == 1:
        first -= 1
    return first


def _may_be_header(row: Sequence[str], catalogue: Catalogue) -> bool:
    """Return whether most cells of a row are names of columns; quick, as every row is asked."""
    cells = [cell.strip().casefold() for cell in row if cell]
    known = sum(cell in catalogue.columns_by_key for cell in cells)
    return known > 1 and known * 2 >= len(cells)
