"""Bytes of the files: what each platform does with quotes, separators, encodings and containers.

Every file is a query over the world, written by DuckDB and then, where a platform wants more than
that, read once more to add what it puts around the rows. Queries are to order their rows: the same
world gives the same bytes. Times are naive UTC.
"""

import gzip
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

import duckdb

Quoting = Literal["needed", "all", "commas", "spaces"]

_CHUNK = 1 << 20
_GZIP_LEVEL = 4
_ARCHIVE_TIME = (2026, 10, 1, 9, 0, 0)
_MARKS = {"commas": ",", "spaces": " "}
_SCHEMAS = "http://schemas.openxmlformats.org"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORKBOOK_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_SCHEMAS}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_SCHEMAS}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_SCHEMAS}/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_SCHEMAS}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_SCHEMAS}/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}
_NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL",
)  # fmt: skip


@dataclass(frozen=True)
class WrittenFile:
    """A file of a folder: its path below it, rows of data, and when it was downloaded (UTC)."""

    path: str
    rows: int
    exported_at: datetime


class Folder:
    """Where the exports of one world go: a folder, and the connection that its queries run on.

    A platform has no file for nothing: a query without rows writes none, and None is returned.
    """

    def __init__(self, out: Path, connection: duckdb.DuckDBPyConnection) -> None:
        """Write below ``out``, which is made with the first file."""
        self.out = out
        self.files: list[WrittenFile] = []
        self._connection = connection

    def csv(
        self,
        path: str,
        query: str,
        *,
        exported_at: datetime,
        delimiter: str = ",",
        quoting: Quoting = "needed",
        encoding: str = "utf-8",
        bom: bool = False,
        newline: str = "\n",
        preamble: str = "",
        footer: str = "",
        ends_with_newline: bool = True,
    ) -> Path | None:
        """Write the rows of ``query`` under its column names and return the file.

        ``quoting`` says which cells are quoted beyond those that must be: ``all``, those with
        ``commas`` or those with ``spaces``. ``preamble`` and ``footer`` are lines as they are to
        stand in the file, ends included; ``newline`` replaces every end of a line.
        """
        target, part = self._place(path)
        rows = self._copy_table(query, part, delimiter, quoting)
        if not rows:
            part.unlink()
            return None
        is_plain = encoding == "utf-8" and newline == "\n" and ends_with_newline
        if is_plain and not (bom or preamble or footer):
            part.replace(target)
            return self._add(path, rows, exported_at)
        marker = "\ufeff" if bom else ""
        with part.open("rb") as body, target.open("wb") as stream:
            _recode(
                (f"{marker}{preamble}", body, footer), stream, encoding, newline, ends_with_newline
            )
        part.unlink()
        return self._add(path, rows, exported_at)

    def json_lines(
        self, path: str, query: str, *, exported_at: datetime, gzipped: bool = False
    ) -> Path | None:
        """Write the only column of ``query``, JSON text, one object per line."""
        target, part = self._place(path)
        rows = self._copy_lines(query, part)
        if not rows:
            part.unlink()
            return None
        if not gzipped:
            part.replace(target)
            return self._add(path, rows, exported_at)
        # DuckDB's own gzip is several times slower than zlib; no name and no time inside.
        with (
            part.open("rb") as body,
            target.open("wb") as raw,
            gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as stream,
        ):
            shutil.copyfileobj(body, stream, _CHUNK)
        part.unlink()
        return self._add(path, rows, exported_at)

    def workbook(self, path: str, query: str, sheet: str, *, exported_at: datetime) -> Path | None:
        """Write the rows of ``query`` as an .xlsx file of one sheet.

        Numbers stay numbers and null is an empty cell; a column of type JSON may hold both
        numbers and texts.
        """
        target, part = self._place(path)
        relation = self._connection.sql(query)
        header, types = relation.columns, [str(kind) for kind in relation.types]
        cells = " || ".join(
            _cell_xml(column, kind, _column_letters(position))
            for position, (column, kind) in enumerate(zip(header, types, strict=True))
        )
        rows = self._copy_lines(
            f"select '<row r=\"' || place || '\">' || {cells} || '</row>' "
            f"from (select *, 1 + row_number() over () as place from ({query}))",
            part,
        )
        if not rows:
            part.unlink()
            return None
        titles = "".join(
            f'<c r="{_column_letters(position)}1" t="inlineStr"><is><t>{_escaped(title)}</t></is>'
            "</c>"
            for position, title in enumerate(header)
        )
        names = f"{_SCHEMAS}/spreadsheetml/2006/main"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            book = (
                f'<workbook xmlns="{names}" '
                f'xmlns:r="{_SCHEMAS}/officeDocument/2006/relationships"><sheets>'
                f'<sheet name="{_escaped(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
            )
            for name, xml in (_WORKBOOK_PARTS | {"xl/workbook.xml": book}).items():
                with _member(archive, name) as stream:
                    stream.write((_XML + xml).encode())
            with _member(archive, "xl/worksheets/sheet1.xml") as stream:
                opening = f'<worksheet xmlns="{names}"><sheetData><row r="1">{titles}</row>\n'
                stream.write((_XML + opening).encode())
                with part.open("rb") as body:
                    shutil.copyfileobj(body, stream, _CHUNK)
                stream.write(b"</sheetData></worksheet>")
        part.unlink()
        return self._add(path, rows, exported_at)

    def archive(
        self, path: str, members: Mapping[str, str], *, exported_at: datetime
    ) -> Path | None:
        """Write a ZIP archive of CSV files, each the rows of the query under its name."""
        target, part = self._place(path)
        total = 0
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for name, query in members.items():
                total += self._copy_table(query, part, ",", "needed")
                with part.open("rb") as body, _member(archive, name) as stream:
                    shutil.copyfileobj(body, stream, _CHUNK)
        part.unlink(missing_ok=True)
        if not total:
            target.unlink()
            return None
        return self._add(path, total, exported_at)

    def _place(self, path: str) -> tuple[Path, Path]:
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target, target.with_name(f".{target.name}.part")

    def _add(self, path: str, rows: int, exported_at: datetime) -> Path:
        seconds = exported_at.replace(tzinfo=UTC).timestamp()
        os.utime(self.out / path, (seconds, seconds))
        self.files.append(WrittenFile(path, rows, exported_at))
        return self.out / path

    def _copy_table(self, query: str, part: Path, delimiter: str, quoting: Quoting) -> int:
        options = f"format csv, header true, null '', delimiter '{delimiter}'"
        text = "nullif(columns(*)::varchar, '')"  # DuckDB would write an empty text as ""
        if quoting == "all":
            text = "coalesce(columns(*)::varchar, '')"
            options += ", force_quote *"
        elif mark := _MARKS.get(quoting):
            cell = "columns(*)::varchar"
            text = (
                f"case when regexp_matches({cell}, '[\"\\n\\r{mark}{delimiter}]') "
                f"then '\"' || replace({cell}, '\"', '\"\"') || '\"' else {cell} end"
            )
            options += ", quote '', escape ''"
        return self._connection.execute(
            f"copy (select {text} from ({query})) to {_literal(part)} ({options})"
        ).fetchone()[0]

    def _copy_lines(self, query: str, part: Path) -> int:
        return self._connection.execute(
            f"copy ({query}) to {_literal(part)} (format csv, header false, quote '', escape '', "
            "delimiter '\x01', null '', compression none)"
        ).fetchone()[0]


