"""The query that turns the texts of one content into typed rows with their lineage."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import yaml

from ingestion.evidence import map_zones
from ingestion.file_facts import FileFacts
from ingestion.format_models import BROKEN_DOWN, NUMBERS, Column, Format
from ingestion.headers import parse_header
from ingestion.lineage import LINEAGE_COLUMNS
from ingestion.reading import Cells, Recognised
from ingestion.rows import TEXTS, CellTraits
from ingestion.sql import sql_text

# what the rows of a content are called in its schema, once they are typed
TYPED = "typed"
# stands for a part of the grain that a row does not have
_ABSENT = "'\x1e'"
_CURRENCY_DIGITS = {
    code: digits
    for digits, codes in yaml.safe_load(
        (Path(__file__).parent / "currency_digits.yml").read_text(encoding="ascii")
    ).items()
    for code in codes
}


def _literal(value: Any) -> str:
    return "null" if value is None else sql_text(str(value))


def _json_object(members: list[tuple[str, str]]) -> str:
    return f"json_object({', '.join(f'{sql_text(name)}, {cell}' for name, cell in members)})"


def _or_absent(*values: str) -> str:
    return f"coalesce({', '.join([*values, _ABSENT])})"


def is_found(export_format: Format, cells: Cells, name: str) -> bool:
    """Return whether a column has cells of its own, or is composed of such."""
    compose = export_format.columns[name].compose
    return (compose[0] if compose else name) in cells.positions


class TypedRows:
    """Renders the query over the table ``texts``.

    Beside the raw table's columns it gives ``_verdict`` (loaded, rejected or ignored),
    ``_row_kind``, ``_reject_column``, ``_reject_found``, ``_fault`` and ``_nulled``, the number of
    unreadable optional cells.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        recognised: Recognised,
        cells: Cells,
        traits: CellTraits,
        facts: FileFacts,
    ) -> None:
        """Prepare the query of one content; ``connection`` holds its table ``texts``."""
        self._connection = connection
        self._path = recognised.content.path
        self._format = recognised.format
        self._cells = cells
        self._traits = traits
        self._facts = facts
        columns = self._format.columns
        self._found = [name for name in columns if is_found(self._format, cells, name)]
        self._keys = [
            name
            for name in self._found
            if columns[name].required or name in self._format.grain_columns or columns[name].spans
        ]
        # what the whole column shows to be plain cannot be unreadable
        self._doubtful = [
            name
            for name in self._found
            if columns[name].type != "text" and not self._is_plain(name)
        ]
        self._optional = [name for name in self._doubtful if name not in self._keys]
        self._spanning = [
            name for name in self._found if columns[name].spans and not self._is_plain_day(name)
        ]
        self._broken_down_by = next(
            (self._find_breakdown(name) for name in self._found
             if columns[name].spans in BROKEN_DOWN), None
        )  # fmt: skip
        if self._broken_down_by == "days":
            # what may be a month and is none is a day like any other
            self._spanning = [
                name for name in self._spanning if columns[name].spans != "day_or_month"
            ]
            if not self._spanning:
                self._broken_down_by = None

    def render(self) -> str:
        """Return the query."""
        composed = ", ".join(["*", *self._composed_texts()])
        values = ", ".join(["*", *(f"{self._value(name)} as v_{name}" for name in self._found)])
        spans = ", ".join(["*", *(f"{self._span(name)} as s_{name}" for name in self._spanning)])
        return f"""
            with composed as (select {composed} from {TEXTS}),
            spanned as (select {spans} from composed),
            typed as (select {values} from spanned),
            judged as (
                select
                    *, {self._reject_column()} as reject_column, {self._nulled()} as nulled,
                    {self._covered("first")} as covers_from, {self._covered("last")} as covers_to
                from typed
            )
            select
                {", ".join([*self._declared_columns(), *self._lineage_columns()])},
                case
                    when row_kind != 'data' then 'ignored'
                    when fault is not null or reject_column is not null then 'rejected'
                    else 'loaded'
                end as _verdict,
                row_kind as _row_kind,
                reject_column as _reject_column,
                {self._reject_found()} as _reject_found,
                fault as _fault,
                nulled as _nulled
            from judged
        """

    @property
    def all_load(self) -> bool:
        """Return whether no row is ignored, refused, or brought with a cell nulled."""
        return (
            self._traits.all_data
            and not self._doubtful
            and not self._spanning
            and not any(
                self._format.columns[name].required and self._may_be_empty(name)
                for name in self._keys
            )
        )

    def _may_be_empty(self, name: str) -> bool:
        return name not in self._cells.positions or name in self._traits.with_gaps

    def _composed_texts(self) -> Iterator[str]:
        for name in self._found:
            parts = self._format.columns[name].compose
            if parts:
                texts = [f"t_{part}" for part in parts if part in self._cells.positions]
                yield f"nullif(concat_ws(' ', {', '.join(texts)}), '') as t_{name}"

    def _value(self, name: str) -> str:
        """Return the expression of a column's value, null where the text is unreadable."""
        column = self._format.columns[name]
        text = f"t_{name}"
        if column.spans == "days" and name in self._spanning:
            return f"om_single_day(s_{name})"
        if self._is_plain(name):
            if column.sql_type == "varchar":
                return text
            value = f"try_cast({text} as {column.sql_type})"
            return f"om_zoned({value}, {self._zone(name)})" if column.type == "timestamp" else value
        is_percent = False
        if name in self._cells.positions:
            is_percent = parse_header(self._cells.headers[self._cells.positions[name]]).is_percent
        zone = self._zone(name) if column.type == "timestamp" else None
        value = self._read(text, column, is_percent, zone)
        if not self._is_minor(column):
            return value
        return f"try_cast({value} * {self._unit(column)} as {column.sql_type})"

    def _is_minor(self, column: Column) -> bool:
        return column.minor_units is not None and self._cells.has_extra

    def _unit(self, column: Column) -> str:
        """Return the expression of what one of the units that an amount counts is worth."""
        units = column.minor_units
        currency = _literal(self._facts.currency)
        if units.currency in self._found:
            currency = f"coalesce(upper(t_{units.currency}), {currency})"
        digits = _CURRENCY_DIGITS | units.digits
        cases = " ".join(
            f"when {sql_text(code)} then {10**-number:.{number}f}"
            for code, number in digits.items()
            if number != 2
        )
        return f"case {currency} {cases} else 0.01 end"

    def _is_plain_day(self, name: str) -> bool:
        return self._format.columns[name].spans == "days" and self._is_plain(name)

    def _find_breakdown(self, name: str) -> str:
        """Return whether the first days of all rows are those of days, months or one range."""
        start, end = self._facts.period_start, self._facts.period_end
        day = self._read(f"t_{name}", self._format.columns[name], False, None)
        first, last, are_first = self._connection.execute(
            f"""
            select min(day), max(day), bool_and(day(day) = 1 or day is not distinct from ?)
            from (select {day} as day from {TEXTS} where row_kind = 'data') where day is not null
            """,
            [start],
        ).fetchall()[0]
        if first is not None and first < last and are_first:
            return "month"
        may_be_range = self._format.columns[name].spans == "breakdown" and start and end
        return "range" if may_be_range and first == last == start < end else "days"

    def _span(self, name: str) -> str:
        """Return the expression of the first and the last day that a cell is about."""
        column = self._format.columns[name]
        order = sql_text(column.date_order or self._facts.date_order)
        seen_on = f"date '{self._facts.seen_on}'"
        kind = column.spans
        if kind in BROKEN_DOWN:
            kind = self._broken_down_by
        if kind == "range":
            start, end = self._facts.period_start, self._facts.period_end
            return f"om_span({_literal(start)}::date, {_literal(end)}::date)"
        return f"om_{kind}_span(t_{name}, {order}, {seen_on})"

    def _covered(self, end: str) -> str:
        """Return the expression of the first or the last day that a row covers.

        A week on the edge of the file's range was cut there, and a week of two months at both. A
        row of one day tells no range.
        """
        stated = self._facts.period_start if end == "first" else self._facts.period_end
        file_day = f"{_literal(stated)}::date"
        if not self._spanning:
            return file_day
        longer = "" if self._broken_down_by else "case when s_{0}.first < s_{0}.last then "
        first, last = (
            ", ".join(
                f"{longer.format(name)}s_{name}.{side}{' end' if longer else ''}"
                for name in self._spanning
            )
            for side in ("first", "last")
        )
        inner_first = f"greatest({first}, {_literal(self._facts.period_start)}::date)"
        inner_last = f"least({last}, {_literal(self._facts.period_end)}::date)"
        inner = inner_first if end == "first" else inner_last
        own = f"coalesce({first if end == 'first' else last}, {file_day})"
        return f"case when {inner_first} <= {inner_last} then {inner} else {own} end"

    def _is_plain(self, name: str) -> bool:
        """Return whether a plain cast reads every text of a column as it is meant."""
        column = self._format.columns[name]
        is_number = column.type in NUMBERS
        if self._is_minor(column):
            return False
        return name in self._traits.plain and not (is_number and self._facts.decimal_mark == ",")

    def _read(self, text: str, column: Column, is_percent: bool, zone: str | None) -> str:
        mark = sql_text(self._facts.decimal_mark)
        order = sql_text(column.date_order or self._facts.date_order)
        seen_on = f"date '{self._facts.seen_on}'"
        reading = {
            "text": text,
            "id": f"om_id({text})",
            "integer": f"om_integer({text}, {mark})",
            "decimal": f"om_number_text({text}, {mark})",
            "money": f"om_number_text({text}, {mark})",
            "percent": f"om_share({text}, {mark}, true)",
            "rate": f"om_share({text}, {mark}, {str(is_percent).lower()})",
            "date": f"om_date({text}, {order}, {seen_on})",
            "timestamp": f"om_timestamp({text}, {order}, {seen_on}, {zone})",
            "epoch_s": f"om_epoch({text}, 1)",
            "epoch_ms": f"om_epoch({text}, 1000)",
            "epoch_us": f"om_epoch({text}, 1000000)",
            "hour": f"om_hour({text})",
            "duration": f"om_duration({text})",
            "boolean": f"om_boolean({text})",
            "json": f"om_json({text})",
        }[column.type]
        return f"try_cast({reading} as {column.sql_type})" if column.type in NUMBERS else reading

    def _zone(self, name: str) -> str:
        """Return the expression of the zone of a column's naive timestamps."""
        column = self._format.columns[name]
        zone = column.timezone or self._facts.account.timezone
        if name in self._cells.positions:
            header = parse_header(self._cells.headers[self._cells.positions[name]])
            zone = "UTC" if header.is_utc else zone
        named = column.zone_column
        if not named or named not in self._cells.positions:
            return sql_text(zone)
        cases = " ".join(
            f"when t_{named} = {sql_text(text)} then {sql_text(iana)}"
            for text, iana in map_zones(self._connection, named).items()
        )
        return f"case {cases} else {sql_text(zone)} end" if cases else sql_text(zone)

    def _reject_column(self) -> str:
        cases = []
        for name in self._keys:
            if name in self._spanning:
                cases.append(
                    f"when t_{name} is not null and s_{name}.last is null then {sql_text(name)}"
                )
            elif name in self._doubtful:
                cases.append(
                    f"when t_{name} is not null and v_{name} is null then {sql_text(name)}"
                )
            if self._format.columns[name].required and self._may_be_empty(name):
                cases.append(f"when t_{name} is null then {sql_text(name)}")
        if not cases:
            return "null::varchar"
        return f"case when fault is not null then null {' '.join(cases)} end"

    def _reject_found(self) -> str:
        cases = " ".join(f"when {sql_text(name)} then t_{name}" for name in self._keys)
        return f"case reject_column {cases} end" if cases else "null::varchar"

    def _nulled(self) -> str:
        tests = [f"(t_{name} is not null and v_{name} is null)::integer" for name in self._optional]
        return " + ".join(tests) or "0"

    def _declared_columns(self) -> Iterator[str]:
        found = set(self._found)
        for name, column in self._format.columns.items():
            value = f"v_{name}" if name in found else "null"
            yield f"{value}::{column.sql_type} as {name}"
        for name, file_column in self._format.file_columns.items():
            stated = self._facts.file_values.get(name)
            value = "null"
            if stated is not None:
                column = Column.model_validate({"type": file_column.type})
                zone = sql_text(self._facts.account.timezone)
                value = self._read(f"om_clean({sql_text(stated)})", column, False, zone)
            yield f"{value}::{file_column.sql_type} as {name}"

    def _lineage_columns(self) -> Iterator[str]:
        facts = self._facts
        values = {
            "_source_file": sql_text(self._path),
            "_source_row": "_source_row",
            "_account": _literal(facts.account.account),
            "_currency": _literal(facts.currency),
            "_period_start": "covers_from",
            "_period_end": "covers_to",
            "_exported_at": _literal(facts.exported_at),
            "_loaded_at": "null",
            "_file_version": sql_text(facts.file_version),
            "_grain_key": self._grain_key(),
            "_is_deleted": "false",
            "_extra": self._extra(),
        }
        for name, (sql_type, _) in LINEAGE_COLUMNS.items():
            yield f"{values[name]}::{sql_type} as {name}"

    def _grain_key(self) -> str:
        """Return the hash of the grain.

        126 bits are what a decimal of 38 digits holds, and a number is stored faster than a text.
        """
        joined = ", ".join(self._grain_parts())
        return f"(md5_number(concat_ws('\x1f', {joined})) >> 2)"

    def _grain_parts(self) -> Iterator[str]:
        """Yield the expressions of the grain's parts, none of which is ever null.

        The covered range is part of it where a row has no day, and the day of the export where its
        figures are totals so far: each day's is an observation of its own.
        """
        facts = self._facts
        days: list[str] = []
        for alternatives in self._format.grain_alternatives:
            values = []
            for name in alternatives:
                if name in self._format.file_columns:
                    values.append(_literal(facts.file_values.get(name)))
                elif name in self._found:
                    values.append(self._grain_text(name))
                    if self._format.columns[name].sql_type in {"date", "timestamp"}:
                        days.append(name)
            is_full = any(self._is_full(name) for name in alternatives[:1])
            yield values[0] if is_full else _or_absent(*values)
        yield _or_absent(_literal(facts.account.account))
        ends = {"covers_from": facts.period_start, "covers_to": facts.period_end}
        for covered, day in ends.items():
            own = f"coalesce({covered}::varchar, {_ABSENT})"
            value = own if self._spanning else _literal(day)
            if self._broken_down_by in {"month", "range"}:
                yield value
            elif value == "null" or any(self._is_full(name) for name in days):
                yield _ABSENT
            else:
                has_no_day = " and ".join(["true", *(f"v_{name} is null" for name in days)])
                yield f"case when {has_no_day} then {value} else {_ABSENT} end"
        if lifetime := self._format.lifetime:
            observed_on = sql_text(facts.file_version[:10])
            if lifetime is not True and lifetime in self._found:
                yield f"case when v_{lifetime} is null then {observed_on} else {_ABSENT} end"
            else:
                yield observed_on

    def _grain_text(self, name: str) -> str:
        # a plain day is spelt as it would be written
        is_spelt = self._format.columns[name].type == "date" and self._is_plain(name)
        return f"t_{name}" if is_spelt else f"v_{name}::varchar"

    def _is_full(self, name: str) -> bool:
        """Return whether every row has a value of a column."""
        if name not in self._found or self._may_be_empty(name):
            return False
        return self._format.columns[name].type == "text" or self._is_plain(name)

    def _extra(self) -> str:
        """Return the JSON of unknown cells and of the originals of unreadable ones."""
        unknown = [(header, f"u{position}") for header, position in self._cells.unknown.items()]
        unreadable = [
            (name, f"case when v_{name} is null then t_{name} end") for name in self._optional
        ]
        if not (self._cells.has_extra or unknown or unreadable):
            return "null"
        if not (self._cells.has_extra or unreadable) and len(unknown) == 1:
            return f"case when {unknown[0][1]} is not null then {_json_object(unknown)} end"
        base = "coalesce(extra::json, '{}'::json)" if self._cells.has_extra else "'{}'::json"
        # a merge patch drops the members that are null
        only_unknown = f"json_merge_patch({base}, {_json_object(unknown)})" if unknown else base
        if not (self._cells.has_extra or unknown):
            only_unknown = "null"
        both = f"json_merge_patch({base}, {_json_object([*unknown, *unreadable])})"
        merged = f"case when nulled > 0 then {both} else {only_unknown} end"
        return f"nullif(({merged})::varchar, '{{}}')"
