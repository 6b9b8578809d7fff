"""The exports that dirt befalls, as ``targets.yml`` describes them, and what their cells say."""

import fnmatch
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict

from ingestion.simulator.writing import WrittenFile

TARGETS_FILE = Path(__file__).parent / "targets.yml"

Role = Literal[
    "key", "entity", "id", "time", "optional_time", "date", "money", "count", "percent",
    "duration", "flag", "text", "email", "phone",
]  # fmt: skip
Kind = Literal["number", "instant", "date", "flag", "text"]
Value = Decimal | datetime | date | bool | str

KINDS: dict[Role, Kind] = {
    "time": "instant", "optional_time": "instant", "date": "date", "flag": "flag",
    "money": "number", "count": "number", "percent": "number", "duration": "number",
}  # fmt: skip
BLANKS = " \t\r\n\u00a0\u2007\u200b\u200e\u200f\u202f\u3000\ufeff"
_NOTHING = {"", "--", "-"}
_DECORATION = re.compile(r"[$¥￥,\s]")
_TRUE = {"true", "1", "yes", "是"}
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Column:
    """A column of a target: its header, its role, and its name in the raw table."""

    header: str
    role: Role
    name: str

    @property
    def kind(self) -> Kind:
        """Return what its values are."""
        return KINDS.get(self.role, "text")


class Target(BaseModel):
    """One entry of ``targets.yml``; ``table`` is named ``source.table`` as formats are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    files: str
    table: str
    columns: dict[str, dict[Role, str]]
    zone: str = "UTC"
    dates: str | None = None
    totals: str | None = None
    newest: bool = False
    symbols: tuple[str, ...] = ()
    record: str | None = None
    is_json: bool = False
    repeats: bool = False

    @cached_property
    def listed(self) -> tuple[Column, ...]:
        """Return the columns."""
        return tuple(
            Column(header, role, name)
            for header, roles in self.columns.items()
            for role, name in roles.items()
        )

    def of_roles(self, roles: Iterable[Role]) -> list[Column]:
        """Return the columns of some roles."""
        wanted = set(roles)
        return [column for column in self.listed if column.role in wanted]

    @property
    def raw_table(self) -> str:
        """Return the qualified raw table."""
        return f"raw_{self.table}"

    def is_total(self, first_cell: str) -> bool:
        """Return whether a row beginning with this cell is no data."""
        return self.totals is not None and re.search(self.totals, first_cell) is not None

    def files_of(self, files: Iterable[WrittenFile]) -> list[WrittenFile]:
        """Return the files that this entry describes, oldest export first."""
        found = [file for file in files if fnmatch.fnmatchcase(file.path, self.files)]
        found.sort(key=lambda file: (file.exported_at, file.path))
        return found[-1:] if self.newest else found

    def read(self, cell: str, column: Column) -> Value | None:
        """Return what a cell of a clean export says; instants are naive UTC, shares 0-1.

        Raises ``ValueError`` for a cell that no clean export has.
        """
        text = cell.strip(BLANKS)
        if text in _NOTHING:
            return None
        if column.kind == "number":
            return self._number(text, column)
        if column.kind == "instant":
            return self._instant(text)
        if column.kind == "date":
            return datetime.strptime(text, self.dates or "%Y-%m-%d").date()
        if column.kind == "flag":
            return text.lower() in _TRUE
        return text

    @staticmethod
    def _number(text: str, column: Column) -> Decimal:
        digits = _DECORATION.sub("", text)
        try:
            number = Decimal(digits.removesuffix("%"))
        except InvalidOperation:
            raise ValueError(f"{column.header}: {text!r} is no number") from None
        return number / 100 if column.role == "percent" else number

    def _instant(self, text: str) -> datetime:
        if text.isdigit():
            return _EPOCH.fromtimestamp(int(text), ZoneInfo("UTC")).replace(tzinfo=None)
        if self.dates is not None:
            moment = datetime.strptime(text, self.dates)
        else:
            moment = datetime.fromisoformat(re.sub(r" ([-+]\d{4})$", r"\1", text))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(self.zone))
        return moment.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


@cache
def load_targets() -> dict[str, Target]:
    """Return the entries of ``targets.yml`` by name."""
    content = yaml.safe_load(TARGETS_FILE.read_text(encoding="utf-8"))
    return {name: Target.model_validate(entry) for name, entry in content.items()}


def spell(value: Value | None) -> str | None:
    """Return a value as text that SQL can cast to the type of its kind."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


@dataclass(frozen=True)
class FileSum:
    """What the rows of a file add up to in a column of its raw table; rows only, without one."""

    file: str
    table: str
    rows: int
    column: str | None = None
    kind: Kind | None = None
    total: str | None = None


@dataclass
class Sums:
    """Adds up the rows of one file: numbers, seconds since 1970, code points, flags that are set.

    Code points tell any text from any other that a wrong encoding makes of it.
    """

    target: Target
    rows: int = 0
    totals: dict[str, Decimal | int] = field(default_factory=dict)

    def add(self, values: dict[str, Value | None]) -> None:
        """Add a row: values by name of the raw column."""
        self.rows += 1
        for name, value in values.items():
            if value is not None:
                self.totals[name] = self.totals.get(name, 0) + _weight(value)

    def of_file(self, path: str) -> Iterator[FileSum]:
        """Yield the sums of the file that stands at ``path`` now."""
        yield FileSum(path, self.target.raw_table, self.rows)
        for column in self.target.listed:
            total = self.totals.get(column.name, 0)
            yield FileSum(
                path, self.target.raw_table, self.rows, column.name, column.kind, f"{total:f}"
                if isinstance(total, Decimal) else str(total),
            )  # fmt: skip


def _weight(value: Value) -> Decimal | int:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        return sum(map(ord, value))
    if isinstance(value, datetime):
        return int((value - _EPOCH).total_seconds())
    return (value - _EPOCH.date()).days * 86_400
