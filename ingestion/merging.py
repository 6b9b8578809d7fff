"""Append staged rows to the raw tables, and settle: of each grain the newest version stays, whole.

The order in which files are loaded never matters: rows of a grain are compared with all others of
it, wherever they came from. Rows are appended by dlt; settling is one transaction, which writes the
ledger too. Between the two a table is noted as unsettled: what a killed load left there is removed
before the next.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import duckdb

from ingestion.catalogue import Format
from ingestion.scratch import SCRATCH
from ingestion.staging import Staged
from ingestion.survey import Workspace


def append_staged(
    workspace: Workspace,
    warehouse: duckdb.DuckDBPyConnection,
    source: str,
    staged: Iterable[Staged],
) -> None:
    """Append the loaded rows of ``staged``, all of one source system, to its raw tables.

    Raises what dlt raises when the warehouse cannot be written.
    """
    grouped: dict[str, list[Staged]] = {}
    for item in staged:
        if item.rows_loaded or item.is_promised:
            grouped.setdefault(item.recognised.format.id, []).append(item)
    if not grouped:
        return
    from ingestion.sources import TableRows, run_source  # imported while the files were staged

    tables = []
    for items in grouped.values():
        export_format = items[0].recognised.format
        warehouse.execute("insert into raw_audit.unsettled values (?)", [export_format.raw_table])
        queries = tuple(_loading_queries(workspace, warehouse, items))
        tables.append(TableRows(export_format, queries))
    run_source(workspace.settings, source, tables, workspace.scratch)


def _loading_queries(
    workspace: Workspace, warehouse: duckdb.DuckDBPyConnection, items: list[Staged]
) -> Iterator[str]:
    """Yield the queries of the rows of ``items``, all of one format, in the raw table's columns.

    Those of promised contents are one: it uses all cores from one text to the next. Tables are
    inserted one after the other, since a union of large ones takes three times as long.
    """
    export_format = items[0].recognised.format
    columns = ", ".join(_selected(workspace, export_format))
    names = ", ".join(f'"{name}" as "{name}"' for name in export_format.raw_columns)
    promised = " union all ".join(f"({item.query})" for item in items if item.is_promised)
    kept = dict.fromkeys(item.query for item in items if not item.is_promised)
    for number, rows in enumerate([*([promised] if promised else []), *kept]):
        view = f"{SCRATCH}.main.rows_of_{export_format.table}_{number}"
        warehouse.execute(f"create or replace view {view} as select {columns} from ({rows})")
        yield f"select {names} from {view}"


def _selected(workspace: Workspace, export_format: Format) -> Iterator[str]:
    for name in export_format.raw_columns:
        if name == "_loaded_at":
            yield f"timestamp '{workspace.started_at}' as _loaded_at"
        else:
            yield name


def remove_leftovers(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Remove rows that a killed load appended without entering their files into the ledger."""
    tables = warehouse.execute("select distinct table_name from raw_audit.unsettled").fetchall()
    for (table,) in tables:
        warehouse.execute("begin")
        warehouse.execute(
            f"""
            delete from {table} as stored
            where not exists (
                from raw_audit.files as files
                where files.path = stored._source_file
                    and files.file_version = stored._file_version
            )
            """
        )
        _mark_settled(warehouse, table)
        warehouse.execute("commit")


def number_rows(connection: duckdb.DuckDBPyConnection, staged: Staged) -> Staged:
    """Give the rows that a promised content brought their numbers; return it with their count.

    They were inserted in the order of the file, all of them.
    """
    table = staged.recognised.format.raw_table
    first, last, rows = connection.execute(
        f"select min(rowid), max(rowid), count(*) from {table} "
        "where _source_row is null and _source_file = ? and _file_version = ?",
        [staged.recognised.content.path, staged.facts.file_version],
    ).fetchall()[0]
    if rows and last - first + 1 != rows:
        raise RuntimeError(
            f"{staged.recognised.content.path}: {rows} rows were appended, not in one piece, as "
            f"the rows {first} to {last} of {table}"
        )
    if rows:
        connection.execute(
            f"update {table} set _source_row = rowid - {first - 1} "
            f"where rowid between {first} and {last}"
        )
    return replace(staged, rows_read=rows, rows_loaded=rows)


