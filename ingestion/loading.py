"""Load exports into the raw tables, each grain once and in its newest version.

A load is three steps: stage the new files of a source system in a scratch database; let dlt append
their rows; settle the grains and write the ledger in one transaction, for many files at once. A
process killed anywhere leaves files that are not in the ledger, which the next run loads again to
the same result.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import count, groupby
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
from ingestion.quarantine import write_reasons
from ingestion.raw_tables import ensure_raw_tables, ensure_tables, reset_raw
from ingestion.reading import Recognised
from ingestion.scratch import SCRATCH, drop_schema, lift_memory_limit, scratch_beside
from ingestion.settings import Settings
from ingestion.source_settings import account_context
from ingestion.staging import FILE_ERRORS, Staged, pool, stage
from ingestion.survey import (
    Survey,
    Workspace,
    close_workspace,
    describe,
    open_workspace,
    pending_files,
    say_unforeseen,
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

# files of one source that are staged together, by size of their contents and number
_STAGE_BYTES = 192 * 2**20
# nothing is loaded while the first of them are staged
_FIRST_STAGE_BYTES = 64 * 2**20
_STAGE_FILES = 1_000
# files that are entered into the ledger together, likewise: a killed load does so much again, and
# the keys of what is entered are held against all others of its table
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
class _Portion:
    """Files of one source: those staged, and the ledger rows of those that could not be.

    Small ones share a table per format, the pool ``<pool>_<table>``.
    """

    source: str
    pool: str
    staged: list[Staged] = field(default_factory=list)
    failed: list[FileRecord] = field(default_factory=list)


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
        portions = _stage_ahead(workspace, scratch, _portions(files))
        for appended in _append_many(workspace, warehouse, portions):
            yield from _enter(workspace, warehouse, appended)


def _append_many(
    workspace: Workspace, warehouse: duckdb.DuckDBPyConnection, portions: Iterable[_Portion]
) -> Iterator[list[_Portion]]:
    """Yield the portions appended, many at a time; before an error, those that had none."""
    appended: list[_Portion] = []
    try:
        for portion in portions:
            appended.append(_append(workspace, warehouse, portion))
            _drop_staged(warehouse, portion)
            if _are_many(appended):
                yield appended
                appended = []
    except Exception:
        yield appended
        raise
    yield appended


def _are_many(portions: list[_Portion]) -> bool:
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
    workspace: Workspace, warehouse: duckdb.DuckDBPyConnection, portion: _Portion
) -> _Portion:
    """Append the rows of a portion; without the limit of memory where they do not fit into it.

    Returns the portion without texts that changed before their rows, read in place, were appended.
    """
    try:
        _append_all(workspace, warehouse, portion)
    except Exception as error:
        steady = _without_changed(workspace, portion)
        if _OUT_OF_MEMORY in str(error):
            lift_memory_limit(warehouse)
        elif steady == portion:
            raise
        portion = steady
        _append_all(workspace, warehouse, portion)
    steady = _without_changed(workspace, portion)
    remove_rows(warehouse, [item for item in portion.staged if item not in steady.staged])
    return steady


def _append_all(
    workspace: Workspace, warehouse: duckdb.DuckDBPyConnection, portion: _Portion
) -> None:
    """Append the rows of a portion, or none of them."""
    try:
        append_staged(workspace, warehouse, portion.source, portion.staged)
    except Exception:
        remove_rows(warehouse, portion.staged)
        raise


def _without_changed(workspace: Workspace, portion: _Portion) -> _Portion:
    def is_steady(item: Staged) -> bool:
        return not item.is_unnumbered or _is_unchanged(workspace, item.recognised)

    return replace(portion, staged=[item for item in portion.staged if is_steady(item)])


def _drop_staged(warehouse: duckdb.DuckDBPyConnection, portion: _Portion) -> None:
    for item in portion.staged:
        if item.is_large:
            drop_schema(warehouse, item.schema)
    for table in {item.recognised.format.table for item in portion.staged if not item.is_large}:
        warehouse.execute(f"drop table {SCRATCH}.main.{portion.pool}_{table}")


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


def _portions(files: list[Recognised]) -> Iterator[list[Recognised]]:
    """Yield the files in the order of sources and paths, a few of one source at a time."""
    ordered = sorted(files, key=lambda item: (item.format.source, item.content.path))
    most_bytes = _FIRST_STAGE_BYTES
    for _, items in groupby(ordered, key=lambda item: item.format.source):
        portion: list[Recognised] = []
        size = 0
        for item in items:
            is_full = len(portion) == _STAGE_FILES or size + item.content.size_bytes > most_bytes
            if portion and is_full:
                yield portion
                portion, size = [], 0
                most_bytes = _STAGE_BYTES
            portion.append(item)
            size += item.content.size_bytes
        yield portion


def _stage_ahead(
    workspace: Workspace,
    scratch: duckdb.DuckDBPyConnection,
    portions: Iterable[list[Recognised]],
) -> Iterator[_Portion]:
    """Yield each portion staged; the next one is staged while the caller loads the last."""
    numbers = count()
    with ThreadPoolExecutor(max_workers=1) as stager:
        waiting: Future[_Portion] | None = None
        for items in portions:
            following = stager.submit(_stage_portion, workspace, scratch, items, numbers)
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()


def _stage_portion(
    workspace: Workspace,
    scratch: duckdb.DuckDBPyConnection,
    items: list[Recognised],
    numbers: Iterator[int],
) -> _Portion:
    portion = _Portion(items[0].format.source, f"pool_{next(numbers)}")
    for item in items:
        outcome = _stage_one(workspace, scratch, item, f"staged_{next(numbers)}")
        if isinstance(outcome, Staged):
            if not outcome.is_large:
                outcome = pool(scratch, outcome, f"{portion.pool}_{item.format.table}")
            portion.staged.append(outcome)
        elif outcome is not None:
            portion.failed.append(outcome)
    return portion


def _stage_one(
    workspace: Workspace, scratch: duckdb.DuckDBPyConnection, item: Recognised, schema: str
) -> Staged | FileRecord | None:
    """Return the staged file, the ledger row that refuses it, or None to try it next time."""
    account = account_context(workspace.sources, workspace.settings, item.format, item.content.path)
    try:
        try:
            staged = stage(scratch, item, account, schema)
        except duckdb.OutOfMemoryException:
            lift_memory_limit(scratch)
            staged = stage(scratch, item, account, schema)
    except FILE_ERRORS as error:
        record = workspace.record(item.content, "quarantined", str(error))
        return replace(describe(record, item), account=account.account)
    except duckdb.OutOfMemoryException:
        reason = (
            "needs more memory than this machine has free. Split the export, or load it when less "
            "runs beside it: it is tried again when sources.yml or OMNIMART_LOAD_MEMORY changes."
        )
        record = workspace.record(item.content, "quarantined", reason)
        return replace(describe(record, item), account=account.account)
    except (OSError, duckdb.IOException) as error:
        logger.warning("%s cannot be read now: %s", item.content.path, error)
        return None
    except Exception as error:  # whatever one file does, the others are loaded
        logger.exception("%s cannot be read", item.content.path)
        record = workspace.record(item.content, "quarantined", say_unforeseen(error))
        return replace(describe(record, item), account=account.account)
    if not _is_unchanged(workspace, item):
        drop_schema(scratch, schema)
        return None
    return staged


def _is_unchanged(workspace: Workspace, item: Recognised) -> bool:
    path, is_member, _ = item.content.path.partition("!")
    if is_member:
        return True  # it was unpacked when it was hashed
    try:
        facts = (workspace.settings.landing_dir / path).stat()
    except OSError:
        return True  # gone after reading, or a name that is no text: what was read stands
    key = next((key for key in workspace.findings if key[0] == path), None)
    is_unchanged = key is None or (facts.st_size, facts.st_mtime_ns) == key[1:]
    if not is_unchanged:
        logger.warning("%s changed while it was read; the next run loads it", item.content.path)
    return is_unchanged


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
    workspace: Workspace, warehouse: duckdb.DuckDBPyConnection, portions: list[_Portion]
) -> list[FileRecord]:
    """Write and return the ledger rows of portions and settle their tables, in one transaction."""
    staged = [item for portion in portions for item in portion.staged]
    failed = [record for portion in portions for record in portion.failed]
    records = [_loaded_record(workspace, item) for item in staged]
    by_format: dict[str, list[Staged]] = defaultdict(list)
    for item in staged:
        by_format[item.recognised.format.id].append(item)
    warehouse.execute("begin")
    write_records(warehouse, [*records, *failed])
    refused = [item.schema if item.rows_rejected else None for item in staged]
    write_rejected(warehouse, zip(records, refused, strict=True))
    unknown = [item.unknown_columns for item in staged]
    write_new_columns(warehouse, zip(records, unknown, strict=True))
    for item in staged:
        if item.is_unnumbered and item.rows_loaded:
            number_rows(warehouse, item)
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
        summary = _summarise(read_ledger(warehouse), survey, workspace)
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
