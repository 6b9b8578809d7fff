"""The ledger of files and refused rows in ``raw_audit``.

A file is known by its path and content hash. Every file ever seen has a row, and in each
``rows_read = rows_loaded + rows_rejected + rows_ignored``.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

import duckdb
import pyarrow as pa

from ingestion.rejections import REJECTED
from ingestion.staging import Control

Status = Literal["loaded", "duplicate", "ignored", "quarantined"]


@dataclass(frozen=True)
class AuditTable:
    """An audit table: its columns are (name, type, description)."""

    name: str
    description: str
    columns: tuple[tuple[str, str, str], ...]
    key: tuple[str, ...] = ()


FILES = AuditTable(
    "files",
    "Every file ever seen, one row per path and content.",
    (
        ("path", "varchar", "Path relative to the landing folder; archive.zip!member.csv inside."),
        ("sha256", "varchar", "Hash of the content; empty where it could not be read."),
        ("size_bytes", "bigint", "Size of the content."),
        ("modified_at", "timestamp", "Modification time of the file or its archive; UTC."),
        ("format", "varchar", "Format it was recognised as."),
        ("source", "varchar", "Source system of the format."),
        ("family", "varchar", "Family of the source."),
        ("account", "varchar", "Account the rows belong to."),
        ("status", "varchar", "loaded, duplicate, ignored or quarantined."),
        ("rows_read", "bigint", "Rows after the header."),
        ("rows_loaded", "bigint", "Rows accepted, those superseded since included."),
        ("rows_rejected", "bigint", "Rows refused; see rejected_rows."),
        ("rows_ignored", "bigint", "Totals, footers, legends and repeated headers."),
        ("rows_superseded", "bigint", "Accepted rows that a newer export of their grain replaced."),
        ("cells_nulled", "bigint", "Unreadable optional cells, kept in _extra."),
        ("encoding", "varchar", "Character encoding."),
        ("delimiter", "varchar", "Character between cells."),
        ("header_row", "bigint", "Row of the header, counted from 1."),
        ("period_start", "date", "First day covered, as the file states it."),
        ("period_end", "date", "Last day covered, as the file states it."),
        ("exported_at", "timestamp", "When the platform wrote the file, as it states it; UTC."),
        ("file_version", "varchar", "Sorts the exports of a grain."),
        ("reason", "varchar", "Why it was not loaded, or what to know about how it was."),
        ("control_totals", "json", "List of column, stated and computed totals."),
        ("loaded_at", "timestamp", "When the row was written; UTC."),
        ("run_id", "varchar", "Load that wrote the row."),
        ("fingerprint", "varchar", "Catalogue and source settings the decision was made with."),
    ),
    key=("path", "sha256"),
)

REJECTED_ROWS = AuditTable(
    "rejected_rows",
    "Every row refused, with its text and the reason.",
    (
        ("path", "varchar", "File of the row."),
        ("sha256", "varchar", "Content hash of the file."),
        ("source_row", "bigint", "Row within the file; 1 is the first row after the header."),
        ("raw_text", "varchar", "The row as it stands in the file."),
        ("column_name", "varchar", "Column that could not be read, where one is to blame."),
        ("found", "varchar", "What stood there."),
        ("reason", "varchar", "Why the row was refused."),
        ("loaded_at", "timestamp", "When the row was written; UTC."),
    ),
)

NEW_COLUMNS = AuditTable(
    "new_columns",
    "Columns that no format names, once each, as their first file brought them.",
    (
        ("format", "varchar", "Format of the file."),
        ("column_name", "varchar", "Column as the file calls it; its cells stand in _extra."),
        ("path", "varchar", "First file with the column."),
        ("first_loaded_at", "timestamp", "When that file was loaded; UTC."),
    ),
)

# a note of the loads to themselves, which nobody else reads
UNSETTLED = AuditTable(
    "unsettled",
    "Raw tables that a load appends to and whose grains it has not settled; empty between loads.",
    (("table_name", "varchar", "Schema and table."),),
)

AUDIT_TABLES = (FILES, REJECTED_ROWS, NEW_COLUMNS)


@dataclass(frozen=True)
class FileRecord:
    """A ledger row; fields that a status does not know stay empty."""

    path: str
    sha256: str
    size_bytes: int
    modified_at: datetime
    status: Status
    fingerprint: str
    run_id: str
    loaded_at: datetime
    reason: str | None = None
    format: str | None = None
    source: str | None = None
    family: str | None = None
    account: str | None = None
    rows_read: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rows_ignored: int = 0
    rows_superseded: int = 0
    cells_nulled: int = 0
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    period_start: date | None = None
    period_end: date | None = None
    exported_at: datetime | None = None
    file_version: str | None = None
    control_totals: str | None = None


@dataclass(frozen=True)
class Ledger:
    """The ledger as read at one moment."""

    records: tuple[FileRecord, ...]

    @cached_property
    def by_path(self) -> dict[str, list[FileRecord]]:
        """Return the records of each path, one per content it had."""
        grouped: dict[str, list[FileRecord]] = {}
        for record in self.records:
            grouped.setdefault(record.path, []).append(record)
        return grouped

    @cached_property
    def loaded_paths(self) -> dict[str, str]:
        """Return the path that each loaded content was loaded from, by content hash."""
        return {
            record.sha256: record.path
            for record in self.records
            if record.status == "loaded" and record.sha256
        }

    @cached_property
    def _retried_archives(self) -> dict[str, set[str]]:
        """Return the fingerprints under which members of an archive were quarantined."""
        found: dict[str, set[str]] = {}
        for record in self.records:
            archive, separator, _ = record.path.partition("!")
            if separator and record.status == "quarantined":
                found.setdefault(archive, set()).add(record.fingerprint)
        return found

    def is_settled(
        self, path: str, size_bytes: int, modified_at: datetime, fingerprint: str
    ) -> bool:
        """Return whether the file needs no second look: it is known, unchanged and decided.

        What was not loaded is decided again when the catalogue or sources.yml changed.
        """
        for record in self.by_path.get(path, ()):
            if (record.size_bytes, record.modified_at) == (size_bytes, modified_at):
                is_final = record.status in {"loaded", "duplicate"}
                return is_final or (
                    record.fingerprint == fingerprint
                    and self._retried_archives.get(path, {fingerprint}) <= {fingerprint}
                )
        return False

    def find(self, path: str, sha256: str) -> FileRecord | None:
        """Return the record of a path with this content."""
        return next((item for item in self.by_path.get(path, ()) if item.sha256 == sha256), None)


def create_audit_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schema ``raw_audit`` and its tables where they are missing."""
    connection.execute("create schema if not exists raw_audit")
    for table in (*AUDIT_TABLES, UNSETTLED):
        columns = ", ".join(f"{name} {sql_type}" for name, sql_type, _ in table.columns)
        connection.execute(f"create table if not exists raw_audit.{table.name} ({columns})")


