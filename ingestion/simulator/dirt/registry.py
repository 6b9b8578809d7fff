"""What a defect is, and the list of them all, which the modules beside this one fill.

A defect is a function with a decorator that says what it befalls and what ingestion owes; the name
of the function is its name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

import numpy as np

from ingestion.simulator.dirt.targets import Column, Role, Target, Value

Expected = Literal["handled", "nulled", "rejected", "quarantined", "ignored", "told"]
EXPECTATIONS: dict[Expected, str] = {
    "handled": "loaded as if nothing were wrong: the same rows, the same values",
    "nulled": "the cell is null, its original is kept",
    "rejected": "the row is kept apart with a reason",
    "quarantined": "the file is kept apart with a reason",
    "ignored": "no data: a total, a repeated header, an exact duplicate",
    "told": "loaded, and the ledger says what is wrong",
}
Fate = Literal["loaded", "rejected", "ignored"]
Item = TypeVar("Item")
Spoil = TypeVar("Spoil", bound=Callable[..., Any])


@dataclass(frozen=True)
class Defect:
    """A kind of dirt; it befalls a share of the rows, or a number of files."""

    name: str
    description: str
    expected: Expected
    befalls: Literal["rows", "files"]
    spoil: Callable[..., Any]
    roles: tuple[Role, ...] = ()
    targets: tuple[str, ...] = ()
    is_json: bool = False
    is_added: bool = False  # a file beside the clean ones
    says: str | None = None  # what is told: a word of the ledger's reason


@dataclass(frozen=True)
class Cell:
    """A clean cell: its text, what it says, and the day its file was written."""

    text: str
    value: Value | None
    column: Column
    target: Target
    draw: np.random.Generator
    seen_on: date

    def pick(self, choices: Sequence[Item]) -> Item:
        """Return one of the choices."""
        return choices[int(self.draw.integers(len(choices)))]


@dataclass(frozen=True)
class Identifier:
    """What identity resolution is to read in a cell: a normalised e-mail address or phone."""

    type: str
    value: str


@dataclass(frozen=True)
class Spoiled:
    """A cell after a defect: its text, and what the raw table is to hold.

    ``is_raw`` text goes into the file as it is, without quotes.
    """

    text: str
    value: Value | None
    is_raw: bool = False
    identifier: Identifier | None = None


DEFECTS: dict[str, Defect] = {}


def _register(description: str, **facts: Any) -> Callable[[Spoil], Spoil]:
    def register(spoil: Spoil) -> Spoil:
        name = spoil.__name__.strip("_")
        DEFECTS[name] = Defect(name=name, description=description, spoil=spoil, **facts)
        return spoil

    return register


def in_cells(
    description: str, *roles: Role, expected: Expected = "handled", says: str | None = None
) -> Callable[[Spoil], Spoil]:
    """Register ``spoil(cell) -> Spoiled | str | None`` for cells of some roles.

    None: it cannot befall this cell. A text alone says that the value stays.
    """
    return _register(description, befalls="rows", roles=roles, expected=expected, says=says)


def in_rows(
    description: str, expected: Expected, is_json: bool = False
) -> Callable[[Spoil], Spoil]:
    """Register ``spoil(record) -> list of (text, fate) | None`` for records or JSON lines.

    What it returns takes the record's place; those lines are wrong that are not ``loaded``, or all
    of them where the defect is to be handled. None: it cannot befall this record.
    """
    return _register(description, befalls="rows", expected=expected, is_json=is_json)


def in_files(
    description: str, *targets: str, expected: Expected = "handled", says: str | None = None
) -> Callable[[Spoil], Spoil]:
    """Register ``spoil(site, export) -> bool`` for whole files of some targets.

    False: it cannot befall this file, which is then unchanged. The dollar account of Meta,
    Instagram, HubSpot's contacts and the loyalty members are no targets of whole-file dirt: each
    is one file, and rows of it are soiled.
    """
    return _register(description, befalls="files", targets=targets, expected=expected, says=says)


def beside_files(
    description: str, *targets: str, expected: Expected = "quarantined"
) -> Callable[[Spoil], Spoil]:
    """Register ``spoil(site, export) -> bool`` that adds a file; the clean one beside it stays.

    Without targets it needs none: ``spoil(site)``.
    """
    return _register(
        description, befalls="files", targets=targets, expected=expected, is_added=True
    )


def check_amounts(amounts: Mapping[str, float]) -> None:
    """Check how much dirt a scenario wants: shares of rows, or whole numbers of files.

    Raises ``ValueError`` naming what is wrong.
    """
    for name, amount in amounts.items():
        defect = DEFECTS.get(name)
        if defect is None:
            raise ValueError(f"{name!r} is no defect; defects are {_listed(DEFECTS)}")
        if defect.befalls == "rows" and not 0 <= amount <= 1:
            raise ValueError(f"{name} befalls a share of the rows, 0 to 1, not {amount:g}")
        if defect.befalls == "files" and (amount < 0 or amount != int(amount)):
            raise ValueError(f"{name} befalls a number of files, not {amount:g}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
