"""Bytes of the files: what each platform does with quotes, separators, encodings and containers.

Nothing here reads a clock or a locale; archives and workbooks carry a fixed time and are stored
uncompressed, so equal content is equal bytes.
"""

import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ARCHIVE_TIME = (2026, 10, 1, 9, 0, 0)


@dataclass(frozen=True)
class Export:
    """One file: path below the output folder, content, and when it was downloaded."""

    path: str
    content: bytes
    exported_at: datetime


def columns(names: str) -> list[str]:
    """Return the header that stands in ``names``, column by column between bars."""
    return names.split("|")


def rows_of(header: Sequence[str], records: Iterable[Mapping[str, object]]) -> list[list]:
    """Return the header and a row per record; a column that a record lacks is empty.

    Raises ``KeyError`` for a cell that the header does not know.
    """
    rows: list[list] = [list(header)]
    for record in records:
        strangers = record.keys() - set(header)
        if strangers:
            raise KeyError(f"not in the header: {sorted(strangers)}")
        rows.append([record.get(name) for name in header])
    return rows


def _cell(value: object, delimiter: str, quoting: str) -> str:
    text = "" if value is None else str(value)
    must = any(mark in text for mark in ('"', "\n", "\r", delimiter))
    wished = (
        quoting == "all"
        or (quoting == "commas" and "," in text)
        or (quoting == "spaces" and " " in text)
    )
    return '"' + text.replace('"', '""') + '"' if must or wished else text


def table(
    rows: Iterable[Sequence[object]], delimiter: str = ",", quoting: str = "needed", end: str = "\n"
) -> str:
    """Return the rows as delimited text.

    ``quoting`` says which cells are quoted beyond those that must be: ``needed``, ``all``,
    ``commas`` (cells holding a comma) or ``spaces`` (cells holding a blank).
    """
    return "".join(
        delimiter.join(_cell(value, delimiter, quoting) for value in row) + end for row in rows
    )


def utf16(text: str) -> bytes:
    """Return little-endian UTF-16 with its byte-order mark."""
    return b"\xff\xfe" + text.encode("utf-16-le")


def utf8_marked(text: str) -> bytes:
    """Return UTF-8 with a byte-order mark."""
    return b"\xef\xbb\xbf" + text.encode()


def json_line(value: object) -> str:
    """Return one compact JSON line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def gzipped(text: str) -> bytes:
    """Return the text as a gzip member without a name or a time."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as stream:
        stream.write(text.encode())
    return buffer.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    """Return an archive of the members, in order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, ARCHIVE_TIME)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


_WORKBOOK_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/'
    '2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_SHEET_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(sheet_name: str, rows: Iterable[Sequence[object]]) -> bytes:
    """Return an .xlsx file of one sheet; numbers stay numbers, None is an empty cell."""
    lines = []
    for row_number, row in enumerate(rows, start=1):
        cells = []
        for column, value in enumerate(row):
            place = f"{_column_letters(column)}{row_number}"
            if isinstance(value, int | float):
                cells.append(f'<c r="{place}"><v>{value}</v></c>')
            elif value is not None:
                text = escape(str(value))
                cells.append(f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>')
        lines.append(f'<row r="{row_number}">{"".join(cells)}</row>')
    parts = dict(_WORKBOOK_PARTS)
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_SHEET_NAMESPACE}" xmlns:r="{_LINK_NAMESPACE}"><sheets>'
        f'<sheet name="{escape(sheet_name)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    parts["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{_SHEET_NAMESPACE}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    )
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return zipped({name: (declaration + xml).encode() for name, xml in parts.items()})


def _column_letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


def money(cents: int) -> str:
    """Return cents as units with two decimals."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def rate(part: float, whole: float, digits: int = 2) -> str:
    """Return part/whole as a percentage without its sign; a dash pair where whole is 0."""
    return f"{100 * part / whole:.{digits}f}" if whole else "--"


def percent(part: int, whole: int) -> str:
    """Return part/whole as a percentage with its sign; a dash pair where whole is 0."""
    return f"{rate(part, whole)}%" if whole else "--"
