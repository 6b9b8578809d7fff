"""Copies of exports beside the clean ones: the same rows once more, or columns that are missing.

Those that are refused are from some minutes before the whole one: who has it tries again.
"""

import shutil
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import PurePosixPath

from ingestion.simulator.dirt.registry import beside_files
from ingestion.simulator.dirt.site import Cells, Site, rewrite
from ingestion.simulator.dirt.tables import Export, replacing
from ingestion.simulator.dirt.targets import Sums

COPIED_ROWS = 200  # of a copy that is refused anyway
_EARLIER = timedelta(minutes=10)
_AGAIN = ("stripe_payments", "twilio_messages", "touchpoints", "youzan_orders")


def earlier(export: Export) -> datetime:
    """Return when a copy was made that was of no use, so that the export was made once more."""
    return export.file.exported_at - _EARLIER


def beside(export: Export, name: str) -> str:
    """Return the path of a file of this name beside an export."""
    return str(PurePosixPath(export.path).with_name(name))


def _copy(
    site: Site,
    export: Export,
    moment: datetime,
    *,
    columns: Callable[[Cells, bool], Cells] | None = None,
    records: Iterable[Cells] | None = None,
    rows: int = 0,
) -> str:
    """Write an export like this one beside it, changed, and return its path."""
    path = site.free_path(export.path)
    layout = export.layout()
    rewrite(
        export,
        encoding=layout.encoding,
        mark="\ufeff" if layout.has_mark else "",
        columns=columns,
        records=records,
        to=site.out / path,
        moment=moment,
    )
    site.list_file(path, moment, rows)
    return path


@beside_files(
    "The same file once more, under another name",
    *_AGAIN,
    "media_spend",
    "klaviyo_campaigns",
    expected="ignored",
)
def _exact_duplicates(site: Site, export: Export) -> bool:
    name = PurePosixPath(export.path)
    path = site.free_path(beside(export, f"{name.stem}_copy{name.suffix}"))
    moment = export.file.exported_at
    with replacing(site.out / path, moment) as stream, export.local.open("rb") as body:
        shutil.copyfileobj(body, stream)
    site.list_file(path, moment, export.file.rows)
    site.taken.add(export.path)
    site.note(path)
    return True


@beside_files(
    "An older export of the same rows, with other amounts, beside the newer one",
    *_AGAIN,
    expected="handled",
)
def _stale_exports(site: Site, export: Export) -> bool:
    amounts = {column.header for column in export.target.of_roles(("money",))}
    header = export.header()

    def change(cells: Cells, is_header: bool) -> Cells:
        return [
            "7.77" if cell and name in amounts and not is_header else cell
            for name, cell in zip(header, cells, strict=True)
        ]

    moment = export.file.exported_at - timedelta(days=1)
    path = _copy(site, export, moment, columns=change, rows=export.file.rows)
    site.note(path, Sums(export.target))
    site.note(export.path, export.sums())
    return True


@beside_files(
    "A newer export of the last half of the rows, which counts for them",
    *_AGAIN,
    expected="handled",
)
def _overlapping_exports(site: Site, export: Export) -> bool:
    count = sum(1 for _ in export.rows())
    middle = count // 2
    if not middle:
        return False
    halves = Sums(export.target), Sums(export.target)
    for number, (_, values) in enumerate(export.records()):
        if values is not None:
            halves[number >= middle].add(values)
    moment = export.file.exported_at + timedelta(hours=1)
    rows = islice(export.rows(), middle, None)
    path = _copy(site, export, moment, records=rows, rows=count - middle)
    site.note(export.path, halves[0])
    site.note(path, halves[1])
    return True


@beside_files(
    "An export of a period in which nothing happened: a header and no row",
    "stripe_payments",
    "twilio_messages",
    "shopify_orders",
    expected="handled",
)
def _headers_only(site: Site, export: Export) -> bool:
    site.note(_copy(site, export, earlier(export), records=[]), Sums(export.target))
    return True


def _without(site: Site, export: Export, headers: Iterable[str]) -> str:
    """Write a short copy without some columns and return its path."""
    kept = [place for place, name in enumerate(export.header()) if name not in set(headers)]
    return _copy(
        site,
        export,
        earlier(export),
        columns=lambda cells, _: [cells[place] for place in kept],
        records=islice(export.rows(), COPIED_ROWS),
    )


@beside_files(
    "An export without the amounts that tell its format",
    "stripe_payments",
    "google_campaigns",
    "meta_campaigns",
)
def _missing_columns(site: Site, export: Export) -> bool:
    amount = export.target.of_roles(("money",))[0].header
    site.note(_without(site, export, [amount]))
    return True


@beside_files(
    "An export of orders, its format told by others, without any amount of money",
    "shopify_orders",
    "youzan_orders",
)
def _missing_amounts(site: Site, export: Export) -> bool:
    header = [name for name in export.header() if export.target.columns.get(name, {}).get("money")]
    if export.target.table == "shopify.orders":
        header = [name for name in header if not name.startswith("Lineitem")]
    site.note(_without(site, export, header))
    return True


@beside_files("An export without the time that every row needs", "shopify_orders")
def _missing_key_columns(site: Site, export: Export) -> bool:
    site.note(_without(site, export, [export.target.of_roles(("time",))[0].header]))
    return True


@beside_files(
    "Days such as 3/4/2026, and nothing in the file that tells day from month", "media_spend"
)
def _ambiguous_days(site: Site, export: Export) -> bool:

    def day_of(day: date) -> str | None:
        return f"{day.day}/{day.month}/{day.year}" if day.day <= 12 else None

    return _respelled(site, export, day_of, needs=lambda day: day.day != day.month)


@beside_files(
    "Days of which some have the day first and others the month, as a spreadsheet program does",
    "media_spend",
)
def _contradictory_days(site: Site, export: Export) -> bool:

    def day_of(day: date) -> str | None:
        if day.day <= 12:
            return None
        first, second = (day.day, day.month) if day.day % 2 else (day.month, day.day)
        return f"{first}/{second}/{day.year}"

    return _respelled(site, export, day_of, needs=lambda day: day.day > 12)


def _respelled(
    site: Site,
    export: Export,
    day_of: Callable[[date], str | None],
    needs: Callable[[date], bool],
) -> bool:
    """Add a short copy of the rows whose day can be spelled so."""
    column = export.target.of_roles(("date",))[0]
    place = list(export.header()).index(column.header)
    rows, is_telling = [], False
    for cells, values in export.records():
        day = (values or {}).get(column.name)
        text = day_of(day) if isinstance(day, date) else None
        if text and len(rows) < COPIED_ROWS:
            is_telling = is_telling or needs(day)
            rows.append([*cells[:place], text, *cells[place + 1 :]])
    if not is_telling:
        return False
    site.note(_copy(site, export, earlier(export), records=rows))
    return True
