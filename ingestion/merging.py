"""Merge staged rows into the raw tables: of each grain the newest version, whole.

The order in which files are loaded never matters: rows of a grain that the warehouse holds in a
newer version are left out, an equal or older one is replaced.
"""

from collections.abc import Callable, Iterable, Iterator

import duckdb
import pyarrow as pa

from ingestion.catalogue import Format
from ingestion.staging import Staged
from ingestion.survey import Workspace

BATCH_ROWS = 200_000


def merge_staged(
    workspace: Workspace,
    warehouse: duckdb.DuckDBPyConnection,
    scratch: duckdb.DuckDBPyConnection,
    source: str,
    staged: Iterable[Staged],
) -> None:
    """Merge the loaded rows of ``staged``, all of one source system, into its raw tables.

    Raises what dlt raises when the warehouse cannot be written.
    """
    queries = [
        (items[0].recognised.format, _winner_query(workspace, warehouse, scratch, items))
        for items in _by_format(staged).values()
    ]
    _run(workspace, scratch, source, queries)


def _by_format(staged: Iterable[Staged]) -> dict[str, list[Staged]]:
    grouped: dict[str, list[Staged]] = {}
    for item in staged:
        grouped.setdefault(item.recognised.format.id, []).append(item)
    return grouped


def _winner_query(
    workspace: Workspace,
    warehouse: duckdb.DuckDBPyConnection,
    scratch: duckdb.DuckDBPyConnection,
    items: list[Staged],
) -> str:
    """Return the query of the rows that win their grain, among ``items`` and the warehouse."""
    export_format = items[0].recognised.format
    union = " union all ".join(
        f"select * from {item.table} where _verdict = 'loaded'" for item in items
    )
    scratch.execute(
        f"""
        create or replace temp table fresh as
        select
            _grain_key,
            max(_file_version) as newest,
            min(_file_version) as oldest,
            count(*) as rows
        from ({union})
        group by _grain_key
        """
    )
    _copy_stored_versions(warehouse, scratch, export_format)
    losers = f"losers_{export_format.table}"
    scratch.execute(
        f"""
        create or replace table {losers} as
        select fresh._grain_key, greatest(fresh.newest, stored.newest) as newest
        from fresh
        left join stored on stored._grain_key = fresh._grain_key
        where fresh.oldest != greatest(fresh.newest, stored.newest)
            or (fresh.rows > 1 and {str(export_format.duplicates == "drop").lower()})
        """
    )
    has_losers = scratch.execute(f"select exists (from {losers})").fetchall()[0][0]
    columns = ", ".join(_selected(workspace, export_format))
    if not has_losers:
        return f"select {columns} from ({union})"
    first_only = ""
    if export_format.duplicates == "drop":
        first_only = (
            "qualify losers._grain_key is null or row_number() over "
            "(partition by batch._grain_key order by batch._source_row) = 1"
        )
    return f"""
        select {columns}
        from (
            select batch.*
            from ({union}) as batch
            left join {losers} as losers on losers._grain_key = batch._grain_key
            where losers._grain_key is null or losers.newest = batch._file_version
            {first_only}
        )
    """


def _copy_stored_versions(
    warehouse: duckdb.DuckDBPyConnection,
    scratch: duckdb.DuckDBPyConnection,
    export_format: Format,
) -> None:
    """Create the scratch table ``stored``: the versions the warehouse has of the fresh grains."""
    keys = scratch.execute("select _grain_key from fresh").to_arrow_reader(BATCH_ROWS)
    warehouse.register("fresh_keys", keys)
    try:
        stored = warehouse.execute(
            f"""
            select stored._grain_key, max(stored._file_version) as newest
            from {export_format.raw_table} as stored
            semi join fresh_keys on stored._grain_key = fresh_keys._grain_key
            group by stored._grain_key
            """
        ).to_arrow_table()
    finally:
        warehouse.unregister("fresh_keys")
    scratch.register("stored_versions", stored)
    scratch.execute("create or replace temp table stored as from stored_versions")
    scratch.unregister("stored_versions")


def _selected(workspace: Workspace, export_format: Format) -> Iterator[str]:
    for name, sql_type in export_format.raw_columns.items():
        if name == "_loaded_at":
            yield f"timestamp '{workspace.started_at}' as _loaded_at"
        elif sql_type == "json":
            yield f"{name}::varchar as {name}"
        else:
            yield name


def _run(
    workspace: Workspace,
    scratch: duckdb.DuckDBPyConnection,
    source: str,
    queries: list[tuple[Format, str]],
) -> None:
    batches = []
    for export_format, query in queries:
        if scratch.execute(f"select exists ({query})").fetchall()[0][0]:
            batches.append((export_format, _reader(scratch, query)))
    if batches:
        from ingestion.sources import TableBatch, run_source  # dlt takes seconds to import

        run_source(workspace.settings, source, [TableBatch(*batch) for batch in batches])


def _reader(
    scratch: duckdb.DuckDBPyConnection, query: str
) -> Callable[[], Iterable[pa.RecordBatch]]:
    # each table streams from a cursor of its own: dlt reads them in turns
    return lambda: scratch.cursor().execute(query).to_arrow_reader(BATCH_ROWS)


def settle_table(connection: duckdb.DuckDBPyConnection, export_format: Format) -> None:
    """Finish a raw table after a merge, within the caller's transaction.

    Rows that a newer full snapshot does not hold any more are marked as deleted, and the ledger
    learns how many rows of each file are superseded.
    """
    table = export_format.raw_table
    if export_format.snapshot == "full":
        scope = ["_account", *export_format.snapshot_by]
        same = " and ".join(f"stored.{name} is not distinct from newest.{name}" for name in scope)
        connection.execute(
            f"""
            update {table} as stored
            set _is_deleted = true
            from (
                select {", ".join(scope)}, max(split_part(_file_version, '|', 1)) as written_at
                from {table}
                group by all
            ) as newest
            where {same} and split_part(stored._file_version, '|', 1) < newest.written_at
                and stored._is_deleted is not true
            """
        )
    connection.execute(
        f"""
        update raw_audit.files as files
        set rows_superseded = files.rows_loaded - coalesce(
            (
                select stored.rows
                from (
                    select _source_file, _file_version, count(*) as rows
                    from {table} group by all
                ) as stored
                where stored._source_file = files.path
                    and stored._file_version = files.file_version
            ),
            0
        )
        where files.format = ? and files.status = 'loaded'
        """,
        [export_format.id],
    )
