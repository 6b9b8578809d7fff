"""Delimited text: which delimiter and header it has, and its records as a table of text cells.

Two readers give the same cells. DuckDB's is fast and strict: every record has as many cells as the
header, or it fails as a whole. The tolerant one then reads record by record: short records are
padded, long and broken ones are kept with what is wrong with them.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ingestion.catalogue import Catalogue
from ingestion.encodings import Text
from ingestion.recognition import HEADER_SEARCH_ROWS, Match, find_header
from ingestion.sql import escape_glob, sql_text

DELIMITERS = (",", "\t", ";", "|")
MAX_CELL_CHARACTERS = 4 * 2**20
# a text of small parts with a longer line is not read in place: a part is to hold two of its lines
_MAX_LINE_IN_PLACE = 2**20
# a quote left open swallows lines; a record of more is broken at its first line
MAX_RECORD_LINES = 2_000
# of more columns DuckDB plans a query longer than it runs: expressions are to be short
_WIDE = 200
_BATCH_ROWS = 50_000
_SEARCH_BYTES = 2**18
_ONE_PART_BYTES = 64 * 2**20
_ROW_GROUP_ROWS = 122_880
_MIN_BUFFER_BYTES, _MAX_BUFFER_BYTES = 2 * MAX_CELL_CHARACTERS, 32 * 2**20
_SAMPLES, _SAMPLE_BYTES = 16, 1 << 14
# what the strict reader raises; DuckDB may cut its message amid a character, which is no text then
UNREADABLE = (duckdb.Error, UnicodeDecodeError)
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


def all_records(text: Text, delimiter: str) -> list[list[str]]:
    """Return every record of a text that is not blank."""
    records = tolerant_records(text.local, delimiter, 0)
    rows = [[record] if isinstance(record, str) else record for record in records]
    if rows:
        rows[0][0] = rows[0][0].removeprefix("\ufeff")
    return rows


def is_wrapped(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether every row is one cell that is itself a row, as a spreadsheet program does."""
    return bool(rows) and all(len(row) == 1 for row in rows) and _is_row(rows[-1][0])


def _is_row(cell: str) -> bool:
    return any(
        len(row) > 1 for delimiter in DELIMITERS for row in csv.reader([cell], delimiter=delimiter)
    )


def unwrap(text: Text, local: Path) -> Text:
    """Return a text whose rows each stand in one cell with the cells as rows, in ``local``."""
    with (
        text.local.open(encoding="utf-8-sig", newline="") as wrapped,
        local.open("w", encoding="utf-8", newline="") as target,
    ):
        for record in csv.reader(wrapped):
            target.write("".join(record) + "\n")
    with local.open(encoding="utf-8", newline="") as file:
        return replace(text, local=local, head=file.read(len(text.head)))


def unmark(text: Text, local: Path, mark: str) -> Text:
    """Return a text whose cells begin with ``mark`` without it, in ``local``."""
    marked = re.compile(rf'(^|[{"".join(DELIMITERS)}])("?){re.escape(mark)}', re.MULTILINE)
    with (
        text.local.open(encoding="utf-8-sig", newline="") as source,
        local.open("w", encoding="utf-8", newline="") as target,
    ):
        target.writelines(marked.sub(r"\1\2", line) for line in source)
    return replace(text, local=local, head=marked.sub(r"\1\2", text.head))


def is_irregular(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    layout: Layout,
    width: int,
    may_end_open: bool = True,
) -> bool:
    """Return whether a text has irregularities that the strict reader passes over in silence.

    Some have lines that end with a delimiter, of which it may be known that there is none.
    """
    return _has_mixed_ends(path, layout) or (
        may_end_open and _has_pushed_cells(connection, path, layout, width)
    )


def _has_mixed_ends(path: Path, layout: Layout) -> bool:
    """Return whether lines up to the first record end in different ways.

    DuckDB takes the first end for that of all lines: it would then find no record.
    """
    with path.open("rb") as file:
        lines = islice(file, layout.skip_lines + 1)
        return len({line.endswith(b"\r\n") for line in lines if line.endswith(b"\n")}) > 1


def _has_pushed_cells(
    connection: duckdb.DuckDBPyConnection, path: Path, layout: Layout, width: int
) -> bool:
    """Return whether a few rows have an empty cell too many: DuckDB would leave it away."""
    if not _ends_lines_with(path, layout.delimiter):
        return False
    columns = {f"c{position}": "VARCHAR" for position in range(width + 1)}
    try:
        surplus, rows = connection.execute(
            f"""
            select count(c{width}), count(*) from read_csv(
                ?, {_dialect(layout)}, columns = {columns!r},
                null_padding = true, nullstr = '\x01', parallel = false
            )
            """,
            [escape_glob(path)],
        ).fetchall()[0]
    except duckdb.OutOfMemoryException:
        raise
    except UNREADABLE:
        return True
    return 0 < surplus < rows / 2


