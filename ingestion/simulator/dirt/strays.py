"""Files beside the clean ones that are no exports at all."""

import json
import struct
import zlib

from ingestion.simulator.dirt.registry import beside_files
from ingestion.simulator.dirt.site import Site


def _stray(site: Site, path: str, content: bytes) -> bool:
    """Add a file as old as the newest export, note it, and return True."""
    closing = max(file.exported_at for file in site.folder.files)
    site.note(site.add(path, content, closing))
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
