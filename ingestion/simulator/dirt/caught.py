"""Which of the defects planted ingestion caught, as the warehouse recorded it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from ingestion.simulator.dirt.registry import DEFECTS

# A number may be this far off: shares are kept to eight digits.
_TOLERANCE = "0.000001"

_SAME = {
    "number": "abs(raw.{name}::decimal(38, 8) - try_cast(defect.value as decimal(38, 8))) "
    f"<= {_TOLERANCE}",
    "instant": "raw.{name}::timestamp = try_cast(defect.value as timestamp)",
    "date": "raw.{name}::date = try_cast(defect.value as date)",
    "flag": "raw.{name} = try_cast(defect.value as boolean)",
    "text": "raw.{name} = defect.value",
}
# As `Sums` adds them up: numbers, seconds since 1970, code points, flags that are set.
_SUM = {
    "number": "sum({name}::decimal(38, 8))",
    "instant": "sum(epoch_us({name})::hugeint) // 1000000",
    "date": "sum(epoch_us({name}::timestamp)::hugeint) // 1000000",
    "flag": "count_if({name})",
    "text": "sum(list_sum(list_transform(regexp_extract_all({name}, '(?s).'), "
    "lambda letter: unicode(letter))))",
}
_LEDGER = """
create temp view ledger as select * from warehouse.raw_audit.files;
create temp view refused as select * from warehouse.raw_audit.rejected_rows;
"""
_FILES = """
insert into checked
select
    file, defect, source_row,
    case expected
        when 'quarantined' then
            exists (
                from ledger
                where (path = file or starts_with(path, file || '!'))
                    and status = 'quarantined' and reason is not null
            )
            and not exists (
                from ledger
                where (path = file or starts_with(path, file || '!')) and status = 'loaded'
            )
        when 'ignored' then
            not exists (from ledger where path = file and status in ('loaded', 'quarantined'))
        when 'told' then exists (
            from ledger
            where path = file and status = 'loaded' and list_contains(
                [
                    abs(total.stated - total.computed) > 0.01 * rows_loaded
                    for total in from_json(
                        control_totals,
                        '[{"column": "VARCHAR", "stated": "DOUBLE", "computed": "DOUBLE"}]'
                    )
                ],
                true
            )
        )
        else
            exists (from ledger where path = file and status = 'loaded')
            and file in (select file from right_sums)
    end
from true_defects
where source_row is null
"""
_ROWS = """
insert into checked
select
    file, defect, source_row,
    exists (
        from refused
        where path = file and refused.source_row = true_defects.source_row and reason is not null
            and (true_defects.column_name is null or column_name = true_defects.column_name)
    )
