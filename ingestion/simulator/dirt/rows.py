"""One pass over an export that plants the defects of its cells and rows, and adds up the rest."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ingestion.simulator.dirt.records import Record
from ingestion.simulator.dirt.registry import (
    Cell,
    Defect,
    Expected,
    Fate,
    Identifier,
    Spoiled,
)
from ingestion.simulator.dirt.tables import (
    Export,
    Layout,
    open_export,
    quoted,
    split_cells,
    unquoted,
    values_of,
    values_of_object,
    writing_like,
)
from ingestion.simulator.dirt.targets import Column, Sums, Value, spell

# a defect that finds no cell in so many rows is not sought for in this file any more
_TRIES = 5_000


@dataclass(frozen=True)
class Planted:
    """One thing that is wrong, and what ingestion is to make of it.

    ``row`` counts from 1 after the header, as ``_source_row`` does; without one the whole file is
    meant. ``value`` is what the raw column is to hold, ``says`` what the ledger's reason is to say.
    """

    file: str
    defect: str
    expected: Expected
    row: int | None = None
    table: str | None = None
    column: Column | None = None
    value: str | None = None
    says: str | None = None
    record: tuple[str, str] | None = None  # source and reference of the record with the identifier
    identifier: Identifier | None = None


@dataclass
class Due:
    """How often a defect is still to be planted, and from which rows of its files on."""

    defect: Defect
    draw: np.random.Generator
    places: list[int]  # descending; counted over all files it may befall
    before: int = 0  # rows of the files that are done
    waiting: int = 0
    tries: int = 0

    def falls_due(self, number: int) -> bool:
        """Return whether it is to be planted, now that a file's row of this number is reached."""
        while self.places and self.places[-1] <= self.before + number:
            self.places.pop()
            self.waiting += 1
        return self.waiting > 0 and self.tries < _TRIES

    @property
    def next_number(self) -> float:
        """Return the row of the present file at which it falls due next."""
        return self.places[-1] - self.before if self.places else float("inf")


@dataclass
class _Pass:
    """What one file's pass keeps in mind."""

    export: Export
    layout: Layout
    sums: Sums
    places: dict[str, int]
    planted: list[Planted] = field(default_factory=list)
    row: int = 0

    def read(self, text: str) -> dict[str, Value | None] | None:
        """Return the values of a record, None when it is a total."""
        target, layout = self.export.target, self.layout
        if target.is_json:
            return values_of_object(target, json.loads(text))
        cells = split_cells(text.rstrip("\r\n"), layout.delimiter)
        return values_of(target, [unquoted(cell) for cell in cells], self.places)


def soil_rows(export: Export, dues: list[Due]) -> tuple[list[Planted], Sums]:
    """Plant what falls due in a file's rows; return it, and what the rows loaded add up to.

    A row takes one defect at most; what finds no row stays due, for the next file.
    """
    with open_export(export) as (layout, records):
        places = {header: place for place, header in enumerate(layout.header)}
        state = _Pass(export, layout, Sums(export.target), places)
        number, soonest = -1, 0.0
        with writing_like(export, layout) as write:
            write(layout.above + layout.header_text)
            for number, text in enumerate(records):
                values, lines = state.read(text), None
                if values is not None and number >= soonest:
                    falling = [due for due in dues if due.falls_due(number)]
                    lines = _first_spoilt(state, text, values, falling)
                    is_waiting = any(due.falls_due(number) for due in dues)
                    soonest = 0.0 if is_waiting else min(due.next_number for due in dues)
                if lines is None:
                    state.row += 1
                    if values is not None:
                        state.sums.add(values)
                    lines = [text]
                write("".join(lines))
    for due in dues:
        due.before += number + 1
        due.tries = 0
    return state.planted, state.sums


def _first_spoilt(
    state: _Pass, text: str, values: dict[str, Value | None], dues: list[Due]
) -> list[str] | None:
    """Return what stands in the file for a record, spoilt by the first defect that can be."""
    for due in dues:
        due.tries += 1
        record = Record(text, state.layout, state.export.target, due.draw)
        if due.defect.roles:
            lines = _spoil_cell(state, record, values, due)
        else:
            found = due.defect.spoil(record)
            lines = found and list(_settle(state, found, values, due.defect))
        if lines:
            due.waiting -= 1
            return lines
    return None


def _settle(
    state: _Pass,
    lines: list[tuple[str, Fate]],
    values: dict[str, Value | None],
    defect: Defect,
) -> Iterator[str]:
    """Count lines, enter those that are wrong, and yield their texts."""
    target = state.export.target
    for text, fate in lines:
        state.row += 1
        column = None
        if fate == "loaded":
            state.sums.add(values)
            # any column tells whether the row was read as it is
            roles = ("time", "optional_time") if target.is_json else ("key", "entity", "date")
            column = target.of_roles(roles)[0]
        if fate != "loaded" or defect.expected == "handled":
            state.planted.append(
                Planted(
                    state.export.path,
                    defect.name,
                    defect.expected,
                    state.row,
                    target.raw_table,
                    column,
                    spell(values[column.name]) if column else None,
                )
            )
        yield text


def _spoil_cell(
    state: _Pass, record: Record, values: dict[str, Value | None], due: Due
) -> list[str] | None:
    target, layout, defect = state.export.target, state.layout, due.defect
    columns = target.of_roles(defect.roles)
    if not columns:
        return None
    start = int(due.draw.integers(len(columns)))
    cells, places = record.cells, state.places
    for column in (*columns[start:], *columns[:start]):
        place = places[column.header]
        value = values[column.name]
        cell = Cell(
            unquoted(cells[place]), value, column, target, due.draw,
            state.export.file.exported_at.date(),
        )  # fmt: skip
        found: Any = defect.spoil(cell)
        if found is None:
            continue
        spoiled = found if isinstance(found, Spoiled) else Spoiled(found, value)
        if spoiled.is_raw and layout.is_quoted:
            continue
        cells[place] = (
            spoiled.text
            if spoiled.is_raw
            else quoted(spoiled.text, layout.delimiter, layout.is_quoted)
        )
        state.row += 1
        if defect.expected != "rejected":
            state.sums.add(values | {column.name: spoiled.value})
        state.planted.append(_planted_cell(state, column, spoiled, values, defect))
        return [record.joined(cells)]
    return None


def _planted_cell(
    state: _Pass,
    column: Column,
    spoiled: Spoiled,
    values: dict[str, Value | None],
    defect: Defect,
) -> Planted:
    target = state.export.target
    named = None
    if spoiled.identifier is not None and target.record is not None:
        key = target.of_roles(("key",))[0]
        named = (target.record, spell(values[key.name]) or "")
    return Planted(
        state.export.path,
        defect.name,
        defect.expected,
        state.row,
        target.raw_table,
        column,
        None if defect.expected == "rejected" else spell(spoiled.value),
        defect.says,
        named,
        spoiled.identifier if named else None,
    )
