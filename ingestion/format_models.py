"""What one format file may say, as models: a source system, its formats and their columns.

One file per source system. A file's ``formats`` become tables ``raw_<source>.<format>``.
Beyond what a column usually says (``type``, ``aliases``, ``required``) it may say:

``path``
    JSON only: where the value stands in the record, ``$.attributes.datetime``, or several places,
    of which the first with a value counts. By default ``$.<name>``, its camel case, then each alias
    as a top-level key. Through a list, ``$.refunds[*].amount``, numbers are summed, of times the
    last counts, and texts are joined by commas.
``where``
    JSON only: the items of that list which count: ``{kind: refund}``.
``lines``
    JSON only: ``[name, value]``, of each item a line ``name: value``.
``minor_units``
    JSON only: the amount is in cents, or what the currency has in their stead. ``{currency: ...}``
    is the column of the currency, else it is the account's; ``digits`` say how many decimals the
    vendor gives a currency where ``currency_digits.yml`` says otherwise.
``json_type``
    JSON only: the type where it differs from that in a table (``epoch_s``).
``compose``
    A timestamp put together from two other columns of the row: ``compose: [date, time]``. Both
    are declared as well (``text`` or ``date``); the composed column has no cell of its own.
``zone_column``
    The column of the row that names the zone of this naive timestamp; IANA, Windows and Rails
    names are understood.
``timezone``
    Zone of this column's naive timestamps where it differs from the source's (``UTC``).
``date_order``
    Order of day and month where this one column differs from the rest of the file.
``currency``
    ``true``: this column states the currency of its row and is documented as such.
``spans``
    The cell says which days the row sums: a ``week``, a ``month`` or a ``quarter`` by its name or
    its first day, ``days`` as one day or a range of them. They are the row's covered range, and
    part of its grain where it has no day; a cell that says no days rejects the row. ``breakdown``
    is the first day of a day, a month or the whole range, ``day_or_month`` of either: only the
    days of all rows tell which.

An ``hour`` is one of a day, however it is spelt: the same in every export, so that two of one hour
are one grain.

A column may be written as its type alone: ``clicks: integer``. ``signature.cells`` (column ->
regular expression that the first data row must match) recognises files without a header
(``header: none``); ``cell_mark`` is a sign before every cell, which keeps spreadsheet programs from
reading it; ``signature.forbidden`` may name columns the format does not declare.
``needed`` names the columns without which no mart can use the rows, beside the required ones; of a
list, ``[[total, subtotal]]``, one is enough. A file that lacks one is quarantined.
``json: {records: ...}`` says where the records of a JSON document stand: a place (``$.data``, or
``$.entry[*].changes`` through a list) or several, ``['$', '$.data']``, of which a file uses one.
``$.*`` stands for the lists that a document's members are; ``_key`` is then the member's name.
``content`` is where an envelope, the post of a webhook, keeps the record; the rest of it is then
the record's ``_envelope``. ``keys`` must be there, whatever the signature says of columns; records
other than ``where`` says (``{object: charge}``) are ignored. ``named`` makes records of lists of
values: where the document names them -> where each record holds them; the rest of the document is
the ``_envelope``. Of records with one ``key`` the greatest ``newest`` counts, else the last. Of
``each``, a list within the record, every item makes a row, where it stands in the list's place.
``secrets`` names the top-level keys of JSON records that are read by nobody and kept nowhere.
``snapshot_by`` names the columns that split a full snapshot into parts which are superseded
separately (``[membership]``); ``snapshot_sign`` a column that every row of a full snapshot has, and
an extract of chosen columns has not: it deletes nothing. A part of ``grain`` may be a list,
``[campaign_id, campaign]``: the first of its columns with a value counts, so that a renamed
campaign keeps its grain. Regular expressions are searched case-insensitively; those of rows
(``totals``, ``footer``) are RE2, which has no look-around.
"""

import re
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)

from ingestion.headers import parse_header
from ingestion.lineage import LINEAGE_COLUMNS

Family = Literal["ads", "social", "messaging", "crm", "pos", "web"]
FAMILIES: tuple[Family, ...] = ("ads", "social", "messaging", "crm", "pos", "web")

