"""Dirt that befalls whole files: encodings, layouts, names and containers that are not the usual.

Nothing is lost by it: what stands in the file is all there to be read, if one knows how.
"""

import html
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import duckdb

from ingestion.simulator.dirt.cells import RUSSIAN_MONTHS
from ingestion.simulator.dirt.registry import in_files
from ingestion.simulator.dirt.site import Cells, Site, rewrite
from ingestion.simulator.dirt.tables import (
    Export,
    open_export,
    quoted,
    replacing,
    split_cells,
    unquoted,
    values_of,
    writing_like,
    zipped,
)
from ingestion.simulator.dirt.targets import Sums
from ingestion.simulator.writing import Folder

# Exports that a person opens, looks at and saves; those recognised by their first column stay
# out where columns move. Whole-file dirt leaves the dollar account of Meta, Instagram, HubSpot's
# contacts and the loyalty members alone: each is one file, and rows of it are soiled.
_WESTERN = (
    "stripe_payments",
    "klaviyo_campaigns",
    "mailchimp_campaigns",
    "hubspot_deals",
    "partner_orders",
    "partner_order_lines",
)
_CHINESE = ("youzan_orders", "meta_campaigns_cn", "qianchuan_plans", "wecom_customers")
_MOVABLE = (
    "stripe_payments",
    "square_items",
    "hubspot_deals",
    "klaviyo_campaigns",
    "mailchimp_campaigns",
    "youzan_orders",
    "twilio_messages",
)
_ISO_DAY = re.compile(r"^(\d{4})-(\d\d)-(\d\d)(?=$| )")
_DECIMAL = re.compile(r"^(-?)(\d{1,3}(?:,\d{3})+|\d+)\.(\d+)(%?)$")
_RUSSIAN_DAY = re.compile(r"^(\d{1,2})\.(\d{2})$")
_NARROW_SPACE = "\u202f"
_ARCHIVE_TIME = (2026, 10, 1, 9, 0, 0)


# --- encodings ---


@in_files('Saved as "Unicode text": UTF-16, tabs, CRLF', "twilio_messages", *_WESTERN)
def _utf_16(site: Site, export: Export) -> bool:
    sums = export.sums()
    rewrite(export, encoding="utf-16-le", mark="\ufeff", delimiter="\t", newline="\r\n")
    site.note(export.path, sums)
    return True


@in_files(
    "Two byte order marks, one from the platform and one from an editor",
    *_CHINESE,
)
def _second_byte_order_marks(site: Site, export: Export) -> bool:
    sums = export.sums()
    rewrite(export, mark="\ufeff\ufeff")
    site.note(export.path, sums)
    return True


@in_files("Saved in the encoding of Chinese Windows", *_CHINESE)
def _gb18030(site: Site, export: Export) -> bool:
    sums = export.sums()
    rewrite(export, encoding="gb18030")
    site.note(export.path, sums)
    return True


@in_files(
    "Saved in the encoding of Western Windows",
    "salesforce_leads",
    "salesforce_opportunities",
    "stripe_payments",
)
def _windows_1252(site: Site, export: Export) -> bool:
    with export.local.open("rb") as stream:
        if all(line.isascii() for line in stream):
            return False
    sums = export.sums()
    try:
        rewrite(export, encoding="cp1252")
    except UnicodeEncodeError:
        return False
    site.note(export.path, sums)
    return True


@in_files(
    "Saved by a Russian spreadsheet program: semicolons, Windows-1251, 3.8 is 3 August",
    "google_campaigns",
    "linkedin_campaigns",
    "klaviyo_campaigns",
    expected="nulled",
)
def _russian_spreadsheets(site: Site, export: Export) -> bool:
    target, sums, found = export.target, Sums(export.target), []
    money = target.of_roles(("money",))
    header = list(export.header())
    places = {name: place for place, name in enumerate(header)}
    row = 0

    def change(cells: Cells, is_header: bool) -> Cells:
        nonlocal row
        if is_header:
            return cells
        row += 1
        values = values_of(target, cells, places)
        if values is None:
            return cells
        changed = list(cells)
        for column in money:
            match = _RUSSIAN_DAY.match(cells[places[column.header]])
            if match and 1 <= int(match[1]) <= 28 and 1 <= int(match[2]) <= 12:
                changed[places[column.header]] = f"{match[1]}.{RUSSIAN_MONTHS[int(match[2]) - 1]}"
                values[column.name] = None
                found.append((row, column))
        sums.add(values)
        return changed

    original = export.local.read_bytes()
    try:
        rewrite(export, encoding="cp1251", delimiter=";", newline="\r\n", columns=change)
    except UnicodeEncodeError:
        return False
    if not found:
        with replacing(export.local, export.file.exported_at) as stream:
            stream.write(original)
        return False
    for number, column in found:
        site.note(export.path, row=number, table=target.raw_table, column=column)
    site.sums.extend(sums.of_file(export.path))
    return True


