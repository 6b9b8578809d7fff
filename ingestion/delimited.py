"""Delimited text: which delimiter and header it has, and its records as a table of text cells.

Two readers give the same cells. DuckDB's is fast and strict: every record has as many cells as the
header, or it fails as a whole. The tolerant one then reads record by record: short records are
padded, long and broken ones are kept with what is wrong with them.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.catalogue import Catalogue
from ingestion.recognition import HEADER_SEARCH_ROWS, Match, find_header

DELIMITERS = (",", "\t", ";", "|")
MAX_CELL_CHARACTERS = 4 * 2**20
# a quote left open swallows lines; a record of more is broken at its first line
MAX_RECORD_LINES = 2_000
_BATCH_ROWS = 50_000
_SEP_LINE = re.compile(r"\A\ufeff?\"?sep=(?P<delimiter>.?)\"?[^\n]*\n", re.IGNORECASE)

csv.field_size_limit(MAX_CELL_CHARACTERS)


@dataclass(frozen=True)
class Layout:
    """How a delimited text is laid out: ``skip_lines`` physical lines stand before the data."""

    delimiter: str
    match: Match
    skip_lines: int


def head_records(head: str, delimiter: str, limit: int) -> Iterator[tuple[list[str], int]]:
    """Yield the first non-blank records of a text with the number of lines read so far."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    count = 0
    try:
        for record in reader:
            if record:
                yield record, reader.line_num
                count += 1
            if count >= limit:
                return
    except csv.Error:
        return


def find_layout(
    catalogue: Catalogue, head: str, path: str
) -> tuple[Layout | None, list[list[str]]]:
    """Return the layout of a text, or None, and its first records by the likeliest delimiter."""
    sep_line = _SEP_LINE.match(head)
    body = head[sep_line.end() :] if sep_line else head.removeprefix("\ufeff")
    skipped = 1 if sep_line else 0
    best: Layout | None = None
    widest: list[list[str]] = []
    for delimiter in DELIMITERS:
        parsed = list(head_records(body, delimiter, HEADER_SEARCH_ROWS + 10))
        rows = [row for row, _ in parsed]
        if _width(rows) > _width(widest) or not widest:
            widest = rows
        match = find_header(catalogue, rows, "delimited", path, delimiter)
        if match is None or (best is not None and match.rank <= best.match.rank):
            continue
        lines = parsed[match.header_row - 1][1] if match.header_row else 0
        best = Layout(delimiter, match, skipped + lines)
    return best, widest


def _width(rows: list[list[str]]) -> int:
    return max((len(row) for row in rows), default=0)


def read_strict(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, layout: Layout, width: int
) -> None:
    """Create ``table`` (c0 ... varchar, cleaned) from records that all have ``width`` cells.

    Raises ``duckdb.Error`` when one has not, or cannot be parsed.
    """
    columns = {f"c{position}": "VARCHAR" for position in range(width)}
    connection.execute(
        f"""
        create or replace temp table {table} as
        select {cleaned_cells(width)} from read_csv(
            ?, auto_detect = false, header = false, skip = {layout.skip_lines}, delim = ?,
            quote = '"', escape = '"', columns = {columns!r}, compression = 'none',
            strict_mode = true, null_padding = false, max_line_size = {MAX_CELL_CHARACTERS}
        )
        """,
        [escape_glob(path), layout.delimiter],
    )


def cleaned_cells(width: int) -> str:
    """Return the select list that cleans cells c0 to c<width - 1>: trimmed, null when empty."""
    return ", ".join(f"om_clean(c{position}) as c{position}" for position in range(width))


def escape_glob(path: Path) -> str:
    """Return ``path`` so that DuckDB reads exactly it, whatever characters its folders hold."""
    return re.sub(r"([*?\[\]])", r"[\1]", str(path))


def read_tolerant(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, layout: Layout, width: int
) -> None:
    """Create ``table`` (c0 ... cleaned, fault, raw_text; all varchar) from any records."""
    schema = pa.schema(
        [(f"c{position}", pa.string()) for position in range(width)]
        + [("fault", pa.string()), ("raw_text", pa.string())]
    )
    batches = _record_batches(path, layout, width, schema)
    reader = pa.RecordBatchReader.from_batches(schema, batches)
    connection.register("tolerant_records", reader)
    try:
        connection.execute(
            f"create or replace temp table {table} as "
            f"select {cleaned_cells(width)}, fault, raw_text from tolerant_records"
        )
    finally:
        connection.unregister("tolerant_records")


def _record_batches(
    path: Path, layout: Layout, width: int, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    cells: list[list[str | None]] = []
    for record in tolerant_records(path, layout.delimiter, layout.skip_lines):
        cells.append(_fit(record, width, layout.delimiter))
        if len(cells) == _BATCH_ROWS:
            yield _to_batch(cells, schema)
            cells = []
    if cells:
        yield _to_batch(cells, schema)


def _to_batch(rows: list[list[str | None]], schema: pa.Schema) -> pa.RecordBatch:
    arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _fit(record: list[str] | str, width: int, delimiter: str) -> list[str | None]:
    """Return a record as ``width`` cells, its fault and, with a fault, its text."""
    if isinstance(record, str):
        fault = "cannot be parsed: a quote is not closed, or a cell is too long"
        return [None] * width + [fault, record]
    surplus = len(record) - width
    if surplus > 0 and any(record[width:]):
        fault = f"row has {len(record)} cells, header has {width}"
        return [*record[:width], fault, delimiter.join(record)]
    return [*record[:width], *([None] * -surplus), None, None]


def tolerant_records(path: Path, delimiter: str, skip_lines: int) -> Iterator[list[str] | str]:
    """Yield the records after ``skip_lines`` lines; a broken one as the text of its first line.

    After a broken record reading goes on at the line after its first. Blank lines are no records.
    """
    with path.open(encoding="utf-8", newline="") as file:
        for _ in range(skip_lines):
            file.readline()
        lines = _LineFeed(file)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            lines.start_record()
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield lines.give_back()
                reader = csv.reader(lines, delimiter=delimiter)
                continue
            if lines.is_exhausted:
                yield lines.give_back()
                reader = csv.reader(lines, delimiter=delimiter)
            elif record:
                yield record


class _LineFeed:
    """Feeds lines to a CSV reader and can give back those after the first of a record."""

    def __init__(self, file: io.TextIOBase) -> None:
        self._file = file
        self._returned: list[str] = []
        self._taken: list[str] = []
        self._is_exhausted = False

    def __iter__(self) -> "_LineFeed":
        return self

    def __next__(self) -> str:
        if len(self._taken) >= MAX_RECORD_LINES:
            raise csv.Error("the record has too many lines")
        line = self._returned.pop() if self._returned else self._file.readline()
        if not line:
            self._is_exhausted = True
            raise StopIteration
        self._taken.append(line)
        return line

    def start_record(self) -> None:
        """Forget the lines of the record before."""
        self._taken = []

    @property
    def is_exhausted(self) -> bool:
        """Return whether the file ended before the record did: a quote was left open."""
        return self._is_exhausted

    def give_back(self) -> str:
        """Give back all lines of the record but the first, and return that one."""
        first, *rest = self._taken
        self._returned.extend(reversed(rest))
        self._is_exhausted = False
        return first.rstrip("\r\n")
