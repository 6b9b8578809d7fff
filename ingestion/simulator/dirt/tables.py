"""Exports as they stand on disk: records of text, their cells, and files written anew.

Records stay text until a cell of theirs is wanted, so that what no defect befalls keeps its bytes.
"""

import csv
import gzip
import io
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from python_calamine import CalamineWorkbook

from ingestion.simulator.dirt.targets import Sums, Target, Value
from ingestion.simulator.writing import WrittenFile

DELIMITERS = ("\t", ",", ";")
_GZIP_LEVEL = 4
_HEADER_LINES = 20


@dataclass(frozen=True)
class Layout:
    """How an export is written: what stands above its header, the header, delimiter, encoding."""

    encoding: str
    has_mark: bool
    newline: str
    above: str
    header_text: str
    header: tuple[str, ...]
    delimiter: str

    @property
    def is_quoted(self) -> bool:
        """Return whether every cell is in quotes."""
        return self.header_text.startswith('"') and self.header_text.rstrip().endswith('"')


@dataclass(frozen=True)
class Export:
    """A clean export of a target, below ``out``."""

    out: Path
    file: WrittenFile
    target: Target

    @property
    def path(self) -> str:
        """Return its path below the folder of all exports."""
        return self.file.path

    @property
    def local(self) -> Path:
        """Return where it stands."""
        return self.out / self.file.path

    def layout(self) -> Layout:
        """Return how it is written."""
        with open_export(self) as (layout, _):
            return layout

    def rows(self) -> Iterator[list[str]]:
        """Yield the cells of each row after the header, totals included."""
        if self.local.suffix == ".xlsx":
            yield from _sheet(self.local)[1:]
            return
        with open_export(self) as (layout, records):
            yield from csv.reader(records, delimiter=layout.delimiter)

    def header(self) -> Sequence[str]:
        """Return the cells of the header."""
        if self.local.suffix == ".xlsx":
            return _sheet(self.local)[0]
        return self.layout().header

    def records(self) -> Iterator[tuple[list[str], dict[str, Value | None] | None]]:
        """Yield the cells and the values of each row; no values for a row that is no data."""
        places = {header: place for place, header in enumerate(self.header())}
        for cells in self.rows():
            yield cells, values_of(self.target, cells, places)

    def sums(self) -> Sums:
        """Return what the rows add up to."""
        found = Sums(self.target)
        if self.target.is_json:
            key, seen = self.target.of_roles(("key",))[0].name, set()
            with open_export(self) as (_, lines):
                for line in lines:
                    values = values_of_object(self.target, json.loads(line))
                    if values[key] not in seen:
                        found.add(values)
                    if self.target.repeats:
                        seen.add(values[key])
            return found
        for _, values in self.records():
            if values is not None:
                found.add(values)
        return found


def values_of(
    target: Target, cells: Sequence[str], places: dict[str, int]
) -> dict[str, Value | None] | None:
    """Return the values of a row by raw column, None when it is a total."""
    if target.is_total(cells[0]):
        return None
    return {
        column.name: target.read(cells[places[column.header]], column) for column in target.listed
    }


def values_of_object(target: Target, document: dict[str, Any]) -> dict[str, Value | None]:
    """Return the values of a JSON object by raw column; headers are paths with dots."""
    values = {}
    for column in target.listed:
        found: Any = document
        for step in column.header.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        values[column.name] = None if found is None else target.read(str(found), column)
    return values


def _sheet(path: Path) -> list[list[str]]:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [[str(cell) for cell in row] for row in rows]


@contextmanager
def open_export(export: Export) -> Iterator[tuple[Layout, Iterator[str]]]:
    """Open a text for reading: its layout, and the records after its header, ends included."""
    with export.local.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream: Any = gzip.GzipFile(fileobj=raw) if packed else raw
        start = stream.read(3)
        stream.seek(0)
        is_wide = start.startswith(b"\xff\xfe")
        encoding = "utf-16-le" if is_wide else "utf-8"
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        has_mark = is_wide or start == b"\xef\xbb\xbf"
        if has_mark:
            text.read(1)
        if export.target.is_json:
            yield Layout(encoding, has_mark, "\n", "", "", (), ""), iter(text)
            return
        records = _records(text)
        yield _find_layout(export, records, encoding, has_mark), records


def _find_layout(export: Export, records: Iterator[str], encoding: str, has_mark: bool) -> Layout:
    wanted = set(export.target.columns)
    above = ""
    for _, record in zip(range(_HEADER_LINES), records, strict=False):
        for delimiter in DELIMITERS:
            header = split_cells(record.rstrip("\r\n"), delimiter)
            if wanted <= {unquoted(cell) for cell in header}:
                newline = "\r\n" if record.endswith("\r\n") else "\n"
                names = tuple(unquoted(cell) for cell in header)
                return Layout(encoding, has_mark, newline, above, record, names, delimiter)
        above += record
    raise ValueError(f"{export.path} has no header with {sorted(wanted)}")


def _records(lines: io.TextIOWrapper) -> Iterator[str]:
    """Yield records: lines, or several of them where a quoted cell goes on."""
    held, quotes = "", 0
    for line in lines:
        quotes += line.count('"')
        held = held + line if held else line
        if quotes % 2 == 0:
            yield held
            held, quotes = "", 0
    if held:
        yield held


def split_cells(record: str, delimiter: str) -> list[str]:
    """Return the cells of a record as they stand in it, quotes and all."""
    parts = record.split(delimiter)
    if '"' not in record:
        return parts
    cells: list[str] = []
    is_open = False
    for part in parts:
        if is_open:
            cells[-1] += delimiter + part
        else:
            cells.append(part)
        if part.count('"') % 2:
            is_open = not is_open
    return cells


def unquoted(cell: str) -> str:
    """Return the text of a cell."""
    if len(cell) > 1 and cell.startswith('"') and cell.endswith('"'):
        return cell[1:-1].replace('""', '"')
    return cell


def quoted(text: str, delimiter: str, always: bool = False) -> str:
    """Return a text as a cell, in quotes where it must be."""
    if always or any(mark in text for mark in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def dated(path: Path, moment: datetime) -> None:
    """Give a file the time of its export, naive UTC."""
    seconds = moment.replace(tzinfo=UTC).timestamp()
    os.utime(path, (seconds, seconds))


@contextmanager
def replacing(path: Path, moment: datetime) -> Iterator[BinaryIO]:
    """Open a file to be written in the place of ``path``, dated ``moment``."""
    part = path.with_name(".soiled.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    dated(path, moment)


def zipped(stream: BinaryIO) -> gzip.GzipFile:
    """Return a gzip stream without name and time, the same for the same bytes."""
    return gzip.GzipFile("", "wb", _GZIP_LEVEL, stream, mtime=0)


@contextmanager
def writing_like(export: Export, layout: Layout) -> Iterator[Callable[[str], Any]]:
    """Open an export to be written anew as it was; gives what writes text.

    A lone surrogate stands for a byte that is no UTF-8.
    """
    is_packed = export.path.endswith(".gz")
    with replacing(export.local, export.file.exported_at) as raw:
        stream: Any = zipped(raw) if is_packed else raw
        text = io.TextIOWrapper(
            stream, encoding=layout.encoding, errors="surrogateescape", newline=""
        )
        if layout.has_mark:
            text.write("\ufeff")
        yield text.write
        text.flush()
        text.detach()
        if is_packed:
            stream.close()