# --- layouts ---


@in_files(
    "Saved by a European spreadsheet program: semicolons, 1 234,56 with narrow spaces",
    "google_campaigns",
    "klaviyo_campaigns",
    "stripe_payments",
)
def _decimal_commas(site: Site, export: Export) -> bool:

    def change(cells: Cells, is_header: bool) -> Cells:
        return cells if is_header else [_european(cell) for cell in cells]

    sums = export.sums()
    rewrite(export, delimiter=";", newline="\r\n", columns=change)
    site.note(export.path, sums)
    return True


def _european(cell: str) -> str:
    match = _DECIMAL.match(cell)
    if match is None:
        return cell
    sign, whole, fraction, percent = match.groups()
    grouped = f"{int(whole.replace(',', '')):,}".replace(",", _NARROW_SPACE)
    return f"{sign}{grouped},{fraction}{percent}"


@in_files(
    "A first line that tells spreadsheet programs the delimiter: sep=,", *_WESTERN, "square_items"
)
def _sep_lines(site: Site, export: Export) -> bool:
    sums = export.sums()
    rewrite(export, above=f"sep={export.layout().delimiter}\n")
    site.note(export.path, sums)
    return True


@in_files(
    "Lines above the header: a title, who made it and when, an empty line",
    "shopify_orders",
    "hubspot_deals",
    "youzan_orders",
    "touchpoints",
    "square_items",
)
def _titles_above(site: Site, export: Export) -> bool:
    sums = export.sums()
    rewrite(export, above='Monthly export\n"Made by: J. Doe, Sales, on 1 October 2026"\n\n')
    site.note(export.path, sums)
    return True


@in_files(
    "Headers with NBSP, outer blanks, full-width brackets, （必填） and currencies",
    "youzan_orders",
    "meta_campaigns_cn",
    "qianchuan_plans",
    "stripe_payments",
)
def _odd_headers(site: Site, export: Export) -> bool:
    money = {column.header for column in export.target.of_roles(("money",))}
    is_chinese = not export.layout().header_text.isascii()

    def change(cells: Cells, is_header: bool) -> Cells:
        if not is_header:
            return cells
        odd = []
        for place, name in enumerate(cells):
            if is_chinese and "(" in name:
                name = name.replace("(", "（").replace(")", "）")
            elif is_chinese and not place:
                name = f"{name}（必填）"
            elif name in money and "(" not in name:
                name = f"{name} ({'CNY' if is_chinese else 'USD'})"
            odd.append((f"{name} ", f"\u00a0{name}", name.replace(" ", "\u00a0"))[place % 3])
        return odd

    sums = export.sums()
    rewrite(export, columns=change)
    site.note(export.path, sums)
    return True


@in_files(
    "Other ends of lines above the header than below it",
    "google_campaigns",
    "youzan_orders",
    "hubspot_deals",
    "square_items",
)
def _mixed_line_ends(site: Site, export: Export) -> bool:
    sums = export.sums()
    above = "" if export.layout().above else "Monthly export\nSeptember 2026\n"
    rewrite(export, above=above, above_newline="\n", newline="\r\n")
    site.note(export.path, sums)
    return True


@in_files("Columns in another order", *_MOVABLE)
def _moved_columns(site: Site, export: Export) -> bool:
    order = list(site.draw.permutation(len(export.layout().header)))
    sums = export.sums()
    rewrite(export, columns=lambda cells, _: [cells[place] for place in order])
    site.note(export.path, sums)
    return True


@in_files("Columns that somebody added", *_MOVABLE, "partner_orders", "touchpoints")
def _unknown_columns(site: Site, export: Export) -> bool:

    def change(cells: Cells, is_header: bool) -> Cells:
        return [*cells[:2], "Internal remark" if is_header else "see, mail", *cells[2:]]

    sums = export.sums()
    rewrite(export, columns=change)
    site.note(export.path, sums)
    return True


@in_files(
    "Two columns of one name; the first counts", *_MOVABLE, "partner_orders", "shopify_orders"
)
def _repeated_columns(site: Site, export: Export) -> bool:
    money = export.target.of_roles(("money",))[-1].header

    def change(cells: Cells, is_header: bool) -> Cells:
        return [*cells, money if is_header else "0.01"]

    sums = export.sums()
    rewrite(export, columns=change)
    site.note(export.path, sums)
    return True


