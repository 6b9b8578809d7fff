"""Dirt in records: rows of delimited exports, and JSON lines."""

import json
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np

from ingestion.simulator.dirt.registry import Fate, in_rows
from ingestion.simulator.dirt.tables import Layout, split_cells, unquoted
from ingestion.simulator.dirt.targets import BLANKS, Target


@dataclass(frozen=True)
class Record:
    """A clean record of a delimited export, or a JSON line, its end included."""

    text: str
    layout: Layout
    target: Target
    draw: np.random.Generator

    @property
    def end(self) -> str:
        """Return its end of line."""
        return self.text[len(self.text.rstrip("\r\n")) :] or self.layout.newline

    @property
    def cells(self) -> list[str]:
        """Return the cells as they stand in the file."""
        return split_cells(self.text.rstrip("\r\n"), self.layout.delimiter)

    def joined(self, cells: list[str]) -> str:
        """Return cells as a record."""
        return self.layout.delimiter.join(cells) + self.end

    def place(self, *roles: Any) -> int | None:
        """Return the place of the first column of a role that is filled."""
        for column in self.target.of_roles(roles):
            place = self.layout.header.index(column.header)
            if unquoted(self.cells[place]).strip(BLANKS):
                return place
        return None


Rows = list[tuple[str, Fate]]


@in_rows("Rows without their last empty cells", "handled")
def _short_rows(record: Record) -> Rows | None:
    cells = record.cells
    filled = max((i for i, cell in enumerate(cells) if unquoted(cell)), default=0)
    if filled == len(cells) - 1 or not filled:
        return None
    return [(record.joined(cells[: filled + 1]), "loaded")]


@in_rows("Rows with a cell more than the header", "rejected")
def _too_many_cells(record: Record) -> Rows | None:
    return [(record.joined([*record.cells, "x"]), "rejected")]


@in_rows("Texts with a comma and no quotes: the cells after them move on by one", "rejected")
def _unquoted_delimiters(record: Record) -> Rows | None:
    place = record.place("text")
    if place is None or place == len(record.cells) - 1:
        return None
    cells = record.cells
    text = unquoted(cells[place])
    if any(mark in text for mark in '"\r\n'):
        return None
    halves = f"{text}{record.layout.delimiter} etc."
    return [(record.joined([*cells[:place], halves, *cells[place + 1 :]]), "rejected")]


@in_rows("Headers once more in the middle, as joined files have", "ignored")
def _repeated_headers(record: Record) -> Rows | None:
    header = record.layout.header_text.rstrip("\r\n")
    if unicodedata.normalize("NFKC", header) != header:
        return None  # another defect
    return [(header + record.layout.newline, "ignored"), (record.text, "loaded")]


@in_rows("Rows of empty cells", "ignored")
def _blank_rows(record: Record) -> Rows | None:
    blank = record.layout.delimiter * (len(record.layout.header) - 1) + record.end
    return [(blank, "ignored"), (record.text, "loaded")]


# --- JSON lines ---


@in_rows("JSON lines that end in the middle", "rejected", is_json=True)
def _broken_json_lines(record: Record) -> Rows | None:
    return [(record.text[: len(record.text) * 2 // 3].rstrip() + "\n", "rejected")]


@in_rows("JSON lines that are no objects: null, 42, a text", "rejected", is_json=True)
def _foreign_json_lines(record: Record) -> Rows | None:
    text = ("null", "42", '"ok"')[int(record.draw.integers(3))]
    return [(record.text, "loaded"), (f"{text}\n", "rejected")]


def _edited(record: Record, header: str, value: Any) -> str:
    """Return a JSON line with a value changed, or taken away where it is None."""
    document = json.loads(record.text)
    *path, last = header.split(".")
    place = document
    for step in path:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


@in_rows("JSON objects without their key", "rejected", is_json=True)
def _missing_json_keys(record: Record) -> Rows | None:
    key = record.target.of_roles(("key",))[0]
    return [(_edited(record, key.header, None), "rejected")]


@in_rows('Seconds since 1970 as a text: "1785628813"', "handled", is_json=True)
def _epochs_as_texts(record: Record) -> Rows | None:
    column = record.target.of_roles(("time", "optional_time"))[0]
    document = json.loads(record.text)
    for step in column.header.split("."):
        document = document[step]
    return [(_edited(record, column.header, str(document)), "loaded")]


@in_rows(
    "Events that were sent twice, because the answer to the first got lost", "ignored", is_json=True
)
def _retried_events(record: Record) -> Rows | None:
    return [(record.text, "loaded"), (record.text, "ignored")]
