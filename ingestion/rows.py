"""From cells to the texts of columns, and which rows are data at all.

Totals, footers, repeated headers and blank rows are not data; they stay in the table, marked by
their kind, so that every row of a file is accounted for.
"""

import duckdb

from ingestion.catalogue import Format
from ingestion.json_records import sql_text
from ingestion.reading import CELLS, Cells

TEXTS = "texts"

NULL_TEXTS = ("--", "-", "—", "–", "N/A", "n/a", "#N/A", "NAN", "NaN", "nan", "null", "NULL")
# a campaign or a person may be called so
_NULL_VALUES = ("None", "none")
# said in the first cell of totals that somebody added, with nothing but numbers beside it
_TOTALS = (
    "^(grand )?totals?:?$", "^(总计|合计|汇总)$", "^gesamt(summe)?$", "^tota(al|le)$",
    "^total g[eé]n[eé]ral$", "^(итого|всего)$",
)  # fmt: skip
# said in a row of its own, by exports of any vendor
_FOOTERS = (
    "^©",
    "^Copyright (©|\\(c\\)|[0-9])",
    "^Confidential Information - Do Not Distribute",
    "^No data (is )?available\\.?$",
    "^Total of [0-9,]+ results?$",
)


def create_texts(
    connection: duckdb.DuckDBPyConnection, export_format: Format, cells: Cells
) -> None:
    """Create the view ``texts`` over ``cells``.

    Its columns are ``_source_row``, ``fault``, ``row_kind`` (data, control, total, footer, header
    or blank), ``t_<column>`` for each column found, ``u<position>`` for each unknown one, and
    ``extra`` where the cells bring it. Texts that say nothing are null.
    """
    known = {position: name for name, position in cells.positions.items()}
    texts = [
        f"{_without_nulls(export_format, known[position], position)} as t_{known[position]}"
        if position in known
        else f"c{position} as u{position}"
        for position in range(cells.width)
    ]
    if cells.has_extra:
        texts.append("extra")
    fault = "fault" if cells.has_faults else "null::varchar"
    connection.execute(
        f"""
        create or replace view {TEXTS} as
        select
            rowid + 1 as _source_row,
            {fault} as fault,
            {_row_kind(export_format, cells, fault)} as row_kind,
            {", ".join(texts)}
        from {CELLS}
        """
    )


def _without_nulls(export_format: Format, name: str, position: int) -> str:
    column = export_format.columns[name]
    nulls = dict.fromkeys((*NULL_TEXTS, *export_format.nulls, *column.nulls))
    if column.sql_type != "varchar":
        nulls |= dict.fromkeys(_NULL_VALUES)
    longest = max(len(text.encode()) for text in nulls)
    # a list of literals after IN would become a join per column
    listed = ", ".join(sql_text(text) for text in nulls)
    cell = f"c{position}"
    is_number = f"({cell} >= '0' and {cell} < ':')"
    if any("0" <= text < ":" for text in nulls):
        is_number = "false"
    says_something = (
        f"strlen({cell}) > {longest} or {is_number} or not list_contains([{listed}], {cell})"
    )
    return f"case when {says_something} then {cell} end"


def _matches_any(expression: str, patterns: tuple[str, ...]) -> str:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return f"regexp_matches({expression}, {sql_text(f'(?i){joined}')})"


def _row_kind(export_format: Format, cells: Cells, fault: str) -> str:
    """Return the expression of a row's kind; ``control`` is a total of the listed rows."""
    if export_format.header == "none" or cells.has_extra:
        return "'data'"
    listed = [f"c{position}" for position in range(cells.width)]
    first = f"coalesce({', '.join(listed)}, '')"
    cases = [f"when {fault} is not null then 'data' when {first} = '' then 'blank'"]
    totals = export_format.totals
    if totals.control is not None:
        cases.append(f"when {_matches_any(first, (totals.control.label,))} then 'control'")
    if totals.labels:
        cases.append(f"when {_matches_any(first, totals.labels)} then 'total'")
    blank = [name for name in totals.blank if name in cells.positions]
    if blank:
        tests = " and ".join(f"c{cells.positions[name]} is null" for name in blank)
        cases.append(f"when {tests} then 'total'")
    said = " + ".join(
        f"(c{position} is not null)::integer"
        for name, position in cells.positions.items()
        if export_format.columns[name].sql_type in {"varchar", "date", "timestamp"}
    )
    if said:
        sums = f"case when {said} <= 1 then 'total' else 'data' end"
        cases.append(f"when {first} > ':' and {_matches_any(first, _TOTALS)} then {sums}")
    if export_format.footer:
        cases.append(f"when {_matches_any(first, export_format.footer)} then 'footer'")
    headed = [
        f"c{position} is not distinct from om_clean({sql_text(text)})"
        for position, text in enumerate(cells.header_texts)
        if text
    ]
    if headed:
        # the first cell is tested alone, because it is enough for nearly every row
        same = " and ".join(headed)
        cases.append(f"when {headed[0]} then case when {same} then 'header' else 'data' end")
    filled = " + ".join(f"({cell} is not null)::integer" for cell in listed)
    alone = f"case when {filled} = 1 then 'footer' else 'data' end"
    # none of these begins with a digit, and most rows do
    cases.append(f"when {first} > ':' and {_matches_any(first, _FOOTERS)} then {alone}")
    return f"case {' '.join(cases)} else 'data' end"
