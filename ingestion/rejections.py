"""Rows refused, with their text and the reason.

They stand in the scratch database, by the schema of their content, until a load enters them: a file
may hold millions of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from ingestion.catalogue import Format
from ingestion.headers import match_keys
from ingestion.reading import CELLS, Cells
from ingestion.scratch import SCRATCH
from ingestion.sql import sql_text
from ingestion.typed_rows import TYPED

REJECTED = f"{SCRATCH}.main.rejected_rows"

# what a cell of a type may look like; the others take any text
_EXPECTED = {
    "integer": "a whole number such as 1,234",
    "decimal": "a number such as 1,234.5",
    "money": "an amount such as 1,234.50",
    "percent": "a percentage such as 12.5%",
    "rate": "a share such as 12.5% or 0.125",
    "date": "a day such as 2026-07-31",
    "timestamp": "a time such as 2026-07-31 14:05:00",
    "epoch_s": "seconds since 1970",
    "epoch_ms": "milliseconds since 1970",
    "epoch_us": "microseconds since 1970",
    "duration": "a duration such as 0:03:53",
    "boolean": "yes or no",
    "json": "a JSON value",
}
_EXPECTED_SPANS = {
    "days": "a day such as 2026-07-31, or a range such as 2026-07-01~2026-07-31",
    "week": "a week by its first day such as 2026-07-27",
    "month": "a month such as 2026-07 or July 2026",
    "quarter": "a quarter such as Q3 2026",
    "breakdown": "a day such as 2026-07-31",
    "day_or_month": "a day such as 2026-07-31",
}
_MENDING = "Correct it in the system it comes from, and export it again."


# what differs between the messages of one fault
_FAULT_DETAILS = "[0-9]+|'[^']*'"


@dataclass(frozen=True)
class RejectedRow:
    """A row refused: where it stands, its text, and the cell and reason.

    ``rows`` are refused for the same reason, of which it may be the first.
    """

    source_row: int
    raw_text: str | None
    column: str | None
    found: str | None
    reason: str
    rows: int = 1


def keep_rejected(
    connection: duckdb.DuckDBPyConnection, export_format: Format, cells: Cells, schema: str
) -> None:
    """Keep the refused rows of the typed content in ``schema``, where names are looked up."""
    joined = ", ".join(f"coalesce(c{position}, '')" for position in range(cells.width))
    text = f"concat_ws({sql_text(cells.separator)}, {joined})"
    if cells.has_faults:
        text = f"coalesce(raw_text, {text})"
    # a long content is typed anew whenever it is read
    connection.execute(
        f"""
        create or replace temp table refused as
        select _source_row, _reject_column, _reject_found, _fault
        from {TYPED} where _verdict = 'rejected'
        """
    )
    blamed = connection.execute("select distinct _reject_column from refused").fetchall()
    reasons = " ".join(
        f"when {sql_text(name)} then {_reason(export_format, cells, name)}"
        for (name,) in blamed
        if name is not None
    )
    connection.execute(
        f"""
        create table if not exists {REJECTED} (
            schema_name varchar, source_row bigint, raw_text varchar, column_name varchar,
            found varchar, reason varchar
        )
        """
    )
    connection.execute(
        f"""
        insert into {REJECTED}
        select
            {sql_text(schema)}, _source_row, {text}, _reject_column, _reject_found,
            coalesce(_fault, {f"case _reject_column {reasons} end" if reasons else "null"})
        from refused inner join {CELLS} as cells on cells.rowid + 1 = refused._source_row
        """
    )
    connection.execute("drop table refused")


def first_rejected(connection: duckdb.DuckDBPyConnection, schema: str) -> Iterator[RejectedRow]:
    """Yield the first row refused for each reason, of a content that has any, as in the file.

    A file may have millions of rows that are refused for a few reasons: a column that cannot be
    read or lacks a value, or a fault of the row.
    """
    firsts = connection.execute(
        f"""
        select min(source_row), count(*)
        from {REJECTED}
        where schema_name = ?
        group by
            column_name, found is null,
            case when column_name is null
                then regexp_replace(reason, {sql_text(_FAULT_DETAILS)}, '', 'g') end
        order by min(source_row)
        """,
        [schema],
    ).fetchall()
    for source_row, rows in firsts:
        row = connection.execute(
            f"select * exclude (schema_name) from {REJECTED} "
            "where schema_name = ? and source_row = ?",
            [schema, source_row],
        ).fetchall()[0]
        yield RejectedRow(*row, rows=rows)


def _reason(export_format: Format, cells: Cells, name: str) -> str:
    """Return the expression of what is wrong with a cell, what was expected, and what to do."""
    column = export_format.columns[name]
    called = _called(cells, name)
    if column.type == "id":
        opening, found = f"{called} lost digits in a spreadsheet program (", "_reject_found"
        closing = "). Export it again, and do not open the file there."
    else:
        expected = _EXPECTED_SPANS.get(column.spans) or _EXPECTED.get(column.type, "a text")
        opening, found = f"{called} is ", "om_quoted(left(_reject_found, 80))"
        closing = f", expected {expected}. {_MENDING}"
    empty = f"{called} is empty, and every row needs it. {_MENDING}"
    wrong = f"{sql_text(opening)} || {found} || {sql_text(closing)}"
    return f"coalesce({wrong}, {sql_text(empty)})"


def _called(cells: Cells, name: str) -> str:
    """Return a column's name, behind what the file calls it where that is another word."""
    position = cells.positions.get(name)
    header = cells.headers[position] if position is not None else name
    return name if name in match_keys(header) else f"{header} ({name})"
