"""JSON: one object per line, an array of objects, or one document that holds them."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import duckdb

from ingestion.catalogue import Catalogue, Format
from ingestion.headers import match_keys
from ingestion.magic import MAX_LINE_BYTES
from ingestion.recognition import match_record
from ingestion.sql import escape_glob, sql_text

SAMPLE_RECORDS = 200
_FIRST_LINES = 10
_PATH_STEP = re.compile(r"\.(?:\"([^\"]+)\"|([^.\[\"]+))|(\[\*\])")
_EACH = "[*]"
# a document whose members' names are data; their records learn the name
_MEMBERS, _MEMBER_NAME = "$.*", "_key"
# a whole document is held in memory at once
_MAX_DOCUMENT_BYTES = 512 * 2**20


class UnreadableJsonError(ValueError):
    """The text is not the JSON it begins as; the message says where."""


@dataclass(frozen=True)
class JsonLayout:
    """How records stand in a JSON text, where in its documents, and the format they are."""

    format: Format
    kind: Literal["lines", "document"]
    place: str


def looks_like_json(head: str) -> bool:
    """Return whether a line among the first begins like an object or an array."""
    lines = islice(io.StringIO(head), _FIRST_LINES)
    return any(line.lstrip("\ufeff \t").startswith(("{", "[")) for line in lines)


def find_layout(catalogue: Catalogue, head: str, local: Path, path: str) -> JsonLayout | None:
    """Return the layout of a JSON text, or None when no format matches its records."""
    kind, values = _sample(head, local)
    layouts = sorted({item.json_layout.records for item in catalogue.formats.values()})
    for records, place in [(places, place) for places in layouts for place in places]:
        sample = [
            record
            for value in values
            for record in _records_in(value, place)
            if isinstance(record, dict)
        ][:SAMPLE_RECORDS]
        if not sample:
            continue
        keys = list(dict.fromkeys(key for record in sample for key in record))
        found = {
            item.id: _found_paths(item, sample)
            for item in catalogue.formats.values()
            if "json" in item.reads
        }
        export_format = match_record(catalogue, keys, found, path, records)
        if export_format is not None:
            return JsonLayout(export_format, kind, place)
    return None


def explain_miss(head: str, local: Path) -> str | None:
    """Say what a JSON text without a format holds; None when the text is no JSON after all."""
    _, values = _sample(head, local)
    found = next((value for value in values if isinstance(value, dict)), None)
    if found is None:
        return None
    place, record = "$", found
    for name, member in found.items() if len(values) == 1 else ():
        if isinstance(member, list) and member and isinstance(member[0], dict):
            place, record = f"$.{name}", member[0]
            break
    names = ", ".join(name[:40] for name in list(record)[:12])
    return (
        f"is JSON of no known layout: its records, at {place}, begin with the fields [{names}]. "
        "Export the same as CSV or XLSX from the platform (`omnimart formats` lists what is read "
        "as JSON and what is not), or bring it into one of the omnimart formats."
    )


def _sample(head: str, local: Path) -> tuple[Literal["lines", "document"], list[Any]]:
    """Return whether records stand in lines, and the first values of the text."""
    lines = [line for line in head.splitlines() if line.strip()]
    values = []
    for line in lines[:SAMPLE_RECORDS]:
        try:
            values.append(json.loads(line))
        except ValueError:
            continue
    # a broken line among good ones is a broken row; a document over lines has hardly a good one
    if values and len(values) >= min(len(lines), SAMPLE_RECORDS) * 0.5 and len(lines) > 1:
        return "lines", values
    if values and len(lines) == 1:
        return "document", values
    return "document", list(_document_values(head, local))


def _document_values(head: str, local: Path) -> Iterator[Any]:
    """Yield the first elements of an array whose text may be cut off, else the document."""
    decoder = json.JSONDecoder()
    text = head.lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        position = 1
        for _ in range(SAMPLE_RECORDS):
            while position < len(text) and text[position] in " \t\r\n,":
                position += 1
            try:
                value, position = decoder.raw_decode(text, position)
            except ValueError:
                return
            yield value
        return
    if local.stat().st_size > _MAX_DOCUMENT_BYTES:
        return
    whole = local.read_text(encoding="utf-8").lstrip("\ufeff \t\r\n")
    try:
        yield decoder.raw_decode(whole)[0]
    except ValueError:
        return


def _steps(path: str) -> list[str]:
    return ["".join(step) for step in _PATH_STEP.findall(path.removeprefix("$"))]


def _walk(value: Any, path: str) -> Any:
    for step in _steps(path):
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def _records_in(value: Any, place: str) -> list[Any]:
    if place == _MEMBERS:
        members = value.items() if isinstance(value, dict) else ()
        return [
            record | {_MEMBER_NAME: name}
            for name, records in members
            for record in (records if isinstance(records, list) else ())
            if isinstance(record, dict)
        ]
    found = [value]
    for step in _steps(place):
        if step == _EACH:
            found = [item for items in found if isinstance(items, list) for item in items]
        else:
            found = [item[step] for item in found if isinstance(item, dict) and step in item]
    return [record for item in found for record in (item if isinstance(item, list) else [item])]


def _found_paths(export_format: Format, sample: list[dict[str, Any]]) -> set[str]:
    return {
        name
        for name, column in export_format.columns.items()
        if column.path and any(_walk(record, column.path) is not None for record in sample)
    }


def read_documents(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, layout: JsonLayout
) -> None:
    """Create ``table`` (document json, fault varchar, raw_text varchar), one row per record.

    Raises :class:`UnreadableJsonError` when a document that is not in lines is broken.
    """
    if layout.kind == "lines":
        _read_lines(connection, path)
    else:
        _read_whole(connection, path)
    connection.execute(
        f"""
        create or replace table {table} as
        with placed as (
            {_placed(layout.place)}
        ),
        unfolded as (
            select
                fault, raw_text,
                unnest(
                    case when json_type(document) = 'ARRAY'
                        then json_extract(document, '$[*]') else [document] end
                ) as document
            from placed
        )
        select
            case when json_type(document) = 'OBJECT' then document end as document,
            coalesce(
                fault,
                case when json_type(document) is distinct from 'OBJECT'
                    then 'is not a JSON object, which a record has to be' end
            ) as fault,
            coalesce(raw_text, document::varchar) as raw_text
        from unfolded
        """
    )
    connection.execute("drop table json_values")


def _placed(place: str) -> str:
    """Return a query for what stands at ``place`` in each value; a value without it stays."""
    if place == "$":
        return "select fault, raw_text, document from json_values"
    found = f"json_extract(document, {sql_text(place)})"
    if place == _MEMBERS:
        found = f"""
            flatten(
                list_transform(
                    map_entries(try_cast(document as map(varchar, json))),
                    lambda member: list_transform(
                        json_extract(member.value, '$[*]'),
                        lambda record:
                            json_merge_patch(record, json_object('{_MEMBER_NAME}', member.key))
                    )
                )
            )"""
    elif _EACH not in place:
        found = f"list_filter([{found}], lambda item: item is not null)"
    return f"""
        select
            fault,
            coalesce(raw_text, case when len(found) > 0 then null else value::varchar end)
                as raw_text,
            unnest(case when len(found) > 0 then found else [null::json] end) as document
        from (select fault, raw_text, document as value, {found} as found from json_values)
        """


def _read_lines(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.execute(
        f"""
        create or replace table json_values as
        with lines as (
            select ltrim(line, chr(65279) || ' ') as line
            from read_csv(
                ?, auto_detect = false, header = false, delim = '\x01', quote = '', escape = '',
                columns = {{'line': 'VARCHAR'}}, compression = 'none', parallel = false,
                max_line_size = {MAX_LINE_BYTES}, buffer_size = {4 * MAX_LINE_BYTES},
                strict_mode = false
            )
        )
        select
            case when json_valid(line) then line::json end as document,
            case when not json_valid(line)
                then 'is not valid JSON: the line was cut or damaged. Export it again.'
            end as fault,
            case when not json_valid(line) then line end as raw_text
        from lines
        where trim(line) != ''
        """,
        [escape_glob(path)],
    )


def _read_whole(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    layout = "array" if start.startswith(b"[") else "unstructured"
    size = min(path.stat().st_size + 1024, _MAX_DOCUMENT_BYTES)
    try:
        connection.execute(
            f"""
            create or replace table json_values as
            select
                json as document,
                null::varchar as fault, null::varchar as raw_text
            from read_json_objects(
                ?, format = '{layout}', compression = 'uncompressed', maximum_object_size = {size}
            )
            """,
            [escape_glob(path)],
        )
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        message = str(error).splitlines()[0].replace(str(path), "the file")
        raise UnreadableJsonError(
            f"is broken JSON ({message}). Export it again; one object per line would lose the "
            "broken ones only."
        ) from error


def project_columns(
    connection: duckdb.DuckDBPyConnection, table: str, source: str, export_format: Format
) -> tuple[dict[str, int], list[str]]:
    """Create ``table`` (c0 ... cleaned, extra, fault, raw_text) with a cell per declared column.

    Returns the position of each column and the top-level keys that no column takes.
    """
    keys = [
        row[0]
        for row in connection.execute(
            f"select distinct unnest(json_keys(document)) as key from {source} order by key"
        ).fetchall()
    ]
    document = "document"
    if secrets := [key for key in keys if key in export_format.secrets]:
        keys = [key for key in keys if key not in secrets]
        removed = sql_text(json.dumps(dict.fromkeys(secrets)))
        document = f"json_merge_patch(document, {removed}::json) as document"
    paths = _column_paths(export_format, keys)
    taken = {_steps(path)[0] for path in paths.values() if len(_steps(path)) == 1}
    unknown = [key for key in keys if key not in taken]
    positions = {name: position for position, name in enumerate(paths)}
    path_list = ", ".join(sql_text(path) for path in paths.values())
    cells = ", ".join(
        f"om_clean(cells[{position + 1}]) as c{position}" for position in positions.values()
    )
    extra = "null::varchar"
    if unknown:
        removed = sql_text(json.dumps(dict.fromkeys(sorted(taken))))
        extra = f"nullif(json_merge_patch(document, {removed}::json)::varchar, '{{}}')"
    connection.execute(
        f"""
        create or replace table {table} as
        with kept as (
            select {document}, fault, case when fault is not null then raw_text end as raw_text
            from {source}
        ),
        extracted as (
            select json_extract_string(document, [{path_list}]) as cells, document, fault, raw_text
            from kept
        )
        select {cells}, {extra} as extra, fault, coalesce(raw_text, document::varchar) as raw_text
        from extracted
        """
    )
    return positions, unknown


def _column_paths(export_format: Format, keys: list[str]) -> dict[str, str]:
    """Return the JSON path of each column, from its declaration or from the keys found."""
    by_key = export_format.columns_by_key
    paths: dict[str, str] = {}
    for key in keys:
        name = by_key.get(key) or next(
            (by_key[form] for form in sorted(match_keys(key)) if form in by_key), None
        )
        if name is not None and export_format.columns[name].path is None:
            escaped = key.replace("\\", "\\\\").replace('"', '\\"')
            paths.setdefault(name, f'$."{escaped}"')
    for name, column in export_format.columns.items():
        if column.path:
            paths[name] = column.path
        elif column.compose is None and name not in paths:
            paths[name] = f'$."{name}"'
    return {name: paths[name] for name in export_format.columns if name in paths}
