"""Stage files a few at a time, each portion while the one before it is loaded."""

import logging
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import count

import duckdb

from ingestion.audit import FileRecord
from ingestion.reading import Recognised
from ingestion.scratch import SCRATCH, drop_schema, lift_memory_limit
from ingestion.source_settings import account_context
from ingestion.staging import FILE_ERRORS, Staged, pool, stage
from ingestion.survey import Workspace, describe, say_unforeseen

# files of one source that are staged together, by size of their contents and number
_STAGE_BYTES = 192 * 2**20
# nothing is loaded while the first of them are staged
_FIRST_STAGE_BYTES = 64 * 2**20
_STAGE_FILES = 1_000
# the cells of a promised text take no memory until its promise is broken
_PROMISED_SHARE = 5

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Portion:
    """Files of one source: those staged, and the ledger rows of those that could not be.

    Small ones share a table per format, the pool ``<pool>_<table>``.
    """

    source: str
    pool: str
    staged: list[Staged] = field(default_factory=list)
    failed: list[FileRecord] = field(default_factory=list)

    @property
    def promised(self) -> list[Staged]:
        """Return the texts whose rows are what a sample of them is, until they are loaded."""
        return [item for item in self.staged if item.is_promised]

    @property
    def kept(self) -> "Portion":
        """Return the portion without those texts."""
        return replace(self, staged=[item for item in self.staged if not item.is_promised])


class Stager:
    """Stages portions in a thread of its own, one after the other."""

    def __init__(self, workspace: Workspace, scratch: duckdb.DuckDBPyConnection) -> None:
        """Prepare to stage into ``scratch``."""
        self._workspace = workspace
        self._scratch = scratch
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._numbers = count()

    def ahead(self, files: list[Recognised]) -> Iterator[Portion]:
        """Yield ``files`` staged, in the order of sources and paths; one portion is ahead."""
        queue = deque(sorted(files, key=lambda item: (item.format.source, item.content.path)))
        with self._thread:
            waiting = self._thread.submit(self._stage_portion, queue, _FIRST_STAGE_BYTES)
            while (portion := waiting.result()) is not None:
                waiting = self._thread.submit(self._stage_portion, queue, _STAGE_BYTES)
                yield portion

    def again(self, promised: list[Staged]) -> Iterator[Portion]:
        """Yield contents some of which broke their promise, all of their cells looked at."""
        queue = deque(item.recognised for item in promised)
        for item in promised:
            drop_schema(self._scratch, item.schema)
        while portion := self._thread.submit(
            self._stage_portion, queue, _STAGE_BYTES, in_place=False
        ).result():
            yield portion

    def _stage_portion(
        self, queue: deque[Recognised], most_bytes: int, in_place: bool = True
    ) -> Portion | None:
        """Stage the next files of one source; return None when there is none."""
        if not queue:
            return None
        portion = Portion(queue[0].format.source, f"pool_{next(self._numbers)}")
        files = size = 0
        while queue and queue[0].format.source == portion.source and files < _STAGE_FILES:
            item = queue[0]
            if files and size + item.content.size_bytes > most_bytes:
                break
            is_promised = self._stage_into(portion, queue.popleft(), in_place)
            size += item.content.size_bytes // (_PROMISED_SHARE if is_promised else 1)
            files += 1
        return portion

    def _stage_into(self, portion: Portion, item: Recognised, in_place: bool) -> bool:
        """Stage a file as one of a portion; return whether its rows are promised."""
        schema = f"staged_{next(self._numbers)}"
        outcome = _stage_one(self._workspace, self._scratch, item, schema, in_place)
        if isinstance(outcome, Staged):
            if not outcome.is_large:
                outcome = pool(self._scratch, outcome, f"{portion.pool}_{item.format.table}")
            portion.staged.append(outcome)
            return outcome.is_promised
        if outcome is not None:
            portion.failed.append(outcome)
        return False


def without_changed(workspace: Workspace, portion: Portion) -> Portion:
    """Return a portion without texts that changed before their rows were loaded from them."""

    def is_steady(item: Staged) -> bool:
        return not item.is_promised or _is_unchanged(workspace, item.recognised)

    return replace(portion, staged=[item for item in portion.staged if is_steady(item)])


def drop_staged(warehouse: duckdb.DuckDBPyConnection, portion: Portion) -> None:
    """Drop what a portion, now loaded, takes in the scratch database; its refused rows stay."""
    for item in portion.staged:
        if item.is_large:
            drop_schema(warehouse, item.schema)
    for table in {item.recognised.format.table for item in portion.staged if not item.is_large}:
        warehouse.execute(f"drop table {SCRATCH}.main.{portion.pool}_{table}")


def _stage_one(
    workspace: Workspace,
    scratch: duckdb.DuckDBPyConnection,
    item: Recognised,
    schema: str,
    in_place: bool,
) -> Staged | FileRecord | None:
    """Return the staged file, the ledger row that refuses it, or None to try it next time."""
    account = account_context(workspace.sources, workspace.settings, item.format, item.content.path)
    try:
        try:
            staged = stage(scratch, item, account, schema, in_place)
        except duckdb.OutOfMemoryException:
            lift_memory_limit(scratch)
            staged = stage(scratch, item, account, schema, in_place)
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