SQL_TYPES = {
    "text": "varchar",
    "id": "varchar",
    "integer": "bigint",
    "decimal": "decimal(18,6)",
    "money": "decimal(18,4)",
    "percent": "decimal(18,8)",
    "rate": "decimal(18,8)",
    "date": "date",
    "timestamp": "timestamp",
    "epoch_s": "timestamp",
    "epoch_ms": "timestamp",
    "epoch_us": "timestamp",
    "hour": "varchar",
    "duration": "decimal(18,3)",
    "boolean": "boolean",
    "json": "json",
}
ColumnType = Literal[
    "text", "id", "integer", "decimal", "money", "percent", "rate", "date", "timestamp",
    "epoch_s", "epoch_ms", "epoch_us", "hour", "duration", "boolean", "json",
]  # fmt: skip

NUMBERS = frozenset({"integer", "decimal", "money", "percent", "rate", "duration"})

_NAME = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"pattern {pattern!r} is not a regular expression: {error}") from None
    return pattern


def _check_row_pattern(pattern: str) -> str:
    if re.search(r"\(\?(?:[=!]|<[=!])|\\[1-9]", pattern):
        raise ValueError(f"pattern {pattern!r}: rows are matched by RE2, which has no look-around")
    return _check_pattern(pattern)


Name = Annotated[str, Field(pattern=_NAME)]
Pattern = Annotated[str, AfterValidator(_check_pattern)]
RowPattern = Annotated[str, AfterValidator(_check_row_pattern)]
DateOrder = Literal["mdy", "dmy", "ymd"]
Origin = Literal["preamble", "file_name"]
# only the days of all rows tell what the first day of a row is the first of
BROKEN_DOWN = frozenset({"breakdown", "day_or_month"})
Spans = Literal["days", "week", "month", "quarter", "breakdown", "day_or_month"]


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class MinorUnits(_Model):
    """How amounts in cents are told; ``digits`` are the decimals of currencies, where unusual."""

    currency: Name | None = None
    digits: dict[str, int] = Field(default_factory=dict)


class Column(_Model):
    """One declared column of a format."""

    type: ColumnType = "text"
    aliases: tuple[str, ...] = ()
    required: bool = False
    description: str | None = None
    path: tuple[str, ...] = ()
    where: dict[str, str] = Field(default_factory=dict)
    lines: tuple[str, str] | None = None
    minor_units: MinorUnits | None = None
    json_type: ColumnType | None = None
    compose: tuple[Name, ...] | None = None
    zone_column: Name | None = None
    timezone: str | None = None
    date_order: DateOrder | None = None
    currency: bool = False
    spans: Spans | None = None
    nulls: tuple[str, ...] = ()

    @field_validator("path", mode="before")
    @classmethod
    def _list_paths(cls, path: Any) -> Any:
        return _listed(path)

    @property
    def sql_type(self) -> str:
        """Return the DuckDB type of the column."""
        return SQL_TYPES[self.type]

    @property
    def is_temporal(self) -> bool:
        """Return whether cells are dates or times written as text."""
        return self.type in {"date", "timestamp"}


class FileColumn(_Model):
    """A column whose value is the same in the whole file: taken from its name or preamble."""

    type: ColumnType = "text"
    origin: Origin = Field(alias="from")
    pattern: Pattern
    description: str | None = None

    @property
    def sql_type(self) -> str:
        """Return the DuckDB type of the column."""
        return SQL_TYPES[self.type]


