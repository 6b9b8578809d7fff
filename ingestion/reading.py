"""From a content to a table of text cells: recognise it, then read every row of it.

Recognition looks at the head only. :func:`load_cells` then makes one DuckDB table per content with
the text of every cell; typing is the same for all kinds from there on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import NamedTemporaryFile

import duckdb

from ingestion import delimited, json_cells, json_documents, json_records, sheets
from ingestion.catalogue import Catalogue, Format
from ingestion.containers import Content
from ingestion.encodings import Text, read_text
from ingestion.headers import parse_header
from ingestion.recognition import (
    Match,
    NothingHeldError,
    ReadKind,
    UnrecognisedError,
    explain_miss,
    find_header,
)
from ingestion.sql import escape_glob
from ingestion.tables import Rows, Table, find_tables

CELLS = "cells"
SAMPLE = "sample"
# longer texts are one table, and need not be looked through for others
_MAX_REPORT_BYTES = 2**20
# longer texts may be promised: to keep their cells takes twice as long as to parse them
_IN_PLACE_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Recognised:
    """A content whose format is known, and how it is laid out."""

    content: Content
    format: Format
    kind: ReadKind
    match: Match | None = None
    text: Text | None = None
    table_layout: delimited.Layout | None = None
    json_layout: json_records.JsonLayout | None = None
    sheet: str | None = None
    table: Table | None = None
    notes: tuple[str, ...] = ()

    @property
    def encoding(self) -> str | None:
        """Return the character encoding of a text."""
        return self.text.encoding if self.text else None

    @property
    def delimiter(self) -> str | None:
        """Return the character between cells of a delimited text."""
        return self.table_layout.delimiter if self.table_layout else None

    @property
    def header_row(self) -> int | None:
        """Return the row of the header, counted from 1, blank rows left out; 0 without one."""
        return self.match.header_row if self.match else None

    @property
    def table_name(self) -> str:
        """Return where the table stands in its file: sheet and cells."""
        place = self.table.name if self.table else ""
        return f"{self.sheet} {place}" if self.sheet else place

    @property
    def preamble(self) -> tuple[str, ...]:
        """Return the texts above the header."""
        return self.match.preamble if self.match else ()


@dataclass(frozen=True)
class Cells:
    """The rows of a content as text: which cell is which column, and what else the table has.

    Cells that are read ``in_place`` are a view of the file, whose rows have no numbers and are what
    a sample of them promised.
    """

    headers: tuple[str, ...]
    positions: dict[str, int]
    header_texts: tuple[str, ...] = ()
    unknown: dict[str, int] = field(default_factory=dict)
    unknown_keys: tuple[str, ...] = ()
    has_faults: bool = False
    has_extra: bool = False
    in_place: bool = False
    separator: str = ","

    @property
    def width(self) -> int:
        """Return the number of cell columns of the table."""
        return len(self.headers)


def recognise(content: Content, catalogue: Catalogue, scratch: Path) -> list[Recognised]:
    """Return what ``content`` is: several where it holds several tables.

    Raises :class:`UnrecognisedError`, :class:`NothingHeldError` for an answer without records, or
    :class:`sheets.UnreadableSheetError` for a workbook that cannot be opened.
    """
    # thousands of files are recognised before the first is read: their heads are not kept
    headless = replace(content, text=replace(content.text, head=b""))
    found = [
        replace(
            recognised,
            content=headless,
            text=replace(recognised.text, head="") if recognised.text else None,
        )
        for recognised in _recognise(content, catalogue, scratch)
    ]
    if len(found) == 1:
        return found
    return [replace(item, content=headless.part(item.table_name)) for item in found]


def _recognise(content: Content, catalogue: Catalogue, scratch: Path) -> list[Recognised]:
    if content.kind == "parquet":
        return [_recognise_parquet(content, catalogue)]
    if content.kind == "workbook":
        return _recognise_sheets(content, catalogue, sheets.read_workbook(content.local))
    text = read_text(content, scratch)
    if content.kind == "html":
        return _recognise_sheets(content, catalogue, _html_sheets(text), text)
    return _recognise_text(content, catalogue, text, scratch)


def _explain_text(catalogue: Catalogue, text: Text, rows: list[list[str]], path: str) -> str:
    """Say what a text without a format looks like."""
    as_json = None
    if json_records.looks_like_json(text.head):
        as_json = json_records.explain_miss(text.head, text.local)
    return as_json or explain_miss(catalogue, rows, "delimited", path)


def _recognise_text(
    content: Content, catalogue: Catalogue, text: Text, scratch: Path
) -> list[Recognised]:
    notes = (text.note,) if text.note else ()
    is_json = json_records.looks_like_json(text.head)
    if is_json:
        layout = json_records.find_layout(catalogue, text.head, text.local, content.path)
        if layout is not None:
            return [
                Recognised(
                    content, layout.format, "json", text=text, json_layout=layout, notes=notes
                )
            ]
    found, rows = delimited.find_layout(catalogue, text.head, content.path)
    if found is None and delimited.is_wrapped(rows):
        text = delimited.unwrap(text, scratch / f"{content.sha256}.unwrapped")
        notes = (*notes, "every row stood in one quoted cell")
        found, _ = delimited.find_layout(catalogue, text.head, content.path)
    if found is None and is_json and json_records.holds_nothing(catalogue, text.head, text.local):
        raise NothingHeldError(
            "holds no records: what was asked for had none. There is nothing to load."
        )
    if found is None:
        raise UnrecognisedError(_explain_text(catalogue, text, rows, content.path))
    if (mark := found.match.format.cell_mark) and mark in text.head:
        text = delimited.unmark(text, scratch / f"{content.sha256}.unmarked", mark)
    if cut_header := _cut_header(found.match, text.head, rows):
        raise UnrecognisedError(
            f"is {found.match.format.id} but ends amid its header, at {cut_header!r}: it was not "
            "written or copied to its end. Export or copy it again."
        )
    if content.text.has_long_line:
        raise UnrecognisedError(
            "has a line of more than 16 MB, which no row of an export has. Export it again."
        )
    if content.size_bytes <= _MAX_REPORT_BYTES:
        rows = delimited.all_records(text, found.delimiter)
        tables = _find_tables(rows, catalogue, "delimited", content.path, found.delimiter)
        if len(tables) > 1:
            return [
                Recognised(
                    content, table.match.format, "delimited", table.match, text,
                    table_layout=found, table=table, notes=notes,
                )
                for table in tables
            ]  # fmt: skip
    return [
        Recognised(
            content, found.match.format, "delimited", found.match, text, table_layout=found,
            notes=notes,
        )
    ]  # fmt: skip


def _cut_header(match: Match, head: str, rows: Rows) -> str | None:
    """Return the last header of a text without rows where it is but the start of a known one."""
    last = len(match.headers) - 1
    if len(rows) != match.header_row or head.endswith("\n") or last in match.positions.values():
        return None
    key = parse_header(match.headers[last]).key
    is_start = any(known.startswith(key) for known in match.format.columns_by_key)
    return match.headers[last] if key and is_start else None


def _recognise_sheets(
    content: Content,
    catalogue: Catalogue,
    found: Sequence[sheets.Sheet],
    text: Text | None = None,
) -> list[Recognised]:
    if not found:
        raise UnrecognisedError("holds no rows. Export it again with data, or remove it.")
    placed = [
        (sheet, table)
        for sheet in found
        for table in _find_tables(sheet.rows, catalogue, "sheet", content.path, sheet=sheet.name)
    ]
    if not placed:
        largest = max(found, key=lambda sheet: len(sheet.rows))
        raise UnrecognisedError(explain_miss(catalogue, largest.rows, "sheet", content.path))
    # a refused table speaks for the workbook only where no other can be read
    loaded = [(sheet, table) for sheet, table in placed if table.match.format.is_loaded]
    read = loaded or placed[:1]
    others = [sheet.name for sheet in found if all(sheet is not other for other, _ in read)]
    notes = (f"other sheets were not read: {', '.join(others)}",) if others else ()
    return [
        Recognised(
            content, table.match.format, "sheet", table.match, text,
            sheet=sheet.name, table=table, notes=notes,
        )
        for sheet, table in read
    ]  # fmt: skip


def _find_tables(
    rows: Rows,
    catalogue: Catalogue,
    kind: ReadKind,
    path: str,
    delimiter: str = ",",
    sheet: str | None = None,
) -> list[Table]:
    def find(block: Rows) -> Match | None:
        return find_header(catalogue, block, kind, path, delimiter, sheet)

    return find_tables(rows, catalogue, find)


def _recognise_parquet(content: Content, catalogue: Catalogue) -> Recognised:
    path = escape_glob(content.local)
    with duckdb.connect() as connection:
        try:
            described = connection.execute(
                "describe select * from read_parquet(?)", [path]
            ).fetchall()
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            message = str(error).splitlines()[0].replace(path, "the file")
            raise UnrecognisedError(
                f"is a damaged Parquet file ({message}). Write or copy it again."
            ) from error
    headers = [row[0] for row in described]
    match = find_header(catalogue, [headers], "parquet", content.path)
    if match is None:
        raise UnrecognisedError(explain_miss(catalogue, [headers], "parquet", content.path))
    return Recognised(content, match.format, "parquet", match)


def can_read_in_place(recognised: Recognised) -> bool:
    """Return whether a content is a long text that needs no decoding."""
    content, text = recognised.content, recognised.text
    return (
        recognised.table_layout is not None
        and recognised.table is None
        and text is not None
        and text.local == content.local
        and content.size_bytes >= _IN_PLACE_BYTES
    )


def load_cells(
    connection: duckdb.DuckDBPyConnection, recognised: Recognised, in_place: bool = False
) -> Cells:
    """Create the table ``cells`` with the rows of ``recognised``, in file order.

    It is a view where they are read ``in_place``; whoever reads one that is irregular gets one of
    :data:`delimited.UNREADABLE`. Raises :class:`json_documents.UnreadableJsonError` when a JSON
    document is broken.
    """
    if recognised.json_layout is not None:
        return _load_json(connection, recognised, recognised.json_layout)
    match = recognised.match
    if match is None:
        raise ValueError(f"{recognised.content.path} has neither header nor JSON layout")
    headers = match.headers
    has_faults = True
    if recognised.table is not None:
        rows = _table_rows(recognised, recognised.table)
        sheets.load_rows(connection, CELLS, rows, len(headers))
    elif recognised.table_layout is not None:
        has_faults = _load_delimited(
            connection, recognised, recognised.table_layout, len(headers), in_place
        )
    else:
        _load_parquet(connection, recognised, len(headers))
        has_faults = False
    taken = set(match.positions.values())
    unknown = {
        header or f"column_{position + 1}": position
        for position, header in enumerate(headers)
        if position not in taken
    }
    return Cells(
        headers, match.positions, match.texts, unknown,
        has_faults=has_faults, in_place=in_place and not has_faults,
        separator=recognised.delimiter or "\t",
    )  # fmt: skip


def load_sample(connection: duckdb.DuckDBPyConnection, recognised: Recognised) -> None:
    """Create the table ``sample`` with rows from all over a text whose cells are read in place.

    Raises one of :data:`delimited.UNREADABLE` when they cannot be read by themselves.
    """
    layout, match, local = recognised.table_layout, recognised.match, recognised.content.local
    if layout is None or match is None:
        raise ValueError(f"{recognised.content.path} is not delimited")
    with NamedTemporaryFile(suffix=".csv") as file:
        file.writelines(delimited.sample_lines(local, layout.skip_lines))
        file.flush()
        path, width = Path(file.name), len(match.headers)
        is_simple = recognised.content.text.is_simple
        delimited.read_strict(connection, SAMPLE, path, layout, width, is_simple)


def _load_delimited(
    connection: duckdb.DuckDBPyConnection,
    recognised: Recognised,
    layout: delimited.Layout,
    width: int,
    in_place: bool,
) -> bool:
    """Read the records, strictly if all are regular; return whether faults were looked for."""
    if recognised.text is None:
        raise ValueError(f"{recognised.content.path} is delimited but has no text")
    content, local = recognised.content, recognised.text.local
    is_simple = content.text.is_simple and local == content.local
    may_end_open = content.text.has_open_line or not is_simple
    if width > 1 and not delimited.is_irregular(connection, local, layout, width, may_end_open):
        for in_parts in (True, False) if delimited.has_parts(local) else (True,):
            try:
                delimited.read_strict(
                    connection, CELLS, local, layout, width, is_simple, in_place, in_parts
                )
            except duckdb.OutOfMemoryException:
                raise
            except delimited.UNREADABLE:
                pass  # some record is irregular: the tolerant reader says which
            else:
                return False
    delimited.read_tolerant(connection, CELLS, local, layout, width)
    return True


def _load_parquet(
    connection: duckdb.DuckDBPyConnection, recognised: Recognised, width: int
) -> None:
    path = escape_glob(recognised.content.local)
    described = connection.execute("describe select * from read_parquet(?)", [path]).fetchall()
    cells = []
    for position, (_, data_type, *_rest) in enumerate(described[:width]):
        is_nested = data_type.endswith("[]") or data_type.startswith(("STRUCT", "MAP"))
        cell = f"to_json(p{position})" if is_nested else f"p{position}"
        cells.append(f"om_clean({cell}::varchar) as c{position}")
    names = ", ".join(f"p{position}" for position in range(width))
    connection.execute(
        f"""
        create or replace table {CELLS} as
        select {", ".join(cells)} from read_parquet(?) as parquet_rows({names})
        """,
        [path],
    )


def _table_rows(recognised: Recognised, table: Table) -> Sequence[Sequence[str]]:
    """Return the rows of a table below its header.

    Raises :class:`sheets.UnreadableSheetError` when it no longer stands where it was found.
    """
    text = recognised.text
    if text is not None and recognised.table_layout is not None:
        found = [sheets.Sheet("", delimited.all_records(text, recognised.table_layout.delimiter))]
    elif text is not None:
        found = _html_sheets(text)
    else:
        found = sheets.read_workbook(recognised.content.local)
    for sheet in found:
        if sheet.name == (recognised.sheet or ""):
            rows = table.rows(sheet.rows)
            if rows and tuple(rows[0]) == table.match.texts:
                return rows[1:]
    raise sheets.UnreadableSheetError("changed while it was read. It is tried again next time.")


def _html_sheets(text: Text) -> list[sheets.Sheet]:
    return sheets.read_html(text.local.read_text(encoding="utf-8", errors="replace"), "html")


def _load_json(
    connection: duckdb.DuckDBPyConnection, recognised: Recognised, layout: json_records.JsonLayout
) -> Cells:
    if recognised.text is None:
        raise ValueError(f"{recognised.content.path} is JSON but has no text")
    json_documents.read_documents(connection, "documents", recognised.text.local, layout)
    positions, unknown = json_cells.project_columns(connection, CELLS, "documents", layout.format)
    connection.execute("drop table documents")
    return Cells(
        tuple(positions), positions, unknown_keys=tuple(unknown),
        has_faults=True, has_extra=True,
    )  # fmt: skip
