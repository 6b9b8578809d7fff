"""Workbooks and HTML tables: their sheets as rows of text, cell for cell."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.delimited import cleaned_cells, say_width

_READER = Path(__file__).parent / "workbook_reader.py"
_BASE_SECONDS = 30
_SECONDS_PER_MB = 20
_MAX_MEMORY_BYTES = 8 * 2**30
_MENDING = "If it has a password, save it without; else export it again, or save the sheet as CSV."
_BATCH_ROWS = 50_000
_MAX_HTML_BYTES = 256 * 2**20


class UnreadableSheetError(ValueError):
    """The workbook cannot be opened; the message says why and what to do."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name and rows of text; blank rows are left out."""

    name: str
    rows: list[list[str]]


def read_workbook(path: Path) -> list[Sheet]:
    """Return the sheets of an Excel or OpenDocument workbook that are not empty.

    Raises :class:`UnreadableSheetError`, also when it takes too long or too much memory.
    """
    seconds = _BASE_SECONDS + _SECONDS_PER_MB * path.stat().st_size // 2**20
    command = [sys.executable, "-I", str(_READER), str(path), str(_MAX_MEMORY_BYTES)]
    try:
        finished = subprocess.run(command, capture_output=True, timeout=seconds, check=True)
        found = json.loads(finished.stdout)
    except subprocess.TimeoutExpired as error:
        raise UnreadableSheetError(
            f"is a workbook that could not be read in {seconds} seconds. {_MENDING}"
        ) from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
        raise UnreadableSheetError(
            f"is a workbook that cannot be opened ({said[-1][:200]}). {_MENDING}"
        ) from error
    return [Sheet(sheet["name"], sheet["rows"]) for sheet in found]


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
            f"create or replace table {table} as "
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
        fault = say_width(len(row), width)
        raw_text = "\t".join(row)
    return [*row[:width], *([None] * (width - len(row))), fault, raw_text]
