"""The private DuckDB file: one way to open it, and the lock that keeps it to one writer."""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from ingestion.settings import Settings

# compresses texts by a dictionary of their parts; DuckDB 1.4 and later read it
_STORAGE_VERSION = "v1.4.0"
LOCK_VARIABLE = "OMNIMART_LOCK_HELD"

logger = logging.getLogger(__name__)

_held = threading.RLock()
_depth = 0


class WarehouseLockedError(RuntimeError):
    """Another process writes the warehouse and did not finish in time."""


def connect(settings: Settings, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Return a connection to the warehouse whose sessions reckon in UTC."""
    if not read_only:
        create_file(settings.warehouse_path)
    connection = duckdb.connect(str(settings.warehouse_path), read_only=read_only)
    connection.execute("set timezone = 'UTC'")
    if not read_only:
        # row groups that a load leaves half full are packed once, by the checkpoints of dbt
        connection.execute("set max_vacuum_tasks = 0")
        # less memory, and faster: a row group is written while it is in the processor's cache
        connection.execute("set write_buffer_row_group_count = 1")
    return connection


def create_file(path: Path) -> None:
    """Make a DuckDB file where it is missing, in a layout that stores texts faster and smaller."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        name = str(path).replace("'", "''")
        connection.execute(f"attach '{name}' as warehouse (storage_version '{_STORAGE_VERSION}')")
        connection.execute("detach warehouse")


def _is_lent(path: str) -> bool:
    """Return whether a living ancestor holds the lock at ``path`` and lent it to this process."""
    holder, _, locked_path = os.environ.get(LOCK_VARIABLE, "").partition(":")
    if not holder.isdigit() or locked_path != path or int(holder) == os.getpid():
        return False
    try:
        os.kill(int(holder), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _locked(path: str, kind: int, timeout: float) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + timeout
    is_announced = False
    try:
        while True:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise WarehouseLockedError(
                        f"another process writes the warehouse; it holds {path}"
                    ) from None
            if not is_announced:
                logger.info("waiting for the process that writes the warehouse (%s)", path)
                is_announced = True
            time.sleep(0.2)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _one_thread() -> Iterator[None]:
    _held.acquire()
    try:
        yield
    finally:
        # a lock kept to the end of the process is closed by whichever thread ends it
        with suppress(RuntimeError):
            _held.release()


@contextmanager
def writer_lock(settings: Settings, timeout: float = 3600.0) -> Iterator[None]:
    """Hold the right to write the warehouse; it nests, and child processes share it.

    Child processes started inside see ``OMNIMART_LOCK_HELD`` and pass, marking a second file while
    they write: when the holder is killed, the next writer waits for its orphans too. The kernel
    releases both locks when a process ends, however it ends. Raises
    :class:`WarehouseLockedError` when the lock stays taken longer than ``timeout`` seconds.
    """
    global _depth
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    path = str((settings.state_dir / "warehouse.lock").resolve())
    children_path = f"{path}.children"
    with _one_thread():
        if _depth:
            _depth += 1
            try:
                yield
            finally:
                _depth -= 1
        elif _is_lent(path):
            with _locked(children_path, fcntl.LOCK_SH, timeout):
                yield
        else:
            with _locked(path, fcntl.LOCK_EX, timeout):
                with _locked(children_path, fcntl.LOCK_EX, timeout):
                    pass  # no orphan of an earlier holder writes any more
                os.environ[LOCK_VARIABLE] = f"{os.getpid()}:{path}"
                _depth = 1
                try:
                    yield
                finally:
                    _depth = 0
                    os.environ.pop(LOCK_VARIABLE, None)
