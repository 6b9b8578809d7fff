"""Type the rows of one content into a staged table, and account for every one of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb

from ingestion.catalogue import Format
from ingestion.delimited import UNREADABLE
from ingestion.evidence import AmbiguousDateError, ContradictoryDateError, find_currency_column
from ingestion.file_facts import FileFacts, gather_facts
from ingestion.json_documents import UnreadableJsonError
from ingestion.reading import (
    CELLS,
    SAMPLE,
    Cells,
    Recognised,
    can_read_in_place,
    load_cells,
    load_sample,
)
from ingestion.rejections import keep_rejected
from ingestion.rows import TEXTS, create_texts, find_traits, may_be_plain, promised_traits
from ingestion.scratch import SCRATCH, drop_schema, enter_schema
from ingestion.sheets import UnreadableSheetError
from ingestion.source_settings import AccountContext
from ingestion.typed_rows import TYPED, TypedRows, is_found

# larger contents are typed as they are loaded, smaller ones once, before
_LARGE_ROWS = 200_000


@dataclass(frozen=True)
class Control:
    """A total that the file states, beside the sum over its loaded rows."""

    column: str
    stated: float
    computed: float


@dataclass(frozen=True)
class Staged:
    """A content whose rows stand typed in the scratch database; ``query`` gives those to load.

    Those refused stand there too, under ``schema``. The rows of a promised content are read from
    its text as they are loaded, and counted then: ``query`` fails where some row is not what a
    sample promised.
    """

    recognised: Recognised
    schema: str
    query: str
    is_large: bool
    facts: FileFacts
    cells: Cells
    rows_read: int | None
    rows_loaded: int | None
    rows_rejected: int
    rows_ignored: int
    cells_nulled: int
    controls: tuple[Control, ...]

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        """Return the columns that the format does not name."""
        return (*self.cells.unknown, *self.cells.unknown_keys)

    @property
    def is_promised(self) -> bool:
        """Return whether its rows are read in place: they get their numbers when they are loaded.

        All of them load, in the order of the file.
        """
        return self.cells.in_place


class MissingColumnError(ValueError):
    """A file lacks columns without which its rows are of no use; the message names them."""

    def __init__(self, export_format: Format, lacking: list[tuple[str, ...]]) -> None:
        """Say which columns of ``export_format`` are lacking; of each group one is enough."""
        columns = "; ".join(
            " or ".join(_with_headers(export_format, name) for name in names) for names in lacking
        )
        super().__init__(
            f"is {export_format.id} but lacks the column {columns}. Export it again with that "
            f"column; if it has a new name, add that to its aliases in "
            f"ingestion/formats/{export_format.source}.yml."
        )


# what one file may be refused for while it is staged
FILE_ERRORS = (
    AmbiguousDateError, ContradictoryDateError, MissingColumnError, UnreadableJsonError,
    UnreadableSheetError,
)  # fmt: skip


def _with_headers(export_format: Format, name: str) -> str:
    headers = export_format.columns[name].aliases[:3]
    return f"{name} ({', '.join(headers)})" if headers else name


def stage(
    connection: duckdb.DuckDBPyConnection,
    recognised: Recognised,
    account: AccountContext,
    schema: str,
    in_place: bool = False,
) -> Staged:
    """Type the rows of ``recognised`` in a new ``schema``, refused and ignored ones included.

    ``connection`` is one to a scratch database. ``in_place`` allows a long text to be promised: to
    parse it once and keep none of its cells takes half as long. Raises one of ``FILE_ERRORS`` when
    the file as a whole cannot be taken in.
    """
    enter_schema(connection, schema)
    try:
        if in_place and can_read_in_place(recognised) and may_be_plain(recognised):
            promised = _promise(connection, recognised, account, schema)
            if promised is not None:
                return promised
            drop_schema(connection, schema)
            enter_schema(connection, schema)
        return _stage(connection, recognised, account, schema)
    except BaseException:
        drop_schema(connection, schema)
        raise


def _promise(
    connection: duckdb.DuckDBPyConnection,
    recognised: Recognised,
    account: AccountContext,
    schema: str,
) -> Staged | None:
    """Return a content whose rows load as they stand, if all are like a sample of them."""
    try:
        cells = _load_cells(connection, recognised, in_place=True)
        if not cells.in_place:
            return None
        load_sample(connection, recognised)
        export_format = recognised.format
        sampled = find_traits(connection, export_format, cells, SAMPLE)
        traits = promised_traits(export_format, cells, sampled)
        create_texts(connection, export_format, cells, traits)
        facts = gather_facts(connection, recognised, cells, traits, account)
        typed = TypedRows(connection, recognised, cells, traits, facts)
        if not typed.all_load:
            return None
        connection.execute(f"create view {TYPED} as {typed.render()}")
    except duckdb.OutOfMemoryException:
        raise
    except UNREADABLE:  # some record is irregular, or not what the sample promised
        return None
    query = f"from {SCRATCH}.{schema}.{TYPED} where _row_kind = 'data'"
    return Staged(
        recognised, schema, query, True, facts, cells,
        rows_read=None, rows_loaded=None, rows_rejected=0, rows_ignored=0, cells_nulled=0,
        controls=(),
    )  # fmt: skip


def _stage(
    connection: duckdb.DuckDBPyConnection,
    recognised: Recognised,
    account: AccountContext,
    schema: str,
) -> Staged:
    export_format = recognised.format
    cells = _load_cells(connection, recognised)
    traits = find_traits(connection, export_format, cells)
    create_texts(connection, export_format, cells, traits)
    facts = gather_facts(connection, recognised, cells, traits, account)
    typed = TypedRows(connection, recognised, cells, traits, facts)
    is_large = traits.rows > _LARGE_ROWS
    kind = "view" if is_large else "table"
    connection.execute(f"create {kind} {TYPED} as {typed.render()}")
    if typed.all_load:
        read = loaded = traits.rows
        rejected = ignored = nulled = 0
    else:
        read, loaded, rejected, ignored, nulled = _count_verdicts(connection)
    if not traits.rows == read == loaded + rejected + ignored:
        raise RuntimeError(
            f"{recognised.content.path}: {traits.rows} rows in the file, {loaded} loaded, "
            f"{rejected} rejected, {ignored} ignored"
        )
    query = f"from {SCRATCH}.{schema}.{TYPED}"
    if loaded < read:
        query += " where _verdict = 'loaded'"
    staged = Staged(
        recognised, schema, query, is_large, facts, cells,
        read, loaded, rejected, ignored, int(nulled),
        controls=tuple(_controls(connection, export_format)) if ignored else (),
    )  # fmt: skip
    if rejected:
        keep_rejected(connection, export_format, cells, schema)
    if not is_large:
        connection.execute(f"drop view {TEXTS}")
        connection.execute(f"drop table {CELLS}")
    return staged


def _load_cells(
    connection: duckdb.DuckDBPyConnection, recognised: Recognised, in_place: bool = False
) -> Cells:
    """Create the table ``cells`` of a content that has the columns that are needed."""
    cells = load_cells(connection, recognised, in_place)
    cells = _with_currency(connection, recognised.format, cells)
    _check_needed(recognised.format, cells)
    return cells


def _with_currency(
    connection: duckdb.DuckDBPyConnection, export_format: Format, cells: Cells
) -> Cells:
    """Return ``cells`` with their column of currencies, in whatever language it is headed.

    Left among the unknown ones, its amounts would be taken as the account's currency.
    """
    states = [name for name, column in export_format.columns.items() if column.currency]
    if not cells.unknown or len(states) != 1 or states[0] in cells.positions:
        return cells
    header = find_currency_column(connection, cells.unknown)
    if header is None:
        return cells
    unknown = {name: position for name, position in cells.unknown.items() if name != header}
    positions = cells.positions | {states[0]: cells.unknown[header]}
    return replace(cells, positions=positions, unknown=unknown)


def _count_verdicts(connection: duckdb.DuckDBPyConnection) -> tuple[int, ...]:
    return connection.execute(
        f"""
        select
            count(*),
            count(*) filter (_verdict = 'loaded'),
            count(*) filter (_verdict = 'rejected'),
            count(*) filter (_verdict = 'ignored'),
            coalesce(sum(_nulled) filter (_verdict = 'loaded'), 0)
        from {TYPED}
        """
    ).fetchall()[0]


def pool(connection: duckdb.DuckDBPyConnection, staged: Staged, name: str) -> Staged:
    """Move the rows to load into the table ``name``, which others of the format share.

    Every table takes memory for 2,048 rows at least, too much for thousands of small contents.
    """
    table = f"{SCRATCH}.main.{name}"
    connection.execute(f"create table if not exists {table} as {staged.query} limit 0")
    connection.execute(f"insert into {table} {staged.query}")
    drop_schema(connection, staged.schema)
    return replace(staged, query=f"from {table}")


def _check_needed(export_format: Format, cells: Cells) -> None:
    lacking = [
        names
        for names in export_format.needed_columns
        if not any(name in export_format.file_columns or is_found(export_format, cells, name)
                   for name in names)
    ]  # fmt: skip
    if lacking:
        raise MissingColumnError(export_format, lacking)


def _controls(connection: duckdb.DuckDBPyConnection, export_format: Format) -> Iterator[Control]:
    control = export_format.totals.control
    if control is None:
        return
    stated = connection.execute(
        f"select {', '.join(control.columns)} from {TYPED} where _row_kind = 'control' "
        "order by _source_row limit 1"
    ).fetchall()
    if not stated:
        return
    sums = ", ".join(f"coalesce(sum({name}), 0)" for name in control.columns)
    computed = connection.execute(
        f"select {sums} from {TYPED} where _verdict = 'loaded'"
    ).fetchall()
    for name, total, own in zip(control.columns, stated[0], computed[0], strict=True):
        if total is not None:
            yield Control(name, float(total), float(own))
