"""Downloads beside the clean ones that broke off, got damaged, or cannot be opened.

Each is from some minutes before the whole one: who has it tries again.
"""

import io
from itertools import islice
from pathlib import PurePosixPath

from ingestion.simulator.dirt.containers import pack
from ingestion.simulator.dirt.copies import COPIED_ROWS, beside, earlier
from ingestion.simulator.dirt.registry import beside_files
from ingestion.simulator.dirt.site import Site
from ingestion.simulator.dirt.tables import Export, open_export

_LOCAL_HEADER, _CENTRAL_HEADER = b"PK\x03\x04", b"PK\x01\x02"
_LOCAL_HEADER_BYTES = 30  # before the name of the member
_MEMBER = "export.csv"
_TEXTS = ("stripe_payments", "twilio_messages", "touchpoints")


def _add(site: Site, export: Export, name: str, content: bytes) -> bool:
    """Add a file beside the whole one, note it, and return True."""
    site.note(site.add(beside(export, name), content, earlier(export)))
    return True


def _add_beginning(site: Site, export: Export) -> bool:
    """Add the beginning of the file itself."""
    size = export.local.stat().st_size
    with export.local.open("rb") as stream:
        return _add(site, export, export.local.name, stream.read(min(size * 3 // 5, 1 << 20)))


def _packed(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    pack(stream, {name: content})
    return stream.getvalue()


def _archive(export: Export) -> bytes:
    """Return a zip archive of the beginning of an export, as UTF-8."""
    with open_export(export) as (layout, records):
        text = layout.header_text + "".join(islice(records, COPIED_ROWS))
    return _packed(_MEMBER, text.encode())


@beside_files("A gzip file whose download broke off", "klaviyo_events")
def _truncated_gzip(site: Site, export: Export) -> bool:
    return _add_beginning(site, export)


@beside_files("A workbook whose download broke off", "fxiaoke_leads", "tiktok_ad_groups")
def _truncated_workbook(site: Site, export: Export) -> bool:
    return _add_beginning(site, export)


@beside_files("A JSON array whose download broke off", "sendgrid_events")
def _truncated_json(site: Site, export: Export) -> bool:
    with open_export(export) as (_, lines):
        text = "[" + ",\n".join(line.rstrip("\n") for line in islice(lines, 50))
    name = PurePosixPath(export.path).stem + ".json"
    return _add(site, export, name, text[:-40].encode())


@beside_files("A zip archive whose download broke off", *_TEXTS)
def _truncated_zip(site: Site, export: Export) -> bool:
    content = _archive(export)
    return _add(site, export, "export.zip", content[: len(content) // 2])


@beside_files("A zip archive in which some bytes flipped", *_TEXTS)
def _damaged_zip(site: Site, export: Export) -> bool:
    content = bytearray(_archive(export))
    start = _LOCAL_HEADER_BYTES + len(_MEMBER)
    for place in range(start + 20, start + 30):
        content[place] ^= 0xFF
    return _add(site, export, "damaged.zip", bytes(content))


@beside_files("A zip archive with a password", *_TEXTS)
def _locked_zip(site: Site, export: Export) -> bool:
    content = bytearray(_archive(export))
    content[content.index(_LOCAL_HEADER) + 6] |= 1
    content[content.index(_CENTRAL_HEADER) + 8] |= 1
    return _add(site, export, "locked.zip", bytes(content))


@beside_files("A zip archive inside a zip archive", *_TEXTS)
def _nested_zip(site: Site, export: Export) -> bool:
    return _add(site, export, "exports.zip", _packed("export.zip", _archive(export)))