def remove_rows(connection: duckdb.DuckDBPyConnection, staged: Iterable[Staged]) -> None:
    """Remove the appended rows of contents that are not entered into the ledger as they stand."""
    by_table: dict[str, list[Staged]] = defaultdict(list)
    for item in staged:
        by_table[item.recognised.format.raw_table].append(item)
    for table, items in by_table.items():
        paths = [item.recognised.content.path for item in items]
        versions = [item.facts.file_version for item in items]
        connection.execute(
            f"delete from {table} "
            "where (_source_file, _file_version) in (select unnest(?), unnest(?))",
            [paths, versions],
        )


def _mark_settled(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    connection.execute("delete from raw_audit.unsettled where table_name = ?", [table])


def settle_table(
    connection: duckdb.DuckDBPyConnection, export_format: Format, new_versions: Sequence[str]
) -> None:
    """Finish a raw table after the rows of files of ``new_versions`` were appended.

    It happens within the caller's transaction. Of each grain the newest version stays. Rows that a
    newer full snapshot does not hold any more are marked as deleted, and the ledger learns how many
    rows of each file are superseded.
    """
    table = export_format.raw_table
    removed = _remove_superseded(connection, table, new_versions)
    if export_format.duplicates == "drop":
        removed += _remove_duplicates(connection, table, new_versions)
    if export_format.snapshot == "full":
        scope = ("_account", *export_format.snapshot_by)
        _mark_deleted(connection, table, scope, export_format.snapshot_sign)
    if removed:
        _count_superseded(connection, table, export_format.id)
    _mark_settled(connection, table)


def _remove_superseded(
    connection: duckdb.DuckDBPyConnection, table: str, new_versions: Sequence[str]
) -> int:
    """Remove the rows of grains just loaded that have a newer version; return their number."""
    # versions are long texts: their ranks are compared in their stead
    connection.execute(
        f"""
        create or replace temp table versions as
        select
            _file_version,
            row_number() over (order by _file_version) as rank,
            list_contains(?, _file_version) as is_new
        from (select distinct _file_version from {table})
        """,
        [new_versions],
    )
    count, is_all_new = connection.execute(
        "select count(*), bool_and(is_new) from versions"
    ).fetchall()[0]
    if count < 2:
        return 0
    touched = f"""hash(_grain_key) in (
        select hash(_grain_key) from {table} inner join versions using (_file_version) where is_new
    )"""
    # hashes are shorter than keys, and nearly always tell that no grain is there twice
    connection.execute(
        f"""
        create or replace temp table repeated as
        select hash(_grain_key) as key_hash
        from {table}
        where {"true" if is_all_new else touched}
        group by key_hash
        having count(*) > 1
        """
    )
    if not connection.execute("select exists (from repeated)").fetchall()[0][0]:
        return 0
    return connection.execute(
        f"""
        delete from {table} as stored
        using (
            select _grain_key, max_by(_file_version, rank) as newest
            from {table}
            inner join versions using (_file_version)
            where hash(_grain_key) in (from repeated)
            group by _grain_key
            having min(rank) != max(rank)
        ) as grains
        where stored._grain_key = grains._grain_key and stored._file_version != grains.newest
        """
    ).fetchall()[0][0]


def _remove_duplicates(
    connection: duckdb.DuckDBPyConnection, table: str, new_versions: Sequence[str]
) -> int:
    """Remove rows just loaded of a grain that an earlier row of the same file has."""
    return connection.execute(
        f"""
        delete from {table}
        where rowid in (
            select rowid
            from {table}
            where list_contains(?, _file_version)
            qualify row_number() over (partition by _grain_key order by _source_row) > 1
        )
        """,
        [new_versions],
    ).fetchall()[0][0]


def _mark_deleted(
    connection: duckdb.DuckDBPyConnection, table: str, scope: tuple[str, ...], sign: str | None
) -> None:
    same = " and ".join(f"stored.{name} is not distinct from newest.{name}" for name in scope)
    connection.execute(
        f"""
        update {table} as stored
        set _is_deleted = true
        from (
            select {", ".join(scope)}, max(split_part(_file_version, '|', 1)) as written_at
            from {table}
            {f"where {sign} is not null" if sign else ""}
            group by all
        ) as newest
        where {same} and split_part(stored._file_version, '|', 1) < newest.written_at
            and stored._is_deleted is not true
        """
    )


def _count_superseded(connection: duckdb.DuckDBPyConnection, table: str, format_id: str) -> None:
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
        [format_id],
    )