class Signature(_Model):
    """What tells this format from all others."""

    required: tuple[Name, ...] = ()
    any_of: tuple[tuple[Name, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    preamble: Pattern | None = None
    sheet_name: Pattern | None = None
    file_name: Pattern | None = None
    cells: dict[Name, Pattern] = Field(default_factory=dict)


class Period(_Model):
    """Where the covered range is stated; groups ``start`` and ``end`` are dates."""

    origin: Origin = Field(alias="from")
    pattern: Pattern
    end_exclusive: bool = False

    @field_validator("pattern")
    @classmethod
    def _names_start(cls, pattern: str) -> str:
        if "(?P<start>" not in pattern:
            raise ValueError("a period's pattern needs a group named start")
        return pattern


class ExportTime(_Model):
    """Where the time of the export is stated; group 1 is a date, a timestamp or an epoch."""

    origin: Origin = Field(alias="from")
    pattern: Pattern
    timezone: str | None = None


class Control(_Model):
    """A totals row that the vendor defines as the sum of the listed rows."""

    label: RowPattern
    columns: tuple[Name, ...] = Field(min_length=1)


class Totals(_Model):
    """How totals rows look; they are never data."""

    labels: tuple[RowPattern, ...] = ()
    blank: tuple[Name, ...] = ()
    control: Control | None = None


class JsonLayout(_Model):
    """Where the records stand in a JSON document; of several places the first that holds some."""

    records: tuple[str, ...] = ("$",)
    content: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    where: dict[str, str] = Field(default_factory=dict)
    named: dict[str, str] = Field(default_factory=dict)
    key: str | None = None
    newest: str | None = None
    each: str | None = None

    @field_validator("records", "content", mode="before")
    @classmethod
    def _list_places(cls, places: Any) -> Any:
        return _listed(places)


class Format(_Model):
    """One export format; its rows become one raw table."""

    description: str
    knowledge: Literal["R", "T", "D", "M"]
    reads: tuple[Literal["delimited", "sheet", "json", "parquet"], ...] = Field(min_length=1)
    columns: dict[Name, Column] = Field(min_length=1)
    signature: Signature = Signature()
    grain: tuple[Name | tuple[Name, ...], ...] = ()
    needed: tuple[Name | tuple[Name, ...], ...] = ()
    family_override: Family | None = Field(default=None, alias="family")
    timezone_override: str | None = Field(default=None, alias="timezone")
    currency_override: str | None = Field(default=None, alias="currency")
    delimiter: str | None = None
    cell_mark: str | None = Field(default=None, min_length=1, max_length=1)
    header: Literal["row", "none"] = "row"
    priority: int = 0
    refuse: str | None = None
    ignore: str | None = None
    file_columns: dict[Name, FileColumn] = Field(default_factory=dict)
    period: Period | None = None
    exported_at: ExportTime | None = None
    duplicates: Literal["keep", "drop"] = "keep"
    lifetime: bool | Name = False
    snapshot: Literal["full"] | None = None
    snapshot_by: tuple[Name, ...] = ()
    snapshot_sign: Name | None = None
    totals: Totals = Totals()
    footer: tuple[RowPattern, ...] = ()
    nulls: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    date_order: DateOrder | None = None
    identity: tuple[Name, ...] = ()
    consent: tuple[Name, ...] = ()
    json_layout: JsonLayout = Field(default=JsonLayout(), alias="json")
    source_note: str | None = None

    _source: "Source" = PrivateAttr()
    _table: str = PrivateAttr()

    @field_validator("columns", mode="before")
    @classmethod
    def _expand_types(cls, columns: Any) -> Any:
        if not isinstance(columns, dict):
            return columns
        return {
            name: {"type": column} if isinstance(column, str) else (column or {})
            for name, column in columns.items()
        }

    @field_validator("delimiter", mode="before")
    @classmethod
    def _spell_delimiter(cls, delimiter: Any) -> Any:
        return {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}.get(delimiter, delimiter)

    @model_validator(mode="after")
    def _check_references(self) -> "Format":
        known = set(self.columns) | set(self.file_columns)
        overlap = set(self.columns) & set(self.file_columns)
        if overlap:
            raise ValueError(f"both columns and file_columns declare {sorted(overlap)}")
        references = {
            "grain": self.grain_columns,
            "needed": [name for names in _alternatives(self.needed) for name in names],
            "lifetime": [self.lifetime] if isinstance(self.lifetime, str) else (),
            "snapshot_by": self.snapshot_by,
            "snapshot_sign": [self.snapshot_sign] if self.snapshot_sign else (),
            "identity": self.identity,
            "consent": self.consent,
            "signature.required": self.signature.required,
            "signature.any_of": [name for group in self.signature.any_of for name in group],
            "signature.cells": self.signature.cells,
            "totals.blank": self.totals.blank,
            "totals.control": self.totals.control.columns if self.totals.control else (),
        }
        for where, names in references.items():
            if unknown := [name for name in names if name not in known]:
                raise ValueError(f"{where} names undeclared columns {unknown}")
        for name, column in self.columns.items():
            self._check_column(name, column)
        self._check_aliases()
        if not (self.grain or self.refuse or self.ignore):
            raise ValueError("a format that is loaded needs a grain")
        if self.header == "none" and not (self.signature.cells and self.delimiter):
            raise ValueError("header: none needs a delimiter and signature.cells")
        if self.header == "row" and not (self.signature.required or self.signature.any_of):
            raise ValueError("signature.required or signature.any_of must name a column")
        return self

    def _check_column(self, name: str, column: Column) -> None:
        if column.compose is not None:
            if column.type != "timestamp":
                raise ValueError(f"{name}: only a timestamp can be composed")
            if missing := [part for part in column.compose if part not in self.columns]:
                raise ValueError(f"{name}: compose names undeclared columns {missing}")
        spanning = "date" if column.spans in {"days", *BROKEN_DOWN} else "text"
        if column.spans and column.type != spanning:
            raise ValueError(f"{name}: days are spanned by a date, weeks and longer by a text")
        if column.zone_column and column.zone_column not in self.columns:
            raise ValueError(f"{name}: zone_column {column.zone_column} is not declared")
        if (column.where or column.lines) and not any("[*]" in path for path in column.path):
            raise ValueError(f"{name}: where and lines need a path through a list")
        if column.json_type and SQL_TYPES[column.json_type] != column.sql_type:
            raise ValueError(f"{name}: json_type {column.json_type} is stored as another type")
        units = column.minor_units
        if units and units.currency and units.currency not in self.columns:
            raise ValueError(f"{name}: minor_units name the undeclared column {units.currency}")

    def _check_aliases(self) -> None:
        owners: dict[str, str] = {}
        for name, column in self.columns.items():
            for key in column_keys(name, column):
                if owners.setdefault(key, name) != name:
                    raise ValueError(f"columns {owners[key]} and {name} are both called {key!r}")

    @property
    def grain_alternatives(self) -> tuple[tuple[str, ...], ...]:
        """Return the parts of the grain; of each the first column that a row fills counts."""
        return _alternatives(self.grain)

    @property
    def grain_columns(self) -> tuple[str, ...]:
        """Return every column that may be part of the grain."""
        return tuple(name for part in self.grain_alternatives for name in part)

    @property
    def needed_columns(self) -> tuple[tuple[str, ...], ...]:
        """Return the columns that every file must have; of each group one is enough."""
        required = ((name,) for name, column in self.columns.items() if column.required)
        return (*required, *_alternatives(self.needed))

    @property
    def source(self) -> str:
        """Return the source system, ``google_ads``."""
        return self._source.source

    @property
    def vendor(self) -> str:
        """Return the vendor's name as people write it."""
        return self._source.vendor

    @property
    def table(self) -> str:
        """Return the raw table's name."""
        return self._table

    @property
    def id(self) -> str:
        """Return ``<source>.<table>``."""
        return f"{self.source}.{self.table}"

    @property
    def raw_table(self) -> str:
        """Return the qualified raw table, ``raw_google_ads.campaign_report``."""
        return f"raw_{self.source}.{self.table}"

    @property
    def family(self) -> Family:
        """Return the family whose dlt source loads this format."""
        return self.family_override or self._source.family

    @property
    def timezone(self) -> str:
        """Return the zone of naive timestamps: an IANA name or ``account``."""
        return self.timezone_override or self._source.timezone

    @property
    def currency(self) -> str:
        """Return the currency of amounts: an ISO code or ``account``."""
        return self.currency_override or self._source.currency

    @property
    def is_loaded(self) -> bool:
        """Return whether files of this format become rows (not refused, not ignored)."""
        return not (self.refuse or self.ignore)

    @cached_property
    def of_json(self) -> "Format":
        """Return the format as JSON is read: columns have the types that they have there."""
        columns = {
            name: column.model_copy(update={"type": column.json_type or column.type})
            for name, column in self.columns.items()
        }
        if columns == self.columns:
            return self
        typed = self.model_copy(update={"columns": columns})
        # what a copy was derived from is derived anew
        typed.__dict__.pop("typed_columns", None)
        return typed

    @cached_property
    def columns_by_key(self) -> dict[str, str]:
        """Return the column that each header key stands for."""
        return {
            key: name
            for name, column in self.columns.items()
            if column.compose is None
            for key in column_keys(name, column)
        }

    @cached_property
    def typed_columns(self) -> dict[str, Column | FileColumn]:
        """Return every column of the raw table but the lineage, in order."""
        return {**self.columns, **self.file_columns}

    @cached_property
    def raw_columns(self) -> dict[str, str]:
        """Return the type of every column of the raw table, lineage included, in order."""
        declared = {name: column.sql_type for name, column in self.typed_columns.items()}
        return declared | {name: sql_type for name, (sql_type, _) in LINEAGE_COLUMNS.items()}


def _alternatives(parts: tuple[str | tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((part,) if isinstance(part, str) else part for part in parts)


def column_keys(name: str, column: Column) -> set[str]:
    """Return the header keys that stand for ``column``."""
    return {name} | {parse_header(alias).key for alias in column.aliases}


class Source(_Model):
    """One source system and its formats: the content of one YAML file."""

    source: Name
    vendor: str
    family: Family
    timezone: str
    currency: str
    formats: dict[Name, Format] = Field(min_length=1)

    @model_validator(mode="after")
    def _adopt_formats(self) -> "Source":
        for table, export_format in self.formats.items():
            export_format._source = self
            export_format._table = table
        return self
