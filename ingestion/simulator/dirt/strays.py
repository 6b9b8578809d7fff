"""Files that stand beside the clean ones: copies, broken downloads, and what is no export at all.

What is damaged is a copy from some minutes before the whole one: who has it tries again.
"""

import io
import json
import shutil
import struct
import zlib
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import PurePosixPath

from ingestion.simulator.dirt.files import pack
from ingestion.simulator.dirt.registry import beside_files
from ingestion.simulator.dirt.site import Cells, Site, rewrite
from ingestion.simulator.dirt.tables import Export, open_export, replacing
from ingestion.simulator.dirt.targets import Sums

_EARLIER = timedelta(minutes=10)
_COPIED_ROWS = 200  # of a copy that is refused anyway
_AGAIN = ("stripe_payments", "twilio_messages", "touchpoints", "youzan_orders")
_LOCAL_HEADER, _CENTRAL_HEADER = b"PK\x03\x04", b"PK\x01\x02"


def _moment(export: Export) -> datetime:
    return export.file.exported_at - _EARLIER


def _beside(export: Export, name: str) -> str:
    return str(PurePosixPath(export.path).with_name(name))


def _closing(site: Site) -> datetime:
    return max(file.exported_at for file in site.folder.files)


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


# --- the same rows once more ---


@beside_files(
    "The same file once more, under another name",
    *_AGAIN,
    "media_spend",
    "klaviyo_campaigns",
    expected="ignored",
)
def _exact_duplicates(site: Site, export: Export) -> bool:
    name = PurePosixPath(export.path)
    path = site.free_path(_beside(export, f"{name.stem}_copy{name.suffix}"))
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
    site.note(_copy(site, export, _moment(export), records=[]), Sums(export.target))
    return True


# --- exports that lack something ---


