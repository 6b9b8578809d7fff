"""Dirt of whole files under another name, or in another container than usual.

Nothing is lost by it: what stands in the file is all there to be read, if one knows how.
"""

import html
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import duckdb

from ingestion.simulator.dirt.registry import in_files
from ingestion.simulator.dirt.site import Site
from ingestion.simulator.dirt.tables import Export, replacing, zipped
from ingestion.simulator.writing import Folder

_ARCHIVE_TIME = (2026, 10, 1, 9, 0, 0)


@in_files(
    "A name that says nothing, with brackets and quotes, and a suffix that is wrong",
    "stripe_payments",
    "shopify_orders",
    "youzan_orders",
    "twilio_messages",
)
def _renamed_files(site: Site, export: Export) -> bool:
    sums = export.sums()
    name = "Kopie von [final] 'neu' 100% & co.xls"
    site.note(site.move(export, str(PurePosixPath(export.path).with_name(name))), sums)
    return True


@in_files("Workbooks whose name ends with .csv", "fxiaoke_leads", "tiktok_ad_groups")
def _workbooks_named_csv(site: Site, export: Export) -> bool:
    sums = export.sums()
    site.note(site.move(export, export.path.removesuffix(".xlsx") + ".csv"), sums)
    return True


@in_files(
    "HTML tables whose name ends with .xls",
    "youzan_orders",
    "klaviyo_campaigns",
    "mailchimp_campaigns",
)
def _tables_named_xls(site: Site, export: Export) -> bool:
    sums = export.sums()

    def row(cells: Sequence[str], tag: str) -> str:
        return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>\n"

    path = site.free_path(export.path.removesuffix(".csv") + ".xls")
    with replacing(site.out / path, export.file.exported_at) as stream:
        stream.write(b'<html><head><meta charset="utf-8"></head><body><table border="1">\n')
        stream.write(row(export.header(), "th").encode())
        for cells in export.rows():
            stream.write(row(cells, "td").encode())
        stream.write(b"</table></body></html>\n")
    _replace_by(site, export, path)
    site.note(path, sums)
    return True


def _replace_by(site: Site, export: Export, path: str) -> None:
    export.local.unlink()
    site.unlist(export)
    site.list_file(path, export.file.exported_at, export.file.rows)


@in_files(
    "Saved as a workbook: numbers are numbers, texts are texts",
    "hubspot_deals",
    "klaviyo_campaigns",
    "stripe_payments",
    "mailchimp_campaigns",
)
def _saved_as_workbooks(site: Site, export: Export) -> bool:
    sums = export.sums()
    path = site.free_path(export.path.removesuffix(".csv") + ".xlsx")
    money = {column.header for column in export.target.of_roles(("money", "count"))}
    cells = ", ".join(
        f'"{name}"::decimal(18, 2) as "{name}"' if name in money else f'"{name}"'
        for name in export.header()
    )
    source = str(export.local).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        Folder(site.out, connection).workbook(
            path,
            f"select {cells} from read_csv('{source}', header = true, all_varchar = true, "
            "delim = ',', quote = '\"', escape = '\"')",
            "Sheet1",
            exported_at=export.file.exported_at,
        )
    _replace_by(site, export, path)
    site.note(path, sums)
    return True


@in_files("CSV files packed with gzip", "twilio_messages", "stripe_payments", "touchpoints")
def _gzipped_files(site: Site, export: Export) -> bool:
    sums = export.sums()
    path = site.free_path(f"{export.path}.gz")
    with (
        export.local.open("rb") as body,
        replacing(site.out / path, export.file.exported_at) as stream,
        zipped(stream) as packed,
    ):
        while chunk := body.read(1 << 20):
            packed.write(chunk)
    _replace_by(site, export, path)
    site.note(path, sums)
    return True


@in_files(
    "A CSV file in a folder of a zip archive, among what a Macintosh adds",
    "touchpoints",
    "partner_orders",
    "stripe_payments",
)
def _zipped_folders(site: Site, export: Export) -> bool:
    sums = export.sums()
    name = PurePosixPath(export.path).name
    path = site.free_path(str(PurePosixPath(export.path).with_name("Archive.zip")))
    with replacing(site.out / path, export.file.exported_at) as stream:
        pack(stream, {
            f"Exports/{name}": export.local,
            f"__MACOSX/Exports/._{name}": b"\0\5\x16\7\0\2\0\0Mac OS X",
            "Exports/.DS_Store": b"\0\0\0\1Bud1",
        })  # fmt: skip
    _replace_by(site, export, path)
    site.note(f"{path}!Exports/{name}", sums)
    return True


def pack(stream: BinaryIO, members: Mapping[str, bytes | Path]) -> None:
    """Write a zip archive of contents and files, the same for the same members."""
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _ARCHIVE_TIME)
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as target:
                if isinstance(content, Path):
                    with content.open("rb") as body:
                        shutil.copyfileobj(body, target)
                else:
                    target.write(content)
