"""Load exports into the raw tables, each grain once and in its newest version.

A load is three steps: stage the new files of a source system in a scratch database; let dlt append
their rows; settle the grains and write the ledger in one transaction, for many files at once. A
process killed anywhere leaves files that are not in the ledger, which the next run loads again to
the same result.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from threading import Thread

import duckdb

from ingestion.audit import (
    FileRecord,
    Ledger,
    control_totals_json,
    read_ledger,
    touch_record,
    write_new_columns,
    write_records,
    write_rejected,
)
from ingestion.catalogue import FAMILIES
from ingestion.merging import (
    append_staged,
    number_rows,
    remove_leftovers,
    remove_rows,
    settle_table,
)
from ingestion.portions import Portion, Stager, drop_staged, without_changed
from ingestion.quarantine import write_reasons
from ingestion.raw_tables import ensure_raw_tables, ensure_tables, reset_raw
from ingestion.reading import Recognised
from ingestion.scratch import lift_memory_limit, scratch_beside
from ingestion.settings import Settings
from ingestion.staging import Staged
from ingestion.survey import (
    Survey,
    Workspace,
    close_workspace,
    describe,
    open_workspace,
    pending_files,
    take_survey,
)
from ingestion.warehouse import connect, writer_lock

__all__ = [
    "FAMILIES",
    "AuditSummary",
    "TableLoad",
    "close_audit",
    "ensure_raw_tables",
    "load_family",
    "reset_raw",
]

# files that are entered into the ledger together, by size and number: a killed load does so much
# again, and the keys of what is entered are held against all others of its table
_ENTER_BYTES = 2**30
_ENTER_FILES = 1_000
_OUT_OF_MEMORY = "Out of Memory Error"  # dlt wraps the exception, not its text

logger = logging.getLogger(__name__)

OnFile = Callable[[FileRecord], None]


@dataclass
class TableLoad:
    """What one load brought into a raw table."""

    source: str
    table: str
    files: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rows_ignored: int = 0


@dataclass(frozen=True)
class AuditSummary:
    """The ledger over the files that stand in the landing folder now.

    ``counts`` and ``rows`` are of those files, ``written`` counts what this process decided anew.
    """

    counts: dict[str, int]
    written: dict[str, int]
    rows_loaded: int
    rows_rejected: int
    rows_ignored: int
    quarantined: tuple[FileRecord, ...] = field(default=())


def load_family(settings: Settings, family: str, on_file: OnFile | None = None) -> list[TableLoad]:
    """Load the new files of a family; return what came into each of its tables.

    ``on_file`` is told of every file as it is decided. Raises ``SourcesFileError`` when sources.yml
    cannot be understood, and what dlt raises when the warehouse cannot be written.
    """
    if family not in FAMILIES:
        raise ValueError(f"{family!r} is not a family; families are {', '.join(FAMILIES)}")
    # one connection stays open, so that those of dlt find the file open already
    with writer_lock(settings), closing(connect(settings)) as warehouse:
        workspace = _prepare(settings, warehouse)
        files = pending_files(workspace, family, lambda: read_ledger(warehouse))
        loads = {
            item.id: TableLoad(item.source, item.table)
            for item in workspace.catalogue.loaded_formats()
            if item.family == family
        }
        for record in _load_files(workspace, warehouse, files):
            _count(loads, record)
            workspace.count(record.status)
            if on_file is not None:
                on_file(record)
        return list(loads.values())


def _load_files(
    workspace: Workspace, warehouse: duckdb.DuckDBPyConnection, files: list[Recognised]
) -> Iterator[FileRecord]:
    """Stage, append and enter ``files``; yield their ledger rows."""
    remove_leftovers(warehouse)
    if not files:
        return
    Thread(target=_import_ahead).start()
    with scratch_beside(warehouse, workspace.scratch, workspace.settings.load_memory) as scratch:
        stager = Stager(workspace, scratch)
        for appended in _append_many(workspace, warehouse, stager, files):
            yield from _enter(workspace, warehouse, appended)


def _append_many(
    workspace: Workspace,
    warehouse: duckdb.DuckDBPyConnection,
    stager: Stager,
    files: list[Recognised],
) -> Iterator[list[Portion]]:
    """Yield the portions appended, many at a time; before an error, those that had none."""
    appended: list[Portion] = []
    try:
        for portion in stager.ahead(files):
            for part in _append(workspace, warehouse, stager, portion):
                appended.append(part)
                drop_staged(warehouse, part)
                if _are_many(appended):
                    yield appended
                    appended = []
    except Exception:
        yield appended
        raise
    yield appended


def _are_many(portions: list[Portion]) -> bool:
    staged = [item for portion in portions for item in portion.staged]
    size = sum(item.recognised.content.size_bytes for item in staged)
    files = len(staged) + sum(len(portion.failed) for portion in portions)
    return size >= _ENTER_BYTES or files >= _ENTER_FILES


def _import_ahead() -> None:
    """Import what takes seconds while the first files are staged: dlt, and pandas for DuckDB."""
    with suppress(ImportError):
        import_module("pandas")
    import_module("ingestion.sources")


def _append(
    workspace: Workspace,
    warehouse: duckdb.DuckDBPyConnection,
    stager: Stager,
    portion: Portion,
    is_limited: bool = True,
) -> Iterator[Portion]:
    """Append the rows of a portion; without the limit of memory where they do not fit into it.

    Yields the portion without texts that changed before their rows were appended; in several parts
    where some row was not what a sample of its text promised.
    """
    try:
        _append_all(workspace, warehouse, portion)
    except Exception as error:
        steady = without_changed(workspace, portion)
        if is_limited and _OUT_OF_MEMORY in str(error):
            lift_memory_limit(warehouse)
            yield from _append(workspace, warehouse, stager, steady, is_limited=False)
        elif steady.promised:
            paths = ", ".join(item.recognised.content.path for item in steady.promised)
            logger.info("some row is not like a sample of the others: reading again %s", paths)
            yield from _append(workspace, warehouse, stager, steady.kept)
            for part in stager.again(steady.promised):
                yield from _append(workspace, warehouse, stager, part)
        elif steady != portion:
            yield from _append(workspace, warehouse, stager, steady)
        else:
            raise
        return
    steady = without_changed(workspace, portion)
    remove_rows(warehouse, [item for item in portion.staged if item not in steady.staged])
    yield steady


def _append_all(
    workspace: Workspace, warehouse: duckdb.DuckDBPyConnection, portion: Portion
) -> None:
    """Append the rows of a portion, or none of them."""
    try:
        append_staged(workspace, warehouse, portion.source, portion.staged)
    except Exception:
        remove_rows(warehouse, portion.staged)
        raise


def _prepare(settings: Settings, warehouse: duckdb.DuckDBPyConnection) -> Workspace:
    """Return the workspace of this process, its raw tables made sure of once."""
    workspace = open_workspace(settings)
    if not workspace.has_tables:
        ensure_tables(warehouse)
        workspace.has_tables = True
    return workspace


def _count(loads: dict[str, TableLoad], record: FileRecord) -> None:
    load = loads.get(record.format or "")
    if load is not None and record.status == "loaded":
        load.files += 1
        load.rows_loaded += record.rows_loaded
        load.rows_rejected += record.rows_rejected
        load.rows_ignored += record.rows_ignored


def _loaded_record(workspace: Workspace, staged: Staged) -> FileRecord:
    facts, recognised = staged.facts, staged.recognised
    record = describe(workspace.record(recognised.content, "loaded", _note(staged)), recognised)
    return replace(
        record,
        account=facts.account.account,
        rows_read=staged.rows_read,
        rows_loaded=staged.rows_loaded,
        rows_rejected=staged.rows_rejected,
        rows_ignored=staged.rows_ignored,
        cells_nulled=staged.cells_nulled,
        period_start=facts.period_start,
        period_end=facts.period_end,
        exported_at=facts.exported_at,
        file_version=facts.file_version,
        control_totals=control_totals_json(staged.controls),
    )


def _note(staged: Staged) -> str | None:
    """Say what is worth knowing about a file that was loaded."""
    notes = list(staged.recognised.notes)
    if not staged.rows_loaded:
        notes.append("no row was loaded")
    if unknown := staged.unknown_columns:
        notes.append(f"unknown columns kept in _extra: {', '.join(unknown[:20])}")
    return "; ".join(notes) or None


def _enter(
    workspace: Workspace, warehouse: duckdb.DuckDBPyConnection, portions: list[Portion]
) -> list[FileRecord]:
    """Write and return the ledger rows of portions and settle their tables, in one transaction."""
    staged = [item for portion in portions for item in portion.staged]
    failed = [record for portion in portions for record in portion.failed]
    by_format: dict[str, list[Staged]] = defaultdict(list)
    for item in staged:
        by_format[item.recognised.format.id].append(item)
    warehouse.execute("begin")
    staged = [number_rows(warehouse, item) if item.is_promised else item for item in staged]
    records = [_loaded_record(workspace, item) for item in staged]
    write_records(warehouse, [*records, *failed])
    refused = [item.schema if item.rows_rejected else None for item in staged]
    write_rejected(warehouse, zip(records, refused, strict=True))
    unknown = [item.unknown_columns for item in staged]
    write_new_columns(warehouse, zip(records, unknown, strict=True))
    for items in by_format.values():
        versions = [item.facts.file_version for item in items]
        settle_table(warehouse, items[0].recognised.format, versions)
    warehouse.execute("commit")
    return [*records, *failed]


def close_audit(settings: Settings) -> AuditSummary:
    """Enter the files that brought no rows, renew the quarantine folder, and sum up.

    To be called once after the loads of all families.
    """
    with writer_lock(settings), closing(connect(settings)) as warehouse:
        workspace = _prepare(settings, warehouse)
        ledger = read_ledger(warehouse)
        survey = workspace.survey or take_survey(workspace, ledger)
        warehouse.execute("begin")
        for item in survey.touched:
            touch_record(warehouse, workspace.record(item.content, "loaded", None))
        closing_records = list(_closing_records(workspace, survey, ledger))
        write_records(warehouse, closing_records)
        for record in closing_records:
            workspace.count(record.status)
        warehouse.execute("commit")
        if survey.touched or closing_records:
            ledger = read_ledger(warehouse)
        summary = _summarise(ledger, survey, workspace)
        write_reasons(settings.quarantine_dir, summary.quarantined)
        close_workspace(settings)
        return summary


def _closing_records(workspace: Workspace, survey: Survey, ledger: Ledger) -> Iterator[FileRecord]:
    yield from survey.decided
    for item, first_path in survey.copies:
        first = ledger.find(first_path, item.content.sha256)
        if first is None:
            continue  # its twin could not be read yet: both are seen again
        reason = f"has the same content as {first_path}"
        if first.status == "loaded":
            record = workspace.record(item.content, "duplicate", reason)
        else:
            record = workspace.record(item.content, first.status, f"{reason}, which {first.reason}")
        yield describe(record, item)


def _summarise(ledger: Ledger, survey: Survey, workspace: Workspace) -> AuditSummary:
    """Sum up the records of the files that stand in the landing folder now."""
    present = {(file.path, file.modified_at) for file in survey.files}
    records = [
        record
        for record in ledger.records
        if (record.path.partition("!")[0], record.modified_at) in present
    ]
    counts: dict[str, int] = {}
    for record in records:
        counts[record.status] = counts.get(record.status, 0) + 1
    return AuditSummary(
        counts=counts,
        written=dict(workspace.written),
        rows_loaded=sum(record.rows_loaded for record in records),
        rows_rejected=sum(record.rows_rejected for record in records),
        rows_ignored=sum(record.rows_ignored for record in records),
        quarantined=tuple(record for record in records if record.status == "quarantined"),
    )