def _without(site: Site, export: Export, headers: Iterable[str]) -> str:
    """Write a short copy without some columns and return its path."""
    kept = [place for place, name in enumerate(export.header()) if name not in set(headers)]
    return _copy(
        site,
        export,
        _moment(export),
        columns=lambda cells, _: [cells[place] for place in kept],
        records=islice(export.rows(), _COPIED_ROWS),
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
        if text and len(rows) < _COPIED_ROWS:
            is_telling = is_telling or needs(day)
            rows.append([*cells[:place], text, *cells[place + 1 :]])
    if not is_telling:
        return False
    site.note(_copy(site, export, _moment(export), records=rows))
    return True


# --- broken downloads ---


def _sample(export: Export) -> bytes:
    """Return the beginning of an export as UTF-8 text."""
    with open_export(export) as (layout, records):
        return (layout.header_text + "".join(islice(records, _COPIED_ROWS))).encode()


@beside_files("A gzip file whose download broke off", "klaviyo_events")
def _truncated_gzip(site: Site, export: Export) -> bool:
    size = export.local.stat().st_size
    with export.local.open("rb") as stream:
        content = stream.read(min(size * 3 // 5, 1 << 20))
    site.note(site.add(export.path, content, _moment(export)))
    return True


def _archive(export: Export, name: str) -> bytes:
    stream = io.BytesIO()
    pack(stream, {name: _sample(export)})
    return stream.getvalue()


@beside_files(
    "A zip archive whose download broke off", "stripe_payments", "twilio_messages", "touchpoints"
)
def _truncated_zip(site: Site, export: Export) -> bool:
    content = _archive(export, "export.csv")
    site.note(site.add(_beside(export, "export.zip"), content[: len(content) // 2],
                       _moment(export)))  # fmt: skip
    return True


@beside_files(
    "A zip archive in which some bytes flipped", "stripe_payments", "twilio_messages", "touchpoints"
)
def _damaged_zip(site: Site, export: Export) -> bool:
    content = bytearray(_archive(export, "export.csv"))
    start = 30 + len("export.csv")
    for place in range(start + 20, start + 30):
        content[place] ^= 0xFF
    site.note(site.add(_beside(export, "damaged.zip"), bytes(content), _moment(export)))
    return True


@beside_files("A zip archive with a password", "stripe_payments", "twilio_messages", "touchpoints")
def _locked_zip(site: Site, export: Export) -> bool:
    content = bytearray(_archive(export, "export.csv"))
    content[content.index(_LOCAL_HEADER) + 6] |= 1
    content[content.index(_CENTRAL_HEADER) + 8] |= 1
    site.note(site.add(_beside(export, "locked.zip"), bytes(content), _moment(export)))
    return True


@beside_files(
    "A zip archive inside a zip archive", "stripe_payments", "twilio_messages", "touchpoints"
)
def _nested_zip(site: Site, export: Export) -> bool:
    stream = io.BytesIO()
    pack(stream, {"export.zip": _archive(export, "export.csv")})
    site.note(site.add(_beside(export, "exports.zip"), stream.getvalue(), _moment(export)))
    return True


@beside_files("A workbook whose download broke off", "fxiaoke_leads", "tiktok_ad_groups")
def _truncated_workbook(site: Site, export: Export) -> bool:
    size = export.local.stat().st_size
    with export.local.open("rb") as stream:
        content = stream.read(min(size * 3 // 5, 1 << 20))
    site.note(site.add(export.path, content, _moment(export)))
    return True


@beside_files("A JSON array whose download broke off", "sendgrid_events")
def _truncated_json(site: Site, export: Export) -> bool:
    with open_export(export) as (_, lines):
        text = "[" + ",\n".join(line.rstrip("\n") for line in islice(lines, 50))
    name = PurePosixPath(export.path).stem + ".json"
    site.note(site.add(_beside(export, name), text[:-40].encode(), _moment(export)))
    return True


# --- no exports ---


def _stray(site: Site, path: str, content: bytes) -> bool:
    site.note(site.add(path, content, _closing(site)))
    return True


@beside_files("A screenshot whose name ends with .csv")
def _pictures_named_csv(site: Site) -> bool:

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    picture = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0"))
    return _stray(site, "screenshot.csv", picture + chunk(b"IEND", b""))


@beside_files("A file without a byte")
def _empty_files(site: Site) -> bool:
    return _stray(site, "orders_export.csv", b"")


@beside_files("A file of a byte order mark and blanks")
def _blank_files(site: Site) -> bool:
    return _stray(site, "contacts.csv", b"\xef\xbb\xbf\r\n  \r\n\r\n")


@beside_files("An export of a system that nobody knows")
def _unknown_formats(site: Site) -> bool:
    rows = b"".join(b"%d,Jo Seller,2026-09-%02d,high\n" % (400 + day, day) for day in range(1, 20))
    return _stray(site, "tickets.csv", b"Ticket,Agent,Opened,Priority\n" + rows)


@beside_files("A page that asks to sign in, saved under the export's name")
def _login_pages(site: Site) -> bool:
    page = (
        "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form action='/login'>"
        "<p>Your session has expired.</p><input name='user'></form></body></html>\n"
    )
    return _stray(site, "campaign_report.csv", page.encode())


@beside_files("An error that an API answered, saved as its data")
def _error_answers(site: Site) -> bool:
    answer = {"error": {"code": 401, "message": "Token expired", "status": "UNAUTHENTICATED"}}
    return _stray(site, "events.json", json.dumps(answer).encode())


@beside_files("Settings of campaigns from Google Ads Editor, which are no performance")
def _settings_exports(site: Site) -> bool:
    header = "Campaign\tLabels\tCampaign Type\tNetworks\tBudget\tBudget type\tBid Strategy Type"
    row = "us_brand_search\t\tSearch\tGoogle search\t40.00\tDaily\tManual CPC"
    text = f"\ufeff{header}\r\n{row}\r\n"
    return _stray(site, "google_ads/editor.csv", text.encode("utf-16-le"))


@beside_files(
    "What operating systems, spreadsheet programs and browsers leave behind", expected="ignored"
)
def _system_files(site: Site) -> bool:
    for name, content in {
        ".DS_Store": b"\0\0\0\1Bud1",
        "Thumbs.db": b"\xd0\xcf\x11\xe0",
        "~$orders.xlsx": b"\5Admin",
        "orders_export_9.csv.crdownload": b"Name,Email,Financial Status\n#10",
    }.items():
        _stray(site, f"shopify/{name}", content)
    return True
