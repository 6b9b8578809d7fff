"""From a content to a table of text cells: recognise it, then read every row of it.

Recognition looks at the head only. :func:`load_cells` then makes one DuckDB table per content with
the text of every cell; typing is the same for all kinds from there on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from ingestion import delimited, json_records, sheets
from ingestion.catalogue import Catalogue, Format
from ingestion.containers import Content
from ingestion.encodings import Text, read_text
from ingestion.recognition import (
    Match,
    ReadKind,
    UnrecognisedError,
    explain_miss,
    find_header,
)

CELLS = "cells"


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
    def preamble(self) -> tuple[str, ...]:
        """Return the texts above the header."""
        return self.match.preamble if self.match else ()


@dataclass(frozen=True)
class Cells:
    """The rows of a content as text: which cell is which column, and what else the table has."""

    headers: tuple[str, ...]
    positions: dict[str, int]
    header_texts: tuple[str, ...] = ()
    unknown: dict[str, int] = field(default_factory=dict)
    unknown_keys: tuple[str, ...] = ()
    has_faults: bool = False
    has_extra: bool = False
    separator: str = ","

    @property
    def width(self) -> int:
        """Return the number of cell columns of the table."""
        return len(self.headers)


def recognise(content: Content, catalogue: Catalogue, scratch: Path) -> Recognised:
    """Return what ``content`` is.

    Raises :class:`UnrecognisedError`, or :class:`sheets.UnreadableSheetError` for a workbook that
    cannot be opened.
    """
    recognised = _recognise(content, catalogue, scratch)
    # thousands of files are recognised before the first is read: their heads are not kept
    return replace(
        recognised,
        content=replace(content, text=replace(content.text, head=b"")),
        text=replace(recognised.text, head="") if recognised.text else None,
    )


def _recognise(content: Content, catalogue: Catalogue, scratch: Path) -> Recognised:
    if content.kind == "parquet":
        return _recognise_parquet(content, catalogue)
    if content.kind == "workbook":
        return _recognise_sheets(content, catalogue, sheets.read_workbook(content.local))
    text = read_text(content, scratch)
    if content.kind == "html":
        pages = sheets.read_html(text.local.read_text(encoding="utf-8", errors="replace"), "html")
        return _recognise_sheets(content, catalogue, pages, text)
    return _recognise_text(content, catalogue, text, scratch)


def _recognise_text(
    content: Content, catalogue: Catalogue, text: Text, scratch: Path
) -> Recognised:
    notes = (text.note,) if text.note else ()
    if json_records.looks_like_json(text.head):
        layout = json_records.find_layout(catalogue, text.head, text.local, content.path)
        if layout is not None:
            return Recognised(
                content, layout.format, "json", text=text, json_layout=layout, notes=notes
            )
    found, rows = delimited.find_layout(catalogue, text.head, content.path)
    if found is None and delimited.is_wrapped(rows):
        text = delimited.unwrap(text, scratch / f"{content.sha256}.unwrapped")
        notes = (*notes, "every row stood in one quoted cell")
        found, _ = delimited.find_layout(catalogue, text.head, content.path)
    if found is None:
        raise UnrecognisedError(explain_miss(catalogue, rows, "delimited", content.path))
    if content.text.has_long_line:
        raise UnrecognisedError(
            "has a line of more than 16 MB, which no row of an export has. Export it again."
        )
    return Recognised(
        content, found.match.format, "delimited", found.match, text, table_layout=found, notes=notes
    )


def _recognise_sheets(
    content: Content,
    catalogue: Catalogue,
    found: Sequence[sheets.Sheet],
    text: Text | None = None,
) -> Recognised:
    if not found:
        raise UnrecognisedError("holds no rows. Export it again with data, or remove it.")
    chosen = sheets.choose_sheet(catalogue, found, content.path)
    if chosen is None:
        largest = max(found, key=lambda sheet: len(sheet.rows))
        raise UnrecognisedError(explain_miss(catalogue, largest.rows, "sheet", content.path))
    sheet, match = chosen
    others = [other.name for other in found if other is not sheet]
    notes = (f"other sheets were not read: {', '.join(others)}",) if others else ()
    return Recognised(content, match.format, "sheet", match, text, sheet=sheet.name, notes=notes)


def _recognise_parquet(content: Content, catalogue: Catalogue) -> Recognised:
    path = delimited.escape_glob(content.local)
    with duckdb.connect() as connection:
        try:
            described = connection.execute(
                "describe select * from read_parquet(?)", [path]
            ).fetchall()
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


def load_cells(connection: duckdb.DuckDBPyConnection, recognised: Recognised) -> Cells:
    """Create the temporary table ``cells`` with the rows of ``recognised``, in file order.

    Raises :class:`json_records.UnreadableJsonError` when a JSON document is broken.
    """
    if recognised.json_layout is not None:
        return _load_json(connection, recognised, recognised.json_layout)
    match = recognised.match
    if match is None:
        raise ValueError(f"{recognised.content.path} has neither header nor JSON layout")
    headers = match.headers
    has_faults = True
    if recognised.table_layout is not None:
        has_faults = _load_delimited(connection, recognised, recognised.table_layout, len(headers))
    elif recognised.kind == "parquet":
        _load_parquet(connection, recognised, len(headers))
        has_faults = False
    else:
        rows = _sheet_rows(recognised)
        sheets.load_rows(connection, CELLS, rows[match.header_row :], len(headers))
    taken = set(match.positions.values())
    unknown = {
        header or f"column_{position + 1}": position
        for position, header in enumerate(headers)
        if position not in taken
    }
    return Cells(
        headers, match.positions, match.texts, unknown,
        has_faults=has_faults, separator=recognised.delimiter or "\t",
    )  # fmt: skip


def _load_delimited(
    connection: duckdb.DuckDBPyConnection,
    recognised: Recognised,
    layout: delimited.Layout,
    width: int,
) -> bool:
    """Read the records, strictly if all are regular; return whether faults were looked for."""
    if recognised.text is None:
        raise ValueError(f"{recognised.content.path} is delimited but has no text")
    local = recognised.text.local
    if width > 1 and not delimited.is_irregular(connection, local, layout, width):
        try:
            delimited.read_strict(connection, CELLS, local, layout, width)
        except duckdb.Error:
            pass  # some record is irregular: the tolerant reader says which
        else:
            return False
    delimited.read_tolerant(connection, CELLS, local, layout, width)
    return True


def _load_parquet(
    connection: duckdb.DuckDBPyConnection, recognised: Recognised, width: int
) -> None:
    path = delimited.escape_glob(recognised.content.local)
    described = connection.execute("describe select * from read_parquet(?)", [path]).fetchall()
    cells = []
    for position, (_, data_type, *_rest) in enumerate(described[:width]):
        is_nested = data_type.endswith("[]") or data_type.startswith(("STRUCT", "MAP"))
        cell = f"to_json(p{position})" if is_nested else f"p{position}"
        cells.append(f"om_clean({cell}::varchar) as c{position}")
    names = ", ".join(f"p{position}" for position in range(width))
    connection.execute(
        f"""
        create or replace temp table {CELLS} as
        select {", ".join(cells)} from read_parquet(?) as parquet_rows({names})
        """,
        [path],
    )


def _sheet_rows(recognised: Recognised) -> list[list[str]]:
    content = recognised.content
    if content.kind == "workbook":
        found = sheets.read_workbook(content.local)
    else:
        local = recognised.text.local if recognised.text else content.local
        found = sheets.read_html(local.read_text(encoding="utf-8", errors="replace"), "html")
    match = recognised.match
    for sheet in found:
        if sheet.name == recognised.sheet and match is not None:
            row = sheet.rows[match.header_row - 1] if len(sheet.rows) >= match.header_row else []
            if len(row) == len(match.headers):
                return sheet.rows
    raise sheets.UnreadableSheetError("changed while it was read. It is tried again next time.")


def _load_json(
    connection: duckdb.DuckDBPyConnection, recognised: Recognised, layout: json_records.JsonLayout
) -> Cells:
    if recognised.text is None:
        raise ValueError(f"{recognised.content.path} is JSON but has no text")
    json_records.read_documents(connection, "documents", recognised.text.local, layout)
    positions, unknown = json_records.project_columns(connection, CELLS, "documents", layout.format)
    connection.execute("drop table documents")
    return Cells(
        tuple(positions), positions, unknown_keys=tuple(unknown),
        has_faults=True, has_extra=True,
    )  # fmt: skip
