"""From cells to the texts of columns, and which rows are data at all.

Totals, footers, repeated headers and blank rows are not data; they stay in the table, marked by
their kind, so that every row of a file is accounted for.
"""

import re
from dataclasses import dataclass, replace

import duckdb

from ingestion.catalogue import Format
from ingestion.reading import CELLS, Cells, Recognised
from ingestion.sql import sql_text

TEXTS = "texts"

# spellings that a plain cast reads, and no rounding makes too long; other cells need the macros of
# values.sql
PLAIN_SPELLINGS = {
    "id": "[A-Za-z0-9_:@./#|-]*",
    "integer": "-?[0-9]{1,18}",
    "decimal": "-?[0-9]{1,11}([.][0-9]*)?",
    "money": "-?[0-9]{1,13}([.][0-9]*)?",
    "hour": "[0-9]|1[0-9]|2[0-4]",
    "duration": "[0-9]{1,14}([.][0-9]*)?",
    "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "timestamp": "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?)?",
}
# further spellings of numbers whose decimal mark can only be a point
_POINTED = "-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?%?"
_POINTED_INTEGER = "-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)"
NUMERIC = {"integer", "decimal", "money", "percent", "rate"}
NULL_TEXTS = ("--", "-", "—", "–", "N/A", "n/a", "#N/A", "NAN", "NaN", "nan", "null", "NULL")
# a campaign or a person may be called so
_NULL_VALUES = ("None", "none")
# said in the first cell of totals that somebody added, with nothing but numbers beside it
_TOTALS = (
    "^(grand )?totals?:?$", "^(总计|合计|汇总)$", "^gesamt(summe)?$", "^tota(al|le)$",
    "^total g[eé]n[eé]ral$", "^(итого|всего)$",
)  # fmt: skip
# what stands beside such a label, by reports that name the figure
_FIGURES = "^(sum|count|record count|average|minimum|maximum|median)( of .*)?$"
# said in a row of its own, by exports of any vendor
_FOOTERS = (
    "^©",
    "^Copyright (©|\\(c\\)|[0-9])",
    "^Confidential Information - Do Not Distribute",
    "^No data (is )?available\\.?$",
    "^Total of [0-9,]+ results?$",
)


_BROKEN_PROMISE = "a row is not what a sample promised"
# kinds of cells, a bit for each
_PLAIN, _EMPTY, _NULL_TEXT, _ODD, _FROM_POINT = 1, 2, 4, 8, 16


@dataclass(frozen=True)
class CellTraits:
    """What a look at every cell of a content told.

    ``plain`` are the columns of a type whose every text a plain cast reads, ``pointed`` those of
    numbers that tell nothing of another decimal mark than the point, ``with_null_texts`` those
    where some text says nothing, ``with_gaps`` those where some row has no value.
    """

    rows: int
    plain: frozenset[str]
    pointed: frozenset[str]
    with_null_texts: frozenset[str]
    with_gaps: frozenset[str]
    all_data: bool


def find_traits(
    connection: duckdb.DuckDBPyConnection,
    export_format: Format,
    cells: Cells,
    table: str = CELLS,
) -> CellTraits:
    """Look at every cell of ``table`` once: most files need no more than plain casts."""
    fault = _fault(cells)
    kinds = [
        f"coalesce(bit_or({_cell_kind(export_format, name, position)}), 0)"
        for name, position in cells.positions.items()
    ]
    rows, other_rows, *found = connection.execute(
        f"""
        select
            count(*),
            count(*) filter (
                {fault} is not null or {_row_kind(export_format, cells, fault)} != 'data'
            ),
            {", ".join(kinds)}
        from {_with_first_cell(export_format, cells, table)}
        """
    ).fetchall()[0]
    kinds_of = dict(zip(cells.positions, found, strict=True))
    plain = frozenset(
        name
        for name, kind in kinds_of.items()
        if not kind & (_ODD | _FROM_POINT) and export_format.columns[name].type in PLAIN_SPELLINGS
    )
    return CellTraits(
        rows,
        plain=plain,
        pointed=frozenset(
            name
            for name, kind in kinds_of.items()
            if not kind & _ODD and export_format.columns[name].type in NUMERIC
        ),
        with_null_texts=frozenset(name for name, kind in kinds_of.items() if kind & _NULL_TEXT),
        with_gaps=frozenset(
            name for name, kind in kinds_of.items() if kind & (_EMPTY | _NULL_TEXT)
        ),
        all_data=not other_rows,
    )


def may_be_plain(recognised: Recognised) -> bool:
    """Return whether plain casts may read all columns that a header names, by their types."""
    columns = recognised.format.columns
    positions = recognised.match.positions if recognised.match else {}
    return all(columns[name].type in {"text", *PLAIN_SPELLINGS} for name in positions) and not any(
        column.compose and column.compose[0] in positions for column in columns.values()
    )


