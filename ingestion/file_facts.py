"""What holds for every row of a file: covered range, export time, account, currency, spelling."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb

from ingestion.catalogue import Format
from ingestion.evidence import DecimalMark, find_currency, find_date_order, find_decimal_mark
from ingestion.format_models import DateOrder
from ingestion.headers import parse_header
from ingestion.reading import Cells, Recognised
from ingestion.recognition import base_name, searches
from ingestion.rows import CellTraits
from ingestion.source_settings import AccountContext

_NO_DAY = "0000-00-00"
_ORDERS: tuple[DateOrder, ...] = ("mdy", "dmy")


@dataclass(frozen=True)
class FileFacts:
    """What holds for every row of a content; ``seen_on`` is the day the file was written."""

    account: AccountContext
    currency: str
    period_start: date | None
    period_end: date | None
    exported_at: datetime | None
    file_version: str
    file_values: dict[str, str | None]
    date_order: DateOrder
    decimal_mark: DecimalMark
    seen_on: date


def gather_facts(
    connection: duckdb.DuckDBPyConnection,
    recognised: Recognised,
    cells: Cells,
    traits: CellTraits,
    account: AccountContext,
) -> FileFacts:
    """Return the facts of a content whose texts stand in the table ``texts``.

    Raises the date errors of :mod:`ingestion.evidence`.
    """
    export_format, content = recognised.format, recognised.content
    types = {
        name: column.type
        for name, column in export_format.columns.items()
        if name in cells.positions
    }
    amounts = [name for name, type_ in types.items() if type_ == "money"]
    signed = [name for name in amounts if name not in traits.plain | traits.pointed]
    stated = _stated_period(connection, recognised)
    order = find_date_order(
        connection,
        [name for name in _date_columns(export_format, cells) if name not in traits.plain],
        [text for text in stated.values() if text],
        export_format,
        account.date_order,
        _certain_span(connection, stated),
        recognised.preamble,
    )
    seen_on = content.modified_at.date()
    start, end = _read_days(connection, [(stated["start"], order), (stated["end"], order)], seen_on)
    if end is None and stated["end"] is None:
        end = start
    elif end is not None and export_format.period and export_format.period.end_exclusive:
        end -= timedelta(days=1)
    exported_at = _read_export_time(connection, recognised, account, order, seen_on)
    moment = exported_at or content.modified_at
    return FileFacts(
        account=account,
        currency=_header_currency(export_format, cells)
        or find_currency(connection, signed, account.currency)
        or account.currency,
        period_start=start,
        period_end=end,
        exported_at=exported_at,
        file_version="|".join(
            (moment.isoformat(timespec="microseconds"), str(end or _NO_DAY), content.sha256[:16])
        ),
        file_values=dict(_file_values(recognised)),
        date_order=order,
        decimal_mark=find_decimal_mark(connection, types, traits.pointed),
        seen_on=seen_on,
    )


def _date_columns(export_format: Format, cells: Cells) -> list[str]:
    """Return the columns whose texts are dates, those that timestamps are composed of included."""
    columns = export_format.columns
    names = [name for name, column in columns.items()
             if (column.is_temporal or column.spans) and column.date_order is None]  # fmt: skip
    names += [column.compose[0] for column in columns.values() if column.compose]
    return [name for name in dict.fromkeys(names) if name in cells.positions]


def _places(recognised: Recognised, origin: str) -> tuple[str, ...]:
    if origin == "file_name":
        path = recognised.content.file_path
        return (base_name(path), path)
    return recognised.preamble


def _stated_period(
    connection: duckdb.DuckDBPyConnection, recognised: Recognised
) -> dict[str, str | None]:
    """Return the texts of the covered range's ends; the first place that states each counts.

    A title such as "Brand 2026 - all campaigns v2" states none.
    """
    seen_on = recognised.content.modified_at.date()
    found: dict[str, str | None] = {"start": None, "end": None}
    period = recognised.format.period
    if period is not None:
        for text in _places(recognised, period.origin):
            if match := searches(period.pattern, text):
                start = match.groupdict().get("start")
                spellings = [(start.strip(), order) for order in _ORDERS] if start else []
                if spellings and not any(_read_days(connection, spellings, seen_on)):
                    continue
                for end, stated in match.groupdict().items():
                    if stated and found.get(end) is None:
                        found[end] = stated.strip()
    return found


def _certain_span(
    connection: duckdb.DuckDBPyConnection, stated: dict[str, str | None]
) -> tuple[date, date] | None:
    """Return the covered range where it reads the same whichever of day and month comes first."""
    start, end, other_start, other_end = _read_days(
        connection, [(stated[key], order) for order in _ORDERS for key in ("start", "end")], None
    )
    return (start, end) if start and end and (start, end) == (other_start, other_end) else None


def _read_days(
    connection: duckdb.DuckDBPyConnection,
    spellings: Sequence[tuple[str | None, DateOrder]],
    seen_on: date | None,
) -> list[date | None]:
    """Return the day that each text says in the order beside it; one query, as planning is dear."""
    if not any(text for text, _ in spellings):
        return [None] * len(spellings)
    texts, orders = zip(*spellings, strict=True)
    rows = connection.execute(
        """
        select om_date(om_clean(said), said_order, ?::date)
        from (select unnest(?::varchar[]) as said, unnest(?::varchar[]) as said_order)
        """,
        [seen_on, list(texts), list(orders)],
    ).fetchall()
    return [day for (day,) in rows]


def _read_export_time(
    connection: duckdb.DuckDBPyConnection,
    recognised: Recognised,
    account: AccountContext,
    order: DateOrder,
    seen_on: date,
) -> datetime | None:
    exported_at = recognised.format.exported_at
    if exported_at is None:
        return None
    zone = exported_at.timezone or account.timezone
    for text in _places(recognised, exported_at.origin):
        match = searches(exported_at.pattern, text)
        if match is None:
            continue
        stated = (match.group(1) if match.re.groups else match.group(0)) or ""
        if stated.isdigit() and len(stated) in (10, 13):
            sql, arguments = "select om_epoch(?, ?)", [stated, 1 if len(stated) == 10 else 1000]
        else:
            sql, arguments = "select om_timestamp(om_clean(?), ?, ?::date, ?)", [
                stated, order, seen_on, zone,
            ]  # fmt: skip
        moment = connection.execute(sql, arguments).fetchall()[0][0]
        if moment is not None:
            return moment
    return None


def _file_values(recognised: Recognised) -> Iterator[tuple[str, str | None]]:
    for name, column in recognised.format.file_columns.items():
        value = None
        for text in _places(recognised, column.origin):
            if match := searches(column.pattern, text):
                groups = match.groupdict()
                value = groups.get(name) or (match.group(1) if match.re.groups else match.group(0))
                break
        yield name, value


def _header_currency(export_format: Format, cells: Cells) -> str | None:
    """Return the currency that the header of an amount states."""
    for name, position in cells.positions.items():
        currency = parse_header(cells.headers[position]).currency
        if currency and export_format.columns[name].type == "money":
            return currency
    return None
