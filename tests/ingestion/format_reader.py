"""Read single files the way a load does, without a warehouse."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl

from ingestion.catalogue import Catalogue, Format, load_catalogue
from ingestion.containers import Content, open_file
from ingestion.landing import scan_landing
from ingestion.reading import Recognised, recognise
from ingestion.rejections import REJECTED, RejectedRow
from ingestion.scratch import drop_schema, open_scratch
from ingestion.settings import Settings
from ingestion.source_settings import SourcesFile, account_context
from ingestion.staging import Staged, stage

Write = Callable[..., Path]
SHARED_EXPORTS = Path(__file__).parents[3] / "shared" / "exports"


@dataclass(frozen=True)
class Reading:
    """A file read: its format, what became of its rows, and those that would be loaded."""

    format: Format
    staged: Staged
    rows: list[dict[str, Any]]
    rejected: list[RejectedRow]

    def total(self, column: str) -> Decimal:
        """Return the sum of a column over the loaded rows."""
        return sum((row[column] for row in self.rows if row[column] is not None), Decimal(0))

    def values(self, column: str) -> list[Any]:
        """Return a column of the loaded rows, in file order."""
        return [row[column] for row in self.rows]


class FormatReader:
    """Reads files below a folder with the whole catalogue."""

    def __init__(self, scratch: Path, sources: SourcesFile | None = None) -> None:
        self.catalogue = load_catalogue()
        self._settings = Settings(data_dir=scratch / "data")
        self._scratch = scratch
        self._sources = sources or SourcesFile()
        self._connection = open_scratch(scratch)
        self._numbers = count()

    def contents(self, path: Path) -> Iterator[Content]:
        """Yield what a file holds: itself, or the members of an archive."""
        file = next(item for item in scan_landing(path.parent) if item.absolute == path)
        for found in open_file(file, self._scratch, self._settings):
            if isinstance(found, Content):
                yield found

    def recognise(self, content: Content, catalogue: Catalogue | None = None) -> Recognised:
        """Return what a content of one table is, among all formats or those of ``catalogue``."""
        (table,) = recognise(content, catalogue or self.catalogue, self._scratch)
        return table

    def recognise_file(self, path: Path) -> Format:
        """Return the format of a file with one content."""
        (content,) = self.contents(path)
        return self.recognise(content).format

    def read(self, path: Path) -> Reading:
        """Return the rows of a file with one content."""
        (content,) = self.contents(path)
        return self.read_content(content)

    def read_content(self, content: Content) -> Reading:
        """Return the rows of a content of one table."""
        return self._read_table(self.recognise(content))

    def read_tables(self, path: Path) -> list[Reading]:
        """Return the rows of each table of a file with one content."""
        (content,) = self.contents(path)
        tables = recognise(content, self.catalogue, self._scratch)
        return [self._read_table(table) for table in tables]

    def _read_table(self, recognised: Recognised) -> Reading:
        content = recognised.content
        export_format = recognised.format
        account = account_context(self._sources, self._settings, export_format, content.path)
        staged = stage(self._connection, recognised, account, f"staged_{next(self._numbers)}")
        result = self._connection.execute(f"{staged.query} order by _source_row")
        names = [column[0] for column in result.description]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        rejected = []
        if staged.rows_rejected:
            found = self._connection.execute(
                f"select * exclude (schema_name) from {REJECTED} "
                "where schema_name = ? order by source_row",
                [staged.schema],
            )
            rejected = [RejectedRow(*row) for row in found.fetchall()]
        drop_schema(self._connection, staged.schema)
        return Reading(export_format, staged, rows, rejected)


def counts(reading: Reading) -> tuple[int, int, int]:
    """Return how many rows were loaded, rejected and ignored."""
    staged = reading.staged
    return staged.rows_loaded, staged.rows_rejected, staged.rows_ignored


def write_lines(
    folder: Path, *lines: str, name: str = "export.csv", encoding: str = "utf-8"
) -> Path:
    """Write a text file and return its path."""
    path = folder / name
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def write_sheet(path: Path, rows: list[list[Any]], title: str = "Sheet1") -> Path:
    """Write a workbook of one sheet and return its path."""
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path