@in_files(
    "Empty columns without a name at the end of every row, the header's included",
    "shopify_orders",
    *_MOVABLE,
)
def _nameless_columns(site: Site, export: Export) -> bool:
    sums = export.sums()
    rewrite(export, columns=lambda cells, _: [*cells, "", "", ""])
    site.note(export.path, sums)
    return True


@in_files(
    "Header and rows each wrapped in one quoted cell by a spreadsheet program",
    "klaviyo_campaigns",
    "mailchimp_campaigns",
    "media_spend",
    "partner_orders",
)
def _wrapped_rows(site: Site, export: Export) -> bool:
    sums = export.sums()
    rewrite(export, line=lambda text: '"' + text.replace('"', '""') + '"')
    site.note(export.path, sums)
    return True


@in_files(
    "Ends of lines of an old Macintosh",
    "media_spend",
    "youzan_orders",
    "square_transactions",
)
def _lone_returns(site: Site, export: Export) -> bool:
    sums = export.sums()
    rewrite(export, newline="\r")
    site.note(export.path, sums)
    return True


@in_files(
    "Days as 30/08/2026; one of them tells day from month",
    "square_transactions",
    "square_items",
    "hubspot_deals",
)
def _days_first(site: Site, export: Export) -> bool:
    return _reorder_days(site, export, r"\3/\2/\1")


@in_files(
    "Days as 8/30/2026; one of them tells day from month",
    "square_transactions",
    "square_items",
)
def _months_first(site: Site, export: Export) -> bool:
    return _reorder_days(site, export, r"\2/\3/\1")


def _reorder_days(site: Site, export: Export, order: str) -> bool:
    days = [
        value.day
        for _, values in export.records()
        for value in (values or {}).values()
        if hasattr(value, "day")
    ]
    if max(days, default=0) <= 12:
        return False
    sums = export.sums()
    rewrite(export, columns=lambda cells, _: [_ISO_DAY.sub(order, cell) for cell in cells])
    site.note(export.path, sums)
    return True


@in_files("JSON lines as one array over many lines", "sendgrid_events")
def _json_arrays(site: Site, export: Export) -> bool:
    sums = export.sums()
    with open_export(export) as (layout, lines), writing_like(export, layout) as write:
        separator = "[\n  "
        for line in lines:
            write(separator + line.rstrip("\n"))
            separator = ",\n  "
        write("\n]\n")
    site.note(export.path, sums)
    return True


# --- names and containers ---


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


# --- rows that are no data ---


@in_files(
    "A header with wide brackets once more below the data",
    "meta_campaigns_cn",
    expected="ignored",
)
def _repeated_wide_headers(site: Site, export: Export) -> bool:
    sums, layout = export.sums(), export.layout()
    rows = sum(1 for _ in export.rows())
    rewrite(export, mark="\ufeff" * layout.has_mark, below=lambda _: layout.header_text)
    site.note(export.path, sums, row=rows + 1, table=export.target.raw_table)
    return True


@in_files(
    "A row of totals that somebody added below the data",
    "klaviyo_campaigns",
    "media_spend",
    "partner_orders",
    "stripe_payments",
    "shopify_orders",
    expected="ignored",
)
def _total_rows(site: Site, export: Export) -> bool:
    sums, target, layout = export.sums(), export.target, export.layout()
    totals = {
        column.header: f"{sums.totals.get(column.name, 0):f}"
        for column in target.of_roles(("money", "count"))
    }

    def below(header: list[str]) -> str:
        label = ("Total", "Grand Total", "Totals", "合计")[site.pick(4)]
        cells = [label, *(totals.get(name, "") for name in header[1:])]
        row = (quoted(cell, layout.delimiter, layout.is_quoted) for cell in cells)
        return layout.delimiter.join(row) + "\n"

    rows = sum(1 for _ in export.rows())
    rewrite(export, encoding=layout.encoding, mark="\ufeff" * layout.has_mark, below=below)
    site.note(export.path, sums, row=rows + 1, table=target.raw_table)
    return True


