"""The raw and audit tables themselves: made where missing, dropped for a load from nothing."""

import shutil
from contextlib import closing

import duckdb

from ingestion.audit import create_audit_tables
from ingestion.catalogue import Format, load_catalogue
from ingestion.settings import Settings
from ingestion.survey import close_workspace
from ingestion.warehouse import connect, writer_lock

# Objects repeat their members, hashes nothing. To find that out costs more than to write them: a
# wide object takes half the time and a third of the space.
_COMPRESSIONS = {
    "_extra": " using compression zstd",
    "_grain_key": " using compression uncompressed",
}


class WrongTypeError(RuntimeError):
    """A raw table has a column of another type than its format; the message says what to do."""

    def __init__(self, table: str, column: str, found: str, expected: str) -> None:
        """Name the column, its type, and the type that the format gives it."""
        super().__init__(
            f"{table}.{column} is {found}, and the format says {expected}. Load everything anew: "
            "omnimart run --full-refresh."
        )


def ensure_raw_tables(settings: Settings) -> None:
    """Create every raw and audit table that is missing, empty and typed; add missing columns."""
    with writer_lock(settings), closing(connect(settings)) as warehouse:
        ensure_tables(warehouse)


def ensure_tables(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Do what :func:`ensure_raw_tables` does, on an open connection."""
    present: dict[str, dict[str, str]] = {}
    for table, column, data_type in warehouse.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() "
        "where database_name = current_database() and starts_with(schema_name, 'raw_')"
    ).fetchall():
        present.setdefault(table, {})[column] = data_type.lower()
    warehouse.execute("begin")
    create_audit_tables(warehouse)
    for export_format in load_catalogue().loaded_formats():
        _ensure_table(warehouse, export_format, present.get(export_format.raw_table))
    warehouse.execute("commit")


def _ensure_table(
    connection: duckdb.DuckDBPyConnection, export_format: Format, present: dict[str, str] | None
) -> None:
    columns = export_format.raw_columns
    if present is None:
        listed = ", ".join(
            f"{name} {sql_type}{_COMPRESSIONS.get(name, '')}" for name, sql_type in columns.items()
        )
        connection.execute(f"create schema if not exists raw_{export_format.source}")
        connection.execute(f"create table {export_format.raw_table} ({listed})")
        return
    for name in columns:
        if name not in present:
            connection.execute(
                f"alter table {export_format.raw_table} add column {name} {columns[name]}"
            )
        elif present[name] != columns[name]:
            raise WrongTypeError(export_format.raw_table, name, present[name], columns[name])


def reset_raw(settings: Settings) -> None:
    """Drop all raw and audit tables and the state of the loads, for a load from nothing."""
    with writer_lock(settings):
        close_workspace(settings)
        with closing(connect(settings)) as warehouse:
            schemas = warehouse.execute(
                "select schema_name from duckdb_schemas() "
                "where database_name = current_database() and starts_with(schema_name, 'raw_')"
            ).fetchall()
            warehouse.execute("begin")
            for (schema,) in schemas:
                warehouse.execute(f'drop schema if exists "{schema}" cascade')
            warehouse.execute("commit")
            shutil.rmtree(settings.state_dir / "dlt", ignore_errors=True)
            ensure_tables(warehouse)