from true_defects
where expected = 'rejected' and source_row is not null
"""


@dataclass(frozen=True)
class DefectCount:
    """How often a defect was planted, how often ingestion did what it owes, and a place if not."""

    name: str
    expected: str
    planted: int
    caught: int
    missed_at: str | None = None

    @property
    def missed(self) -> int:
        """Return how often ingestion did something else."""
        return self.planted - self.caught

    @property
    def description(self) -> str:
        """Return what it is."""
        return DEFECTS[self.name].description if self.name in DEFECTS else ""


@dataclass(frozen=True)
class Caught:
    """The defects by name, and how many soiled files add up to what they added up to before."""

    defects: tuple[DefectCount, ...]
    files: int
    files_right: int


def count_caught(connection: duckdb.DuckDBPyConnection) -> Caught:
    """Compare the views ``true_defects`` and ``true_file_sums`` with the attached ``warehouse``."""
    connection.execute(_LEDGER)
    connection.execute(
        "create temp table checked "
        "(file varchar, defect varchar, source_row bigint, is_caught boolean)"
    )
    connection.execute("create temp table right_sums (file varchar)")
    known = _known_tables(connection)
    files, right = _compare_sums(connection, known)
    connection.execute(_FILES)
    connection.execute(_ROWS)
    for table, name, kind in _listed(
        connection,
        "select distinct table_name, column_name, kind from true_defects "
        "where column_name is not null and expected != 'rejected'",
    ):
        if table in known:
            connection.execute(_cells(table, name, kind, known))
    for (table,) in _listed(
        connection, "select distinct table_name from true_defects where expected = 'ignored'"
    ):
        if table in known:
            connection.execute(_absent_rows(table))
    # what befell a whole file must have left its other rows as they were
    connection.execute(
        """
        update checked set is_caught = false
        where list_contains(?, defect)
            and file in (select file from true_file_sums)
            and file not in (select file from right_sums)
        """,
        [[item.name for item in DEFECTS.values() if item.befalls == "files"]],
    )
    found = connection.execute(
        """
        select
            defect, any_value(expected), count(*), count_if(coalesce(is_caught, false)),
            min(
                defects.file || coalesce(', row ' || defects.source_row, '')
                || coalesce(', ' || column_name, '')
            ) filter (is_caught is not true)
        from true_defects as defects
        left join checked using (file, defect)
        where defects.source_row is not distinct from checked.source_row
        group by defect order by defect
        """
    ).fetchall()
    return Caught(tuple(DefectCount(*row) for row in found), files, right)


def _listed(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return sorted(row for row in connection.execute(query).fetchall() if row[0] is not None)


def _known_tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where database_name = 'warehouse'"
    ).fetchall()
    return {name for (name,) in rows}


def _compare_sums(connection: duckdb.DuckDBPyConnection, known: Iterable[str]) -> tuple[int, int]:
    """Fill ``right_sums`` with the files that add up; return how many there are, and how many."""
    answers: dict[str, bool] = {}
    for (table,) in _listed(connection, "select distinct table_name from true_file_sums"):
        if table in known:
            for file, is_right in connection.execute(_sums(connection, table)).fetchall():
                answers[file] = answers.get(file, True) and bool(is_right)
        else:
            answers |= dict.fromkeys(_files_of(connection, table), False)
    right = [[file] for file, is_right in answers.items() if is_right]
    if right:
        connection.executemany("insert into right_sums values (?)", right)
    return len(answers), len(right)


def _files_of(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[str]:
    rows = connection.execute(
        "select distinct file from true_file_sums where table_name = ?", [table]
    ).fetchall()
    return (file for (file,) in rows)


def _sums(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Return a query of (file, whether rows and sum are right), a row per file and column."""
    columns = connection.execute(
        "select distinct column_name, kind from true_file_sums "
        "where table_name = ? and column_name is not null order by all",
        [table],
    ).fetchall()
    sums = "".join(f", {_SUM[kind].format(name=name)} as sum_{name}" for name, kind in columns)
    chosen = " ".join(f"when '{name}' then sum_{name}::decimal(38, 8)" for name, _ in columns)
    return f"""
        with expected as (select * from true_file_sums where table_name = '{table}'),
        found as (
            select _source_file as file, count(*) as row_count {sums}
            from warehouse.{table}
            where _source_file in (select file from expected)
            group by _source_file
        )
        select
            expected.file,
            coalesce(row_count, 0) = expected.rows and (
                column_name is null
                or abs(
                    coalesce(case column_name {chosen or "when '' then 0"} end, 0)
                    - total::decimal(38, 8)
                ) <= {_TOLERANCE} * greatest(expected.rows, 1)
            )
        from expected
        left join found using (file)
    """


def _cells(table: str, name: str, kind: str, known: Iterable[str]) -> str:
    """Return what enters the cells of one column: whether the raw table holds what it owes."""
    original = f"json_extract_string(raw._extra, '$.{name}')"
    is_identified = "true"
    if {"intermediate.int_record_mentions", "intermediate.int_identifiers"} <= set(known):
        is_identified = """
            defect.identifier_value is null or exists (
                from warehouse.intermediate.int_record_mentions as mention
                inner join warehouse.intermediate.int_identifiers as identifier using (record_key)
                where mention.source = defect.record_source
                    and mention.record_ref = defect.record_ref
                    and identifier.identifier_type = defect.identifier_type
                    and identifier.identifier_value = defect.identifier_value
            )
        """
    return f"""
        insert into checked
        select
            defect.file, defect.defect, defect.source_row,
            raw._source_file is not null and case
                when defect.expected = 'nulled'
                    then raw.{name} is null and {original} is not null
                when defect.value is null then raw.{name} is null and {original} is null
                else {_SAME[kind].format(name=name)} and ({is_identified})
            end and (
                defect.says is null or exists (
                    from ledger
                    where path = defect.file and contains(reason, defect.says)
                )
            )
        from true_defects as defect
        left join warehouse.{table} as raw
            on raw._source_file = defect.file and raw._source_row = defect.source_row
        where defect.table_name = '{table}' and defect.column_name = '{name}'
            and defect.expected != 'rejected'
    """


def _absent_rows(table: str) -> str:
    """Return what enters the rows that are no data: they are neither loaded nor refused."""
    return f"""
        insert into checked
        select
            file, defect, source_row,
            exists (from ledger where path = file and status = 'loaded')
            and not exists (
                from warehouse.{table} as raw
                where raw._source_file = file and raw._source_row = true_defects.source_row
            )
            and not exists (
                from refused
                where path = file and refused.source_row = true_defects.source_row
            )
        from true_defects
        where table_name = '{table}' and expected = 'ignored' and source_row is not null
            and column_name is null
    """
