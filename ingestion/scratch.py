"""Where contents are staged: schemas in memory, beside the warehouse they are loaded into.

The database ``scratch`` is attached to the DuckDB instance of the warehouse, so that a load is one
``insert ... select`` from there. Each content has a schema of its own, dropped with all it holds.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from ingestion.sql import sql_text

SCRATCH = "scratch"

logger = logging.getLogger(__name__)

_VALUES_SQL = (Path(__file__).parent / "values.sql").read_text(encoding="utf-8")


def open_scratch(
    folder: Path, warehouse: duckdb.DuckDBPyConnection | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a connection to a new scratch database that reckons in UTC and reads values.

    It stands beside ``warehouse`` where one is given, and spills to ``folder``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect() if warehouse is None else warehouse.cursor()
    connection.execute("set global timezone = 'UTC'")
    with suppress(duckdb.NotImplementedException):  # something has spilled elsewhere already
        connection.execute(f"set global temp_directory = {sql_text(str(folder / 'spill'))}")
    connection.execute(f"attach ':memory:' as {SCRATCH}")
    connection.execute(f"use {SCRATCH}")
    connection.execute(_VALUES_SQL)
    return connection


@contextmanager
def scratch_beside(
    warehouse: duckdb.DuckDBPyConnection, folder: Path, memory_limit: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a scratch database beside ``warehouse``, which keeps to ``memory_limit`` meanwhile."""
    before = _memory_limit(warehouse)
    _limit_memory(warehouse, memory_limit)
    connection = open_scratch(folder, warehouse)
    try:
        yield connection
    finally:
        connection.close()
        warehouse.execute(f"detach {SCRATCH}")
        _limit_memory(warehouse, before)


def lift_memory_limit(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a load use what DuckDB would take by itself, for what does not fit into less."""
    logger.warning(
        "what is loaded needs more than %s of memory: the limit is lifted",
        _memory_limit(connection),
    )
    # a reset alone changes what the setting says, not what the buffers keep to
    connection.execute("reset global memory_limit")
    _limit_memory(connection, _memory_limit(connection))


def _limit_memory(connection: duckdb.DuckDBPyConnection, memory_limit: str) -> None:
    # no parameter: at the first one DuckDB imports pandas, before anything is staged
    connection.execute(f"set memory_limit = {sql_text(memory_limit)}")


def _memory_limit(connection: duckdb.DuckDBPyConnection) -> str:
    return connection.execute("select current_setting('memory_limit')").fetchall()[0][0]


def enter_schema(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Create a schema of the scratch database, in which names are looked up from now on."""
    connection.execute(f"create schema {SCRATCH}.{schema}")
    connection.execute(f"set search_path = '{SCRATCH}.{schema},{SCRATCH}.main'")


def drop_schema(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Drop a schema of the scratch database with all that it holds, where it exists."""
    connection.execute(f"drop schema if exists {SCRATCH}.{schema} cascade")