def _ends_lines_with(path: Path, delimiter: str) -> bool:
    # a pair of bytes is a number of two: comparing those is seven times as fast as bytes.find
    ends = [int.from_bytes(f"{delimiter}{end}".encode(), "little") for end in "\n\r"]
    last = b""
    with path.open("rb") as file:
        while chunk := file.read(_SEARCH_BYTES):
            text = last + chunk
            for start in (0, 1):
                pairs = np.frombuffer(text, "<u2", (len(text) - start) // 2, start)
                if any((pairs == end).any() for end in ends):
                    return True
            last = chunk[-1:]
    return last == delimiter.encode()


def _dialect(layout: Layout, max_line_bytes: int = MAX_CELL_CHARACTERS) -> str:
    return f"""
        auto_detect = false, header = false, skip = {layout.skip_lines},
        delim = {sql_text(layout.delimiter)},
        quote = '"', escape = '"', compression = 'none', strict_mode = true,
        max_line_size = {max_line_bytes}
    """


def read_strict(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    path: Path,
    layout: Layout,
    width: int,
    is_simple: bool = False,
    in_place: bool = False,
    in_parts: bool = True,
) -> None:
    """Create ``table`` (c0 ... varchar, cleaned) from records that all have ``width`` cells.

    The cells of a text that ``is_simple`` (see :class:`ingestion.magic.TextFacts`) are clean. A
    view of the text takes the place of the table where it is read ``in_place``. Raises one of
    ``UNREADABLE`` when a record has other cells, or cannot be parsed; a view does where it is read.
    DuckDB may fail, too, where one of the parts that are read side by side begins between quotes.
    """
    columns = {f"c{position}": "VARCHAR" for position in range(width)}
    has_small_parts = in_place and not has_parts(path)
    max_line_bytes = _MAX_LINE_IN_PLACE if has_small_parts else MAX_CELL_CHARACTERS
    connection.execute(
        f"""
        create or replace {"view" if in_place else "table"} {table} as
        select {"*" if is_simple else cleaned_cells(width)} from read_csv(
            {sql_text(escape_glob(path))}, {_dialect(layout, max_line_bytes)},
            columns = {columns!r}, null_padding = false, parallel = {in_parts},
            buffer_size = {_buffer_bytes(path, in_place)}
        )
        """
    )


def has_parts(path: Path) -> bool:
    """Return whether a text is read in several parts."""
    return path.stat().st_size >= _ONE_PART_BYTES


def _buffer_bytes(path: Path, in_place: bool) -> int:
    """Return the size of the parts in which DuckDB reads a text: nearly whole row groups.

    A part that is a little more leaves a small row group behind it. These go on into the raw
    table, and are rewritten together with their neighbours when it is stored. A text of one part
    is read by one thread, and beside it others load; one that is read as it is loaded has small
    parts, of which each thread has as many.
    """
    size = path.stat().st_size
    if size < _ONE_PART_BYTES:
        return 2 * _MAX_LINE_IN_PLACE if in_place else max(size + 1, _MIN_BUFFER_BYTES)
    samples = sample_lines(path, 0)
    shortest = min(len(sample) / max(sample.count(b"\n"), 1) for sample in samples)
    row_group = max(int(shortest * _ROW_GROUP_ROWS * 0.97), 1)
    row_groups = -(-_MIN_BUFFER_BYTES // row_group)
    largest = min(row_group * row_groups, _MAX_BUFFER_BYTES)
    # equal parts: DuckDB refuses a text whose last part is short
    parts = -(-size // largest)
    return max(-(-size // max(parts, 1)), _MIN_BUFFER_BYTES)


def sample_lines(path: Path, skip_lines: int) -> Iterator[bytes]:
    """Yield the first ``skip_lines`` lines of a text, then lines from all over it.

    Its first and last lines are among them, and all of a short one.
    """
    with path.open("rb") as file:
        yield from islice(file, skip_lines)
        start = file.tell()
        last = path.stat().st_size - _SAMPLE_BYTES
        if last <= start + _SAMPLES * _SAMPLE_BYTES:
            yield file.read()
            return
        for part in range(_SAMPLES):
            file.seek(start + (last - start) * part // (_SAMPLES - 1))
            sample = file.read(_SAMPLE_BYTES)
            first = sample.find(b"\n") + 1 if part > 0 else 0
            end = sample.rfind(b"\n") + 1 if part < _SAMPLES - 1 else len(sample)
            yield sample[first:end]


def cleaned_cells(width: int) -> str:
    """Return the select list that cleans cells c0 to c<width - 1>: trimmed, null when empty."""
    macro = "om_strip" if width > _WIDE else "om_clean"
    return ", ".join(f"{macro}(c{position}) as c{position}" for position in range(width))


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
            f"create or replace table {table} as "
            f"select {cleaned_cells(width)}, fault, raw_text from tolerant_records"
        )
    finally:
        connection.unregister("tolerant_records")


def _record_batches(
    path: Path, layout: Layout, width: int, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    records = tolerant_records(path, layout.delimiter, layout.skip_lines)
    first = list(islice(records, _BATCH_ROWS))
    widths = Counter(len(record) for record in first if not isinstance(record, str))
    accepted = max([width, *(usual for usual, _ in widths.most_common(1))])
    cells: list[list[str | None]] = []
    for record in chain(first, records):
        cells.append(_fit(record, width, accepted, layout.delimiter))
        if len(cells) == _BATCH_ROWS:
            yield _to_batch(cells, schema)
            cells = []
    if cells:
        yield _to_batch(cells, schema)


def _to_batch(rows: list[list[str | None]], schema: pa.Schema) -> pa.RecordBatch:
    arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _fit(record: list[str] | str, width: int, accepted: int, delimiter: str) -> list[str | None]:
    """Return a record as ``width`` cells, its fault and, with a fault, its text.

    Empty cells beyond the header pass where most rows have them (``accepted`` cells). Elsewhere a
    text with an unquoted delimiter has pushed the cells after it out of their columns.
    """
    if isinstance(record, str):
        fault = (
            "cannot be parsed: a quote is not closed, or a cell is too long. Close the quote, or "
            "export it again."
        )
        return [None] * width + [fault, record]
    surplus = len(record) - width
    if any(record[width:]) or len(record) > accepted:
        return [*record[:width], say_width(len(record), width), delimiter.join(record)]
    return [*record[:width], *([None] * -surplus), None, None]


def say_width(cells: int, width: int) -> str:
    """Return what is wrong with a row of more cells than the header."""
    return (
        f"row has {cells} cells, header has {width}: a text holds the delimiter and stands without "
        "quotes, or cells were shifted. Export it again, or put the text in quotes."
    )


def tolerant_records(path: Path, delimiter: str, skip_lines: int) -> Iterator[list[str] | str]:
    """Yield the records after ``skip_lines`` lines; a broken one as the text of its first line.

    A quote that is closed amid a cell, lines below, was left open by its own row: after a broken
    record reading goes on at the line after its first. Blank lines are no records.
    """
    with path.open(encoding="utf-8", newline="") as file:
        for _ in range(skip_lines):
            file.readline()
        lines = _LineFeed(file)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            lines.start_record()
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield _read_alone(lines.give_back(), delimiter)
                reader = csv.reader(lines, delimiter=delimiter, strict=True)
                continue
            if record:
                yield record


def _read_alone(line: str, delimiter: str) -> list[str] | str:
    """Return the record of a line with stray quotes; the line itself where one is not closed."""

    def lines() -> Iterator[str]:
        yield line
        raise csv.Error("the line ends within quotes")

    try:
        return next(csv.reader(lines(), delimiter=delimiter))
    except csv.Error:
        return line.rstrip("\r\n")


class _LineFeed:
    """Feeds lines to a CSV reader and can give back those after the first of a record."""

    def __init__(self, file: io.TextIOBase) -> None:
        self._file = file
        self._returned: list[str] = []
        self._taken: list[str] = []

    def __iter__(self) -> "_LineFeed":
        return self

    def __next__(self) -> str:
        if len(self._taken) >= MAX_RECORD_LINES:
            raise csv.Error("the record has too many lines")
        line = self._returned.pop() if self._returned else self._file.readline()
        if not line:
            raise StopIteration
        self._taken.append(line)
        return line

    def start_record(self) -> None:
        """Forget the lines of the record before."""
        self._taken = []

    def give_back(self) -> str:
        """Give back all lines of the record but the first, and return that one."""
        first, *rest = self._taken
        self._returned.extend(reversed(rest))
        return first