def read_ledger(connection: duckdb.DuckDBPyConnection) -> Ledger:
    """Return every row of ``raw_audit.files``."""
    names = [item.name for item in fields(FileRecord)]
    selected = ", ".join(
        "control_totals::varchar" if name == "control_totals" else name for name in names
    )
    rows = connection.execute(f"select {selected} from raw_audit.files order by path").fetchall()
    return Ledger(tuple(FileRecord(*row) for row in rows))


def write_records(connection: duckdb.DuckDBPyConnection, records: Iterable[FileRecord]) -> None:
    """Write ledger rows in place of what was known of their files, refused rows included.

    Of one path and content, which an archive may hold twice, the last counts.
    """
    latest = {(record.path, record.sha256): record for record in records}.values()
    for record in latest:
        if record.rows_read != record.rows_loaded + record.rows_rejected + record.rows_ignored:
            raise RuntimeError(f"{record.path}: the rows read are not all accounted for")
    if not latest:
        return
    columns = {
        item.name: [getattr(record, item.name) for record in latest] for item in fields(FileRecord)
    }
    with _registered(connection, columns):
        # a file that could not be read had no hash yet
        connection.execute(
            "delete from raw_audit.files as known using audit_batch as fresh "
            "where known.path = fresh.path and known.sha256 in (fresh.sha256, '')"
        )
        connection.execute(
            "delete from raw_audit.rejected_rows as known using audit_batch as fresh "
            "where known.path = fresh.path and known.sha256 = fresh.sha256"
        )
        connection.execute("insert into raw_audit.files by name from audit_batch")


def write_rejected(
    connection: duckdb.DuckDBPyConnection, staged: Iterable[tuple[FileRecord, str | None]]
) -> None:
    """Enter the refused rows of files just written, each with the schema that keeps its own."""
    latest = {(record.path, record.sha256): (record, schema) for record, schema in staged}
    refused = [(record, schema) for record, schema in latest.values() if schema]
    if not refused:
        return
    columns = {
        "path": [record.path for record, _ in refused],
        "sha256": [record.sha256 for record, _ in refused],
        "loaded_at": [record.loaded_at for record, _ in refused],
        "schema_name": [schema for _, schema in refused],
    }
    with _registered(connection, columns):
        connection.execute(
            "insert into raw_audit.rejected_rows by name select * exclude (schema_name) "
            f"from {REJECTED} inner join audit_batch using (schema_name)"
        )


def write_new_columns(
    connection: duckdb.DuckDBPyConnection, found: Iterable[tuple[FileRecord, Iterable[str]]]
) -> None:
    """Enter the columns of files that their format does not name and no file of it had before."""
    first: dict[tuple[str | None, str], FileRecord] = {}
    for record, names in found:
        for name in names:
            first.setdefault((record.format, name), record)
    for (format_id, name), record in first.items():
        connection.execute(
            """
            insert into raw_audit.new_columns
            select $format, $name, $path, $loaded_at
            where not exists (
                from raw_audit.new_columns where format = $format and column_name = $name
            )
            """,
            {"format": format_id, "name": name, "path": record.path, "loaded_at": record.loaded_at},
        )


def touch_record(connection: duckdb.DuckDBPyConnection, record: FileRecord) -> None:
    """Enter the present size and time of a file whose content is known already."""
    connection.execute(
        "update raw_audit.files set size_bytes = ?, modified_at = ? where path = ? and sha256 = ?",
        [record.size_bytes, record.modified_at, record.path, record.sha256],
    )


@contextmanager
def _registered(
    connection: duckdb.DuckDBPyConnection, columns: dict[str, list[Any]]
) -> Iterator[None]:
    """Let SQL read ``columns`` as the table ``audit_batch``."""
    connection.register("audit_batch", pa.table(columns))
    try:
        yield
    finally:
        connection.unregister("audit_batch")


def control_totals_json(controls: Iterable[Control]) -> str | None:
    """Return control totals as the JSON list that the ledger keeps."""
    listed = [
        {"column": item.column, "stated": item.stated, "computed": item.computed}
        for item in controls
    ]
    return json.dumps(listed) if listed else None