def promised_traits(export_format: Format, cells: Cells, sample: CellTraits) -> CellTraits:
    """Return what the traits of a sample promise of all rows of its content.

    It is no promise that rows have values which a format can do without, nor that texts are values.
    """
    columns = export_format.columns
    optional = frozenset(name for name in cells.positions if not columns[name].required)
    texts = frozenset(name for name in optional if columns[name].type == "text")
    return replace(
        sample,
        with_null_texts=sample.with_null_texts | texts,
        with_gaps=sample.with_gaps | optional,
    )


def _keeps_promise(export_format: Format, cells: Cells, traits: CellTraits) -> str:
    """Return the test whether a row is what :func:`promised_traits` say of all."""
    fault = _fault(cells)
    tests = [f"{_row_kind(export_format, cells, fault)} = 'data'"]
    for name, position in cells.positions.items():
        last = _NULL_TEXT if name in traits.with_null_texts else _EMPTY
        last = last if name in traits.with_gaps else _PLAIN
        if last < _NULL_TEXT or export_format.columns[name].type != "text":
            tests.append(f"{_cell_kind(export_format, name, position)} <= {last}")
    return " and ".join(tests)


def _cell_kind(export_format: Format, name: str, position: int) -> str:
    cell, type_ = f"c{position}", export_format.columns[name].type
    says_nothing = f"not ({_says_something(export_format, name, cell)})"
    cases = [f"when {says_nothing} then {_NULL_TEXT}"]
    if type_ in PLAIN_SPELLINGS:
        plain = f"regexp_full_match({cell}, {sql_text(PLAIN_SPELLINGS[type_])})"
        if type_ == "timestamp":
            plain += f" and try_cast({cell} as timestamp) is not null"
        elif type_ == "date":  # the same, faster
            plain = f"strlen({cell}) = 10 and try_cast({cell} as date)::varchar = {cell}"
        # a format may say that a number or an identifier stands for nothing; else what most cells
        # are is asked first
        spelling = re.compile(PLAIN_SPELLINGS[type_])
        says_plainly = any(map(spelling.fullmatch, _null_texts(export_format, name)))
        cases.insert(1 if says_plainly else 0, f"when {plain} then {_PLAIN}")
    if type_ in NUMERIC:
        pointed = _POINTED_INTEGER if type_ == "integer" else _POINTED
        cases.append(f"when regexp_full_match({cell}, {sql_text(pointed)}) then {_FROM_POINT}")
    is_typed = type_ in PLAIN_SPELLINGS or type_ in NUMERIC
    cases.insert(0, f"when {cell} is null then {_EMPTY}")
    return f"case {' '.join(cases)} else {_ODD if is_typed else _PLAIN} end"


def create_texts(
    connection: duckdb.DuckDBPyConnection, export_format: Format, cells: Cells, traits: CellTraits
) -> None:
    """Create the view ``texts`` over ``cells``.

    Its columns are ``_source_row``, ``fault``, ``row_kind`` (data, control, total, footer, header,
    blank or other), ``t_<column>`` for each column found, ``u<position>`` for each unknown one, and
    ``extra`` where the cells bring it. Texts that say nothing are null. Of cells that are read in
    place ``row_kind`` fails for a row that is not what ``traits`` promise.
    """
    known = {position: name for name, position in cells.positions.items()}
    texts = []
    for position in range(cells.width):
        cell, name = f"c{position}", known.get(position)
        if name is None:
            texts.append(f"{cell} as u{position}")
        elif name in traits.with_null_texts:
            says_something = _says_something(export_format, name, cell)
            texts.append(f"case when {says_something} then {cell} end as t_{name}")
        else:
            texts.append(f"{cell} as t_{name}")
    if cells.has_extra:
        texts.append("extra")
    fault = _fault(cells)
    row_kind = "'data'" if traits.all_data else _row_kind(export_format, cells, fault)
    if cells.in_place:
        keeps_promise = _keeps_promise(export_format, cells, traits)
        row_kind = f"case when {keeps_promise} then 'data' else error('{_BROKEN_PROMISE}') end"
    connection.execute(
        f"""
        create or replace view {TEXTS} as
        select
            row_number as _source_row,
            {fault} as fault,
            {row_kind} as row_kind,
            {", ".join(texts)}
        from {_with_first_cell(export_format, cells, CELLS)}
        """
    )


def _with_first_cell(export_format: Format, cells: Cells, table: str) -> str:
    """Return the table of cells with the number of each row and the first cell not empty.

    Where totals are told by a label, dashes may stand before it, and are passed over.
    """
    listed = ", ".join(f"c{position}" for position in range(cells.width))
    if export_format.totals.labels:
        said = (f"nullif(nullif(c{place}, '-'), '--')" for place in range(min(cells.width, 3)))
        listed = f"{', '.join(said)}, {listed}"
    number = "null::bigint" if cells.in_place else "rowid + 1"
    return f"(select {number} as row_number, *, coalesce({listed}, '') as first_cell from {table})"