def _recode(
    content: tuple[str, BinaryIO, str],
    stream: BinaryIO,
    encoding: str,
    newline: str,
    ends_with_newline: bool,
) -> None:
    """Write preamble, rows (UTF-8) and footer in another encoding, holding back the last end."""
    preamble, rows, footer = content
    held = ""

    def put(text: str) -> None:
        nonlocal held
        text = held + text
        held = "\n" if text.endswith("\n") else ""
        text = text.removesuffix("\n")
        stream.write(text.replace("\n", newline).encode(encoding))

    put(preamble)
    while lines := rows.readlines(_CHUNK):
        put(b"".join(lines).decode())
    put(footer)
    if ends_with_newline:
        stream.write(held.replace("\n", newline).encode(encoding))


def _member(archive: zipfile.ZipFile, name: str) -> BinaryIO:
    entry = zipfile.ZipInfo(name, _ARCHIVE_TIME)
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    opened: Callable[..., BinaryIO] = archive.open
    return opened(entry, "w", force_zip64=True)


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cell_xml(column: str, kind: str, letters: str) -> str:
    """Return SQL for one cell of a row whose number is ``place``."""
    name = '"' + column.replace('"', '""') + '"'
    number = f"'<c r=\"{letters}' || place || '\"><v>' || {name} || '</v></c>'"

    def text(value: str) -> str:
        escaped = f"replace(replace(replace({value}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
        return (
            f"'<c r=\"{letters}' || place || '\" t=\"inlineStr\"><is><t>' || {escaped} "
            "|| '</t></is></c>'"
        )

    if kind == "JSON":
        value = text(f"({name} ->> '$')")
        cell = f"case when json_type({name}) = 'VARCHAR' then {value} else {number} end"
    elif kind.startswith(_NUMBERS):
        cell = number
    else:
        cell = text(f"{name}::varchar")
    return f"coalesce({cell}, '')"


def _column_letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters
