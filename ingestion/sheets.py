"""Workbooks and HTML tables: their sheets as rows of text, cell for cell.

Numbers are written out in full, never through a display format; a number too large to be exact is
written with its exponent, so that an identifier damaged by the spreadsheet is seen as such.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from ingestion.catalogue import Catalogue
from ingestion.delimited import cleaned_cells
from ingestion.recognition import HEADER_SEARCH_ROWS, Match, find_header

# doubles hold every integer up to here; spreadsheets keep 15 digits
_EXACT_LIMIT = 10**15
_BATCH_ROWS = 50_000
_MAX_HTML_BYTES = 256 * 2**20


class UnreadableSheetError(ValueError):
    """The workbook cannot be opened; the message says why and what to do."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name and rows of text; blank rows are left out."""

    name: str
    rows: list[list[str]]


def cell_text(value: Any) -> str:
    """Return a cell's value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value.is_integer():
            return f"{value:.0f}" if abs(value) < _EXACT_LIMIT else f"{value:.14E}"
        return repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    return str(value).replace("\0", "")


def read_workbook(path: Path) -> list[Sheet]:
    """Return the sheets of an Excel or OpenDocument workbook that are not empty.

    Raises :class:`UnreadableSheetError`.
    """
    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            sheets = []
            for name in workbook.sheet_names:
                rows = [
                    [cell_text(value) for value in row]
                    for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
                ]
                sheets.append(Sheet(name, [row for row in rows if any(row)]))
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableSheetError(
            f"is a workbook that cannot be opened ({error}). If it has a password, save it "
            "without; else export it again, or save it as CSV."
        ) from error
    return [sheet for sheet in sheets if sheet.rows]


def read_html(text: str, name: str) -> list[Sheet]:
    """Return the tables of an HTML page as sheets; spreadsheet programs open such files too."""
    parser = _TableParser()
    parser.feed(text[:_MAX_HTML_BYTES])
    parser.close()
    return [Sheet(name, rows) for rows in parser.tables if rows]


class _TableParser(HTMLParser):
    """Collects the rows of every table; a nested table adds its rows to the outer one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self._end_row()
            self._row = []
        elif tag in {"td", "th"}:
            self._end_cell()
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._end_cell()
        elif tag in {"tr", "table"}:
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            self._row.append("".join(self._cell).strip())
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row and any(self._row):
            if not self.tables:
                self.tables.append([])
            self.tables[-1].append(self._row)
        self._row = None


def choose_sheet(
    catalogue: Catalogue, sheets: Sequence[Sheet], path: str
) -> tuple[Sheet, Match] | None:
    """Return the sheet that matches a format best, with its match."""
    best: tuple[Sheet, Match] | None = None
    for sheet in sheets:
        head = sheet.rows[: HEADER_SEARCH_ROWS + 1]
        match = find_header(catalogue, head, "sheet", path, sheet=sheet.name)
        if match is not None and (best is None or match.rank > best[1].rank):
            best = (sheet, match)
    return best


def load_rows(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[str]], width: int
) -> None:
    """Create ``table`` (c0 ... cleaned, fault, raw_text; all varchar) from rows of text."""
    names = [f"c{position}" for position in range(width)] + ["fault", "raw_text"]
    schema = pa.schema([(name, pa.string()) for name in names])
    reader = pa.RecordBatchReader.from_batches(schema, _batches(rows, width, schema))
    connection.register("sheet_rows", reader)
    try:
        connection.execute(
            f"create or replace temp table {table} as "
            f"select {cleaned_cells(width)}, fault, raw_text from sheet_rows"
        )
    finally:
        connection.unregister("sheet_rows")


def _batches(
    rows: Sequence[Sequence[str]], width: int, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(rows), _BATCH_ROWS):
        fitted = [_fit(row, width) for row in rows[start : start + _BATCH_ROWS]]
        arrays = [pa.array(column, pa.string()) for column in zip(*fitted, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _fit(row: Sequence[str], width: int) -> list[str | None]:
    fault = raw_text = None
    if any(row[width:]):
        fault = f"row has {len(row)} cells, header has {width}"
        raw_text = "\t".join(row)
    return [*row[:width], *([None] * (width - len(row))), fault, raw_text]