@in_files(
    "Lines of lawyers below the data",
    "linkedin_campaigns",
    "hubspot_deals",
    "mailchimp_campaigns",
    "partner_order_lines",
    "klaviyo_campaigns",
    "square_items",
    expected="ignored",
)
def _legal_footers(site: Site, export: Export) -> bool:
    footers = (
        "Copyright © 2026 Example Inc. All rights reserved.",
        "Confidential Information - Do Not Distribute",
    )
    sums, layout = export.sums(), export.layout()
    rows = sum(1 for _ in export.rows())
    rewrite(
        export,
        encoding=layout.encoding,
        mark="\ufeff" * layout.has_mark,
        below=lambda _: "".join(f'"{text}"\n' for text in footers),
    )
    for number, _ in enumerate(footers, rows + 1):
        site.note(export.path, row=number, table=export.target.raw_table)
    site.sums.extend(sums.of_file(export.path))
    return True


# --- what is lost on the way ---


@in_files("A line that is no object before all JSON lines", "klaviyo_events", expected="rejected")
def _foreign_first_lines(site: Site, export: Export) -> bool:
    sums = export.sums()
    with open_export(export) as (layout, lines), writing_like(export, layout) as write:
        write("null\n")
        for line in lines:
            write(line)
    site.note(export.path, sums, row=1, table=export.target.raw_table)
    return True


@in_files(
    "A row with a quote that nothing closes, in a file without other quotes",
    "touchpoints",
    expected="rejected",
)
def _open_quotes(site: Site, export: Export) -> bool:
    return _open_quote(site, export)


@in_files(
    "A row with a quote that is closed by the next quote, rows later",
    "twilio_messages",
    expected="rejected",
)
def _open_quotes_amid_others(site: Site, export: Export) -> bool:
    return _open_quote(site, export)


def _open_quote(site: Site, export: Export) -> bool:
    """Leave a quote open in one row; the rows after it are whole."""
    target, sums, layout = export.target, Sums(export.target), export.layout()
    place = layout.header.index(target.of_roles(("text",))[0].header)
    places = {name: number for number, name in enumerate(layout.header)}
    chosen = site.pick(max(export.file.rows // 2, 1))
    spoilt = 0
    with open_export(export) as (_, records), writing_like(export, layout) as write:
        write(layout.above + layout.header_text)
        for number, record in enumerate(records, 1):
            cells = split_cells(record, layout.delimiter)
            values = values_of(target, [unquoted(cell) for cell in cells], places)
            if not spoilt and number > chosen and values and '"' not in record:
                cells[place] = f'"{cells[place]}'
                spoilt = number
            elif values is not None:
                sums.add(values)
            write(layout.delimiter.join(cells))
    if spoilt:
        site.note(export.path, sums, row=spoilt, table=target.raw_table)
    return bool(spoilt)


@in_files(
    "Files that end in the middle of the last row, within a quoted cell",
    "partner_orders",
    "touchpoints",
    "twilio_messages",
    "stripe_payments",
    expected="rejected",
)
def _cut_off_files(site: Site, export: Export) -> bool:
    target, sums = export.target, Sums(export.target)
    with open_export(export) as (layout, records):
        rows = sum(1 for _ in records)
    if rows < 2:
        return False
    places = {name: place for place, name in enumerate(layout.header)}
    with open_export(export) as (layout, records), writing_like(export, layout) as write:
        write(layout.above + layout.header_text)
        for number, record in enumerate(records, 1):
            cells = [
                unquoted(cell) for cell in split_cells(record.rstrip("\r\n"), layout.delimiter)
            ]
            if number < rows:
                values = values_of(target, cells, places)
                if values is not None:
                    sums.add(values)
                write(record)
            else:
                write(f'{cells[0]}{layout.delimiter}"{cells[1]} ...')
    site.note(export.path, sums, row=rows, table=target.raw_table)
    return True


@in_files(
    "A row that is missing, although the total of the file still counts it",
    "google_campaigns",
    "qianchuan_plans",
    expected="told",
    says="control_totals",
)
def _lost_rows(site: Site, export: Export) -> bool:
    target = export.target
    cost = target.of_roles(("money",))[0]
    listed = list(export.records())
    threshold = Decimal(len(listed)) / 100
    candidates = [
        place
        for place, (_, values) in enumerate(listed)
        if values and isinstance(values[cost.name], Decimal) and values[cost.name] > 2 * threshold
    ]
    if not candidates:
        return False
    lost = candidates[site.pick(len(candidates))]
    sums = Sums(target)
    for place, (_, values) in enumerate(listed):
        if values is not None and place != lost:
            sums.add(values)
    with open_export(export) as (layout, records), writing_like(export, layout) as write:
        write(layout.above + layout.header_text)
        for place, record in enumerate(records):
            if place != lost:
                write(record)
    site.note(export.path, sums)
    return True
