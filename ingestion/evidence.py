"""What a file tells about its own spelling: decimal mark, order of day and month, zones.

Whole columns are scanned, because one cell seldom tells: ``3/4/2024`` does not, ``3/14/2024`` in
another row of the file does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import duckdb
import yaml

from ingestion.catalogue import Format
from ingestion.format_models import DateOrder
from ingestion.headers import CURRENCY_CODES
from ingestion.reading import CELLS
from ingestion.rows import NUMERIC, TEXTS
from ingestion.sql import sql_text
from ingestion.zones import find_zone

DecimalMark = Literal[".", ","]

_TWO_PARTS = (
    "^(?:[A-Za-z]{3,9},? +)?([0-9]{1,2})[-/.]([0-9]{1,2})[-/.](?:[0-9]{4}|[0-9]{2})(?:[^0-9].*)?$"
)
_SIGNS_FILE = Path(__file__).parent / "currency_signs.yml"
_CURRENCY_WORDS = re.compile(
    "curren|devis|valut|valuut|währung|moned|moeda|walut|para bir|měn|pénznem|tiền tệ|mata uang"
    "|валют|통화|通貨|货币|貨幣|币种|幣別|عملة|สกุลเงิน",
    re.IGNORECASE,
)
_ANY_DATE = re.compile(r"(?<![\d./-])(\d{1,2})([-/])(\d{1,2})\2(?:\d{4}|\d{2})(?![\d./-])")
_GROUPED_INTEGER = "[0-9]{1,3}([.][0-9]{3})+"
_COMMA_SIGNS = (
    "(^|[^0-9.,])([0-9]{1,3}([.][0-9]{3})+,[0-9]+|[0-9]+,([0-9]{1,2}|[0-9]{4,}))([^0-9.,]|$)"
)
_POINT_SIGNS = (
    "(^|[^0-9.,])([0-9]{1,3}(,[0-9]{3})+[.][0-9]+|[0-9]+[.]([0-9]{1,2}|[0-9]{4,})"
    "|[0-9]{1,3}(,[0-9]{3}){2,})([^0-9.,]|$)"
)


class AmbiguousDateError(ValueError):
    """Nothing in the file or the settings tells day from month."""

    def __init__(self, source: str, column: str, sample: str) -> None:
        """Say what was found where, and the line of sources.yml that decides it."""
        super().__init__(
            f"{column} holds dates such as {sample!r}, and nothing tells day from month. Add to "
            f"sources.yml, under `sources:`, the line `{source}: {{date_order: dmy}}` when the "
            "day comes first, or `mdy` when the month does."
        )


class ContradictoryDateError(ValueError):
    """Some dates of the file have the day first, others the month."""


@dataclass(frozen=True)
class _OrderEvidence:
    place: str
    greatest_first: int = 0
    greatest_second: int = 0
    sample: str | None = None


def find_decimal_mark(
    connection: duckdb.DuckDBPyConnection, types: dict[str, str], pointed: frozenset[str]
) -> DecimalMark:
    """Return the decimal mark of the numeric columns among ``types``.

    A comma needs evidence, and none for the point: ``1,234`` alone is a thousand.
    """
    numeric = {name: type_ for name, type_ in types.items() if type_ in NUMERIC}
    if pointed >= numeric.keys():
        return "."
    commas, points = [], []
    for name, type_ in numeric.items():
        signs = f"regexp_matches(t_{name}, {sql_text(_COMMA_SIGNS)})"
        if type_ == "integer":
            signs += f" or regexp_full_match(t_{name}, {sql_text(_GROUPED_INTEGER)})"
        commas.append(f"coalesce(bool_or({signs}), false)")
        points.append(
            f"coalesce(bool_or(regexp_matches(t_{name}, {sql_text(_POINT_SIGNS)})), false)"
        )
    has_commas, has_points = connection.execute(
        f"select {' or '.join(commas)}, {' or '.join(points)} from {TEXTS}"
    ).fetchall()[0]
    return "," if has_commas and not has_points else "."


@lru_cache(maxsize=1)
def _signs() -> dict[str, tuple[str, ...]]:
    """Return the currencies that each sign may stand for, the likeliest first."""
    signs = yaml.safe_load(_SIGNS_FILE.read_text(encoding="utf-8"))
    listed = {
        sign: (code,) if isinstance(code, str) else tuple(code) for sign, code in signs.items()
    }
    return listed | {code: (code,) for code in CURRENCY_CODES}


def find_currency(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str], of_account: str
) -> str | None:
    """Return the currency whose sign stands beside the amounts in the columns ``names``.

    A sign of several currencies is that ``of_account`` if it may be. None where no amount has a
    sign that tells, or where signs differ.
    """
    if not names:
        return None
    signs = " union ".join(
        f"select upper(regexp_replace(t_{name}, '[^\\p{{L}}\\p{{Sc}}]', '', 'g')) as sign "
        f"from {TEXTS} where regexp_matches(t_{name}, '[0-9]')"
        for name in names
    )
    found = {
        _told_currency(sign, of_account)
        for (sign,) in connection.execute(
            f"select sign from ({signs}) where sign != '' order by sign limit 50"
        ).fetchall()
    }
    return found.pop() if len(found) == 1 else None


def _told_currency(sign: str, of_account: str) -> str | None:
    currencies = _signs().get(sign, (None,))
    return of_account if of_account in currencies else currencies[0]


def find_currency_column(
    connection: duckdb.DuckDBPyConnection, unknown: dict[str, int]
) -> str | None:
    """Return which of the ``unknown`` columns of the table ``cells`` names currencies.

    Its header says so in some language, and its cells are codes of currencies.
    """
    for header, position in unknown.items():
        if not _CURRENCY_WORDS.search(header):
            continue
        codes = connection.execute(
            f"select distinct upper(c{position}) from {CELLS} "
            f"where regexp_matches(c{position}, '\\pL') limit 50"
        ).fetchall()
        if codes and all(code in CURRENCY_CODES for (code,) in codes):
            return header
    return None


def find_date_order(
    connection: duckdb.DuckDBPyConnection,
    names: Sequence[str],
    texts: Sequence[str],
    export_format: Format,
    configured: DateOrder | None,
    span: tuple[date, date] | None = None,
    remarks: Sequence[str] = (),
) -> DateOrder:
    """Return the order of day and month in the columns ``names`` and the ``texts`` beside them.

    The dates themselves decide, then the ``span`` that the file says its days are of, then
    ``configured`` (sources.yml), then the points in ``1.10.2026``, which nobody writes with the
    month first, then other dates among the ``remarks`` above the header, then the format. Raises
    :class:`AmbiguousDateError` when an ambiguous date is there and nothing decides, and
    :class:`ContradictoryDateError` when dates exclude both orders.
    """
    found = [_scan(connection, name) for name in names]
    found += [_scan_text(connection, text) for text in texts]
    first = max((item.greatest_first for item in found), default=0)
    second = max((item.greatest_second for item in found), default=0)
    fallback = configured or export_format.date_order
    if first > 31 or (first > 12 and second > 12 and fallback == "ymd"):
        return "ymd"
    if first > 12 and second > 12:
        raise ContradictoryDateError(
            "some dates have a first part above 12, others a second part above 12: day and month "
            "are mixed, as a spreadsheet program does. Export it again without opening it."
        )
    if first > 12:
        return "dmy"
    if second > 12:
        return "mdy"
    days = [name for name in names if name in export_format.grain_columns]
    if span is not None and days and any(item.sample for item in found):
        fitting = [order for order in ("mdy", "dmy") if _fit(connection, days, order, span)]
        if len(fitting) == 1:
            return fitting[0]
    samples = [item.sample for item in found if item.sample]
    if configured is None and samples and all("." in sample[:3] for sample in samples):
        return "dmy"
    if configured is None and samples and (told := _order_told(remarks)):
        return told
    if fallback is not None:
        return fallback
    undecided = next((item for item in found if item.sample), None)
    if undecided is not None:
        raise AmbiguousDateError(export_format.source, undecided.place, undecided.sample or "")
    return "mdy"


def _order_told(remarks: Sequence[str]) -> DateOrder | None:
    """Return the order that every telling date among the remarks has."""
    dates = [match for remark in remarks for match in _ANY_DATE.finditer(remark)]
    orders: set[DateOrder] = {
        "dmy" if int(match[1]) > 12 else "mdy"
        for match in dates
        if (int(match[1]) > 12) != (int(match[3]) > 12)
    }
    return orders.pop() if len(orders) == 1 else None


def _fit(
    connection: duckdb.DuckDBPyConnection,
    days: Sequence[str],
    order: DateOrder,
    span: tuple[date, date],
) -> bool:
    """Return whether every day lies within the span when it is read in this order."""
    tests = " and ".join(
        f"coalesce(bool_and(om_date(t_{name}, {sql_text(order)}, null::date) "
        f"between date '{span[0]}' and date '{span[1]}'), true)"
        for name in days
    )
    return connection.execute(f"select {tests} from {TEXTS}").fetchall()[0][0]


def _scan(connection: duckdb.DuckDBPyConnection, name: str) -> _OrderEvidence:
    greatest_first, greatest_second, sample = connection.execute(
        f"""
        with parts as (
            select t_{name} as text, regexp_extract(t_{name}, ?, ['first', 'second']) as part
            from {TEXTS}
            where regexp_matches(t_{name}, '^[A-Za-z, ]*[0-9]{{1,2}}[-/.][0-9]{{1,2}}[-/.]')
        )
        select
            max(try_cast(part.first as integer)),
            max(try_cast(part.second as integer)),
            min(text) filter (
                try_cast(part.first as integer) != try_cast(part.second as integer)
            )
        from parts
        """,
        [_TWO_PARTS],
    ).fetchall()[0]
    return _OrderEvidence(f"column {name}", greatest_first or 0, greatest_second or 0, sample)


def _scan_text(connection: duckdb.DuckDBPyConnection, text: str) -> _OrderEvidence:
    place = "the text above the header or the file name"
    first, second = connection.execute(
        "select part.first, part.second from "
        "(select regexp_extract(?, ?, ['first', 'second']) as part)",
        [text.strip(), _TWO_PARTS],
    ).fetchall()[0]
    if not first:
        return _OrderEvidence(place)
    sample = text.strip() if int(first) != int(second) else None
    return _OrderEvidence(place, int(first), int(second), sample)


def map_zones(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    """Return the IANA zone of every zone name in column ``name``; unknown names have none."""
    names = connection.execute(
        f"select distinct t_{name} as zone from {TEXTS} where t_{name} is not null "
        "order by zone limit 2000"
    ).fetchall()
    return {text: zone for (text,) in names if (zone := find_zone(text))}
