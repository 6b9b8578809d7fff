"""Dirt of whole files in other bytes: encodings, marks, delimiters, decimals, ends of lines.

Nothing is lost by it: what stands in the file is all there to be read, if one knows how.
"""

import re

from ingestion.simulator.dirt.registry import in_files
from ingestion.simulator.dirt.site import Cells, Site, reshape, rewrite
from ingestion.simulator.dirt.tables import Export, replacing, values_of
from ingestion.simulator.dirt.targets import Sums
from ingestion.simulator.month_names import RUSSIAN_MONTHS

# Exports that a person opens, looks at and saves.
_WESTERN = (
    "stripe_payments",
    "klaviyo_campaigns",
    "mailchimp_campaigns",
    "hubspot_deals",
    "partner_orders",
    "partner_order_lines",
)
_CHINESE = ("youzan_orders", "meta_campaigns_cn", "qianchuan_plans", "wecom_customers")
_DECIMAL = re.compile(r"^(-?)(\d{1,3}(?:,\d{3})+|\d+)\.(\d+)(%?)$")
_RUSSIAN_DAY = re.compile(r"^(\d{1,2})\.(\d{2})$")
_NARROW_SPACE = "\u202f"


@in_files('Saved as "Unicode text": UTF-16, tabs, CRLF', "twilio_messages", *_WESTERN)
def _utf_16(site: Site, export: Export) -> bool:
    return reshape(
        site, export, encoding="utf-16-le", mark="\ufeff", delimiter="\t", newline="\r\n"
    )


@in_files(
    "Two byte order marks, one from the platform and one from an editor",
    *_CHINESE,
)
def _second_byte_order_marks(site: Site, export: Export) -> bool:
    return reshape(site, export, mark="\ufeff\ufeff")


@in_files("Saved in the encoding of Chinese Windows", *_CHINESE)
def _gb18030(site: Site, export: Export) -> bool:
    return reshape(site, export, encoding="gb18030")


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
    try:
        return reshape(site, export, encoding="cp1252")
    except UnicodeEncodeError:
        return False


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


@in_files(
    "Saved by a European spreadsheet program: semicolons, 1 234,56 with narrow spaces",
    "google_campaigns",
    "klaviyo_campaigns",
    "stripe_payments",
)
def _decimal_commas(site: Site, export: Export) -> bool:

    def change(cells: Cells, is_header: bool) -> Cells:
        return cells if is_header else [_european(cell) for cell in cells]

    return reshape(site, export, delimiter=";", newline="\r\n", columns=change)


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
    return reshape(site, export, above=f"sep={export.layout().delimiter}\n")


@in_files(
    "Other ends of lines above the header than below it",
    "google_campaigns",
    "youzan_orders",
    "hubspot_deals",
    "square_items",
)
def _mixed_line_ends(site: Site, export: Export) -> bool:
    above = "" if export.layout().above else "Monthly export\nSeptember 2026\n"
    return reshape(site, export, above=above, above_newline="\n", newline="\r\n")


@in_files(
    "Ends of lines of an old Macintosh",
    "media_spend",
    "youzan_orders",
    "square_transactions",
)
def _lone_returns(site: Site, export: Export) -> bool:
    return reshape(site, export, newline="\r")
