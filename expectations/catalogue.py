"""The suites as data: ``suites/<subject>.yml`` lists tables and what must be believable about them.

A check is either a condition that no row may meet (``unexpected_rows``), a whole query that must
return nothing (``query``, with ``{batch}`` for the table), or one of Great Expectations' own
(``expectation`` and ``arguments``). Importing this module does not import Great Expectations,
which takes seconds.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

SUITES_DIR = Path(__file__).parent / "suites"

Severity = Literal["warning", "error"]


class Check(BaseModel):
    """One expectation about one table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    description: str
    severity: Severity = "warning"
    unexpected_rows: str | None = None
    query: str | None = None
    expectation: str | None = None
    arguments: dict[str, Any] = {}
    columns: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Check":
        if sum(x is not None for x in (self.unexpected_rows, self.query, self.expectation)) != 1:
            raise ValueError(
                f"check {self.name} needs exactly one of unexpected_rows, query or expectation"
            )
        return self

    def failing_rows_query(self) -> str | None:
        """Return the SQL over ``{batch}`` that lists failing rows; None for a built-in one."""
        if self.query:
            return self.query
        if self.unexpected_rows:
            columns = ", ".join(self.columns) or "*"
            return f"select {columns} from {{batch}} where {self.unexpected_rows}"
        return None


class TableSuite(BaseModel):
    """The checks of one table, which stand on that table's asset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")
    checks: tuple[Check, ...]

    @property
    def schema_name(self) -> str:
        """Schema of the table in the warehouse."""
        return self.table.split(".")[0]

    @property
    def table_name(self) -> str:
        """Name of the table without its schema."""
        return self.table.split(".")[1]

    @property
    def asset_key(self) -> tuple[str, str]:
        """Asset key ``(layer or source, table)``: raw schemas drop ``raw_``, the audit keeps it."""
        schema = self.schema_name
        return (schema if schema == "raw_audit" else schema.removeprefix("raw_"), self.table_name)


@cache
def load_suites() -> dict[str, tuple[TableSuite, ...]]:
    """Return the suites by subject (file stem), in the order of the file names.

    Raises ``ValueError`` naming the file when a suite is not understood.
    """
    suites = {}
    for path in sorted(SUITES_DIR.glob("*.yml")):
        try:
            entries = yaml.safe_load(path.read_text(encoding="utf-8"))
            suites[path.stem] = tuple(TableSuite.model_validate(entry) for entry in entries)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path.name}: {error}") from error
    return suites