def _fault(cells: Cells) -> str:
    return "fault" if cells.has_faults else "null::varchar"


def _null_texts(export_format: Format, name: str) -> tuple[str, ...]:
    column = export_format.columns[name]
    values = () if column.sql_type == "varchar" else _NULL_VALUES
    texts = (*NULL_TEXTS, *export_format.nulls, *column.nulls, *values)
    return tuple(dict.fromkeys(texts))


def _says_something(export_format: Format, name: str, cell: str) -> str:
    """Return the test whether the text of a cell is a value; it is not null for any text."""
    nulls = _null_texts(export_format, name)
    longest = max(len(text.encode()) for text in nulls)
    # a list of literals after IN would become a join per column
    listed = ", ".join(sql_text(text) for text in nulls)
    is_number = f"({cell} >= '0' and {cell} < ':')"
    if any("0" <= text < ":" for text in nulls):
        is_number = "false"
    return f"strlen({cell}) > {longest} or {is_number} or not list_contains([{listed}], {cell})"


def _matches_any(expression: str, patterns: tuple[str, ...]) -> str:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return f"regexp_matches({expression}, {sql_text(f'(?i){joined}')})"


def _faulty_kind(labels: tuple[str, ...]) -> str:
    """Return the kind of a row that does not fit: a total may be called so behind its last cell."""
    whole = [label[1:] for label in labels if label.startswith("^") and label.endswith("$")]
    if not whole:
        return "'data'"
    behind = _matches_any("raw_text", tuple(f"[,;\t]{label}" for label in whole))
    return f"case when coalesce({behind}, false) then 'total' else 'data' end"


def _row_kind(export_format: Format, cells: Cells, fault: str) -> str:
    """Return the expression of a row's kind; ``control`` is a total of the listed rows."""
    if cells.has_extra:
        return "case when is_other then 'other' else 'data' end"
    if export_format.header == "none":
        return "'data'"
    listed = [f"c{position}" for position in range(cells.width)]
    first = "first_cell"
    totals = export_format.totals
    cases = [f"when {first} = '' then 'blank'"]
    if cells.has_faults:
        cases.insert(0, f"when {fault} is not null then {_faulty_kind(totals.labels)}")
    if totals.control is not None:
        cases.append(f"when {_matches_any(first, (totals.control.label,))} then 'control'")
    if totals.labels:
        cases.append(f"when {_matches_any(first, totals.labels)} then 'total'")
    blank = [name for name in totals.blank if name in cells.positions]
    if blank:
        tests = " and ".join(f"c{cells.positions[name]} is null" for name in blank)
        cases.append(f"when {tests} then 'total'")
    said = [
        f"c{position}"
        for name, position in cells.positions.items()
        if export_format.columns[name].sql_type in {"varchar", "date", "timestamp"}
    ]
    if said:
        is_figure = _matches_any("text", (_FIGURES,))
        texts = f"list_filter([{', '.join(said)}], lambda text: not {is_figure})"
        sums = f"case when len({texts}) <= 1 then 'total' else 'data' end"
        cases.append(f"when {first} > ':' and {_matches_any(first, _TOTALS)} then {sums}")
    if export_format.footer:
        cases.append(f"when {_matches_any(first, export_format.footer)} then 'footer'")
    # what such a format writes below its rows bears a title as well, and the name of a company
    required = [
        f"c{cells.positions[name]}"
        for name, column in export_format.columns.items()
        if column.required and name in cells.positions
    ]
    if export_format.footer and required:
        lacks_key = " and ".join(f"{cell} is null" for cell in required)
        cases.append(
            f"when {lacks_key} then "
            f"case when list_count([{', '.join(listed)}]) = 1 then 'footer' else 'data' end"
        )
    headed = {f"c{position}": text for position, text in enumerate(cells.header_texts) if text}
    if headed:
        texts = ", ".join(map(sql_text, headed.values()))
        same = f"[{', '.join(headed)}] = [om_strip(text) for text in [{texts}]]"
        # the first cell is tested alone, because it is enough for nearly every row
        cell, text = next(iter(headed.items()))
        is_first = f"{cell} is not distinct from om_strip({sql_text(text)})"
        cases.append(f"when {is_first} then case when {same} then 'header' else 'data' end")
    # a sum of a thousand cells is deeper than an expression may be
    alone = f"case when list_count([{', '.join(listed)}]) = 1 then 'footer' else 'data' end"
    # none of these begins with a digit, and most rows do
    cases.append(f"when {first} > ':' and {_matches_any(first, _FOOTERS)} then {alone}")
    return f"case {' '.join(cases)} else 'data' end"
