"""JSON: one object per line, an array of objects, or one document that holds them."""

import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

import duckdb

from ingestion.catalogue import Catalogue, Format
from ingestion.format_models import NUMBERS, Column
from ingestion.format_models import JsonLayout as Records
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
# what stood around a record, for the columns that want it
_ENVELOPE = "_envelope"
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
    formats = [item for item in catalogue.formats.values() if "json" in item.reads]
    layouts = {repr(item.json_layout): item.json_layout for item in formats}
    best: tuple[tuple[int, int], JsonLayout] | None = None
    for _, layout in sorted(layouts.items()):
        for place in layout.records:
            records = chain.from_iterable(_prepared_records(v, layout, place) for v in values)
            sample = list(islice(records, SAMPLE_RECORDS))
            if not sample:
                continue
            keys = list(dict.fromkeys(key for record in sample for key in record))
            found = {
                item.id: _found_paths(item, sample)
                for item in formats
                if item.json_layout == layout
            }
            match = match_record(catalogue, keys, found, path)
            if match is None:
                continue
            if best is None or match.rank > best[0]:
                best = (match.rank, JsonLayout(match.format.of_json, kind, place))
            break
    return best[1] if best else None


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
    """Return what stands at a path, through a list the first that does."""
    steps = _steps(path)
    for number, step in enumerate(steps):
        if step == _EACH and isinstance(value, list):
            rest = "$" + "".join(s if s == _EACH else f'."{s}"' for s in steps[number + 1 :])
            return next((f for f in (_walk(item, rest) for item in value) if f is not None), None)
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def _prepared_records(value: Any, layout: Records, place: str) -> Iterator[dict[str, Any]]:
    """Yield the records of a value as :func:`read_documents` makes them, the first of ``each``."""
    for record in _records_in(value, place):
        if not isinstance(record, dict):
            continue
        if layout.named:
            record = _named_record(value, record, layout)
        content = next((found for found in _contents(record, layout)), None)
        if content is not None:
            record = content | {_ENVELOPE: record}
        if any(key not in record for key in layout.keys):
            continue
        if any(_text(_walk(record, f"$.{key}")) != text for key, text in layout.where.items()):
            continue
        if layout.each and isinstance(items := record.get(layout.each), list):
            record = record | {layout.each: items[0] if items else None}
        yield record


def _named_record(value: Any, record: dict[str, Any], layout: Records) -> dict[str, Any]:
    named = {}
    for names, values in layout.named.items():
        found = zip(_all_at(value, names), _all_at(record, values), strict=False)
        named.update({name: item for name, item in found if isinstance(name, str)})
    return named | {_ENVELOPE: value}


def _contents(record: dict[str, Any], layout: Records) -> Iterator[dict[str, Any]]:
    for place in layout.content:
        found = _walk(record, place)
        if isinstance(found, dict):
            yield found


def _all_at(value: Any, path: str) -> list[Any]:
    found = [value]
    for step in _steps(path):
        if step == _EACH:
            found = [item for items in found if isinstance(items, list) for item in items]
        else:
            found = [item.get(step) for item in found if isinstance(item, dict)]
    return found


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else json.dumps(value)


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
        if any(_walk(record, path) is not None for record in sample for path in column.path)
    }


def read_documents(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, layout: JsonLayout
) -> None:
    """Create ``table`` (document json, fault, raw_text, is_other), one row per row to be.

    ``is_other`` marks what is no record of the format, or is one that a newer one of the same key
    replaces. Raises :class:`UnreadableJsonError` when a document that is not in lines is broken.
    """
    if layout.kind == "lines":
        _read_lines(connection, path)
    else:
        _read_whole(connection, path)
    records = layout.format.json_layout
    connection.execute(
        f"""
        create or replace table {table} as
        with placed as (
            {_placed(layout.place, records)}
        ),
        unfolded as (
            select
                fault, raw_text,
                unnest(
                    case when json_type(document) = 'ARRAY'
                        then json_extract(document, '$[*]') else [document] end
                ) as document
            from placed
        ),
        opened as (
            select fault, raw_text, {_content(records)} as document from unfolded
        ),
        judged as (
            select *, {_is_other(records)} as is_other from opened
        ){_newest(records)}{_each_item(records)}
        select
            case when json_type(document) = 'OBJECT' then document end as document,
            coalesce(
                fault,
                case when json_type(document) is distinct from 'OBJECT'
                    then 'is not a JSON object, which a record has to be' end
            ) as fault,
            coalesce(raw_text, document::varchar) as raw_text,
            is_other
        from {"repeated order by number, item" if records.each or records.key else "judged"}
        """
    )
    connection.execute("drop table json_values")


def _content(records: Records) -> str:
    """Return what an envelope holds, with the rest of it; other documents as they are."""
    cases = []
    for place in records.content:
        found = f"json_extract(document, {sql_text(place)})"
        rest = _without(_steps(place)[0])
        cases.append(
            f"when json_type({found}) = 'OBJECT' then "
            f"json_merge_patch({found}, json_object('{_ENVELOPE}', {rest}))"
        )
    return f"case {' '.join(cases)} else document end" if cases else "document"


def _without(key: str) -> str:
    return f"json_merge_patch(document, {sql_text(json.dumps({key: None}))}::json)"


def _is_other(records: Records) -> str:
    tests = [
        f"json_extract_string(document, {sql_text(f'$.{name}')}) is distinct from {sql_text(text)}"
        for name, text in records.where.items()
    ]
    if not tests:
        return "false"
    return f"(fault is null and json_type(document) = 'OBJECT' and ({' or '.join(tests)}))"


def _newest(records: Records) -> str:
    """Return the steps that number records and mark those that another of their key replaces."""
    if not (records.key or records.each):
        return ""
    is_older = "false"
    if records.key:
        key, newest = (
            f"json_extract_string(document, {sql_text(path)})"
            for path in (records.key, records.newest or records.key)
        )
        rank = f"""row_number() over (
            partition by is_other, {key}
            order by try_cast({newest} as bigint) desc nulls last, {newest} desc nulls last,
                number desc
        )"""
        is_older = f"({key} is not null and {rank} > 1)"
    return f""",
        numbered as (
            select *, row_number() over () as number from judged
        ),
        dated as (
            select fault, raw_text, document, number, is_other or {is_older} as is_other
            from numbered
        )"""


def _each_item(records: Records) -> str:
    """Return the step that repeats a record for each item of a list, which stands in its place."""
    if not (records.key or records.each):
        return ""
    if records.each is None:
        return ", repeated as (select *, 0 as item from dated)"
    items = f"json_extract(document, {sql_text(f'$.{records.each}[*]')})"
    item = f"json_object({sql_text(records.each)}, items[item + 1])"
    return f""",
        listed as (
            select *, case when is_other then [] else coalesce({items}, []) end as items from dated
        ),
        placed_items as (
            select *, unnest(range(greatest(len(items), 1))) as item from listed
        ),
        repeated as (
            select * replace (
                case when len(items) > 0 then json_merge_patch(document, {item}) else document end
                    as document
            )
            from placed_items
        )"""


def _placed(place: str, records: Records) -> str:
    """Return a query for what stands at ``place`` in each value; a value without it stays."""
    if records.named:
        return _named(place, records)
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


def _named(place: str, records: Records) -> str:
    """Return a query for records whose values the document names once for all."""

    def listed(of: str, paths: Iterable[str]) -> str:
        lists = [f"json_extract_string({of}, {sql_text(path)})" for path in paths]
        return f"list_concat({', '.join(lists)})" if len(lists) > 1 else lists[0]

    named = f"""
        json_merge_patch(
            to_json(map(names, list_resize({listed("item", records.named.values())}, len(names)))),
            json_object('{_ENVELOPE}', rest)
        )"""
    return f"""
        select fault, raw_text, unnest(case when len(found) > 0 then found else [null::json] end)
            as document
        from (
            select
                fault,
                coalesce(raw_text, case when len(items) > 0 then null else document::varchar end)
                    as raw_text,
                -- names said twice name nothing
                case when len(names) = len(list_distinct(names))
                    then list_transform(items, lambda item: {named}) end as found
            from (
                select
                    *,
                    {listed("document", records.named)} as names,
                    json_extract(document, {sql_text(f"{place}[*]")}) as items,
                    {_without(_steps(place)[0])} as rest
                from json_values
            )
        )
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
    """Create ``table`` (c0 ..., extra, fault, raw_text, is_other) with a cell per declared column.

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
    every_path = [path for places in paths.values() for path in places]
    taken = {_steps(path)[0] for path in every_path if len(_steps(path)) == 1}
    unknown = [key for key in keys if key not in taken and key != _ENVELOPE]
    taken.add(_ENVELOPE)
    positions = {name: position for position, name in enumerate(paths)}
    scalars = list(dict.fromkeys(path for path in every_path if _EACH not in path))
    path_list = ", ".join(sql_text(path) for path in scalars)
    cells = ", ".join(
        f"om_clean({_cell(export_format.columns[name], paths[name], scalars)}) as c{position}"
        for name, position in positions.items()
    )
    extra = "null::varchar"
    if unknown:
        removed = sql_text(json.dumps(dict.fromkeys(sorted(taken))))
        extra = f"nullif(json_merge_patch(document, {removed}::json)::varchar, '{{}}')"
    connection.execute(
        f"""
        create or replace table {table} as
        with kept as (
            select
                {document}, fault, case when fault is not null then raw_text end as raw_text,
                is_other
            from {source}
        ),
        extracted as (
            select json_extract_string(document, [{path_list}]) as cells, *
            from kept
        )
        select
            {cells}, {extra} as extra, fault, coalesce(raw_text, document::varchar) as raw_text,
            is_other
        from extracted
        """
    )
    return positions, unknown


def _cell(column: Column, paths: tuple[str, ...], scalars: list[str]) -> str:
    """Return the text of a column: the first of its places that holds one."""
    texts = [
        _gathered(column, path) if _EACH in path else f"cells[{scalars.index(path) + 1}]"
        for path in paths
    ]
    return texts[0] if len(texts) == 1 else f"coalesce({', '.join(map(_or_null, texts))})"


def _or_null(text: str) -> str:
    return f"nullif({text}, '')"


def _gathered(column: Column, path: str) -> str:
    """Return one text of all items of a list: numbers summed, the last time, texts joined."""
    place, _, rest = path.rpartition(_EACH)
    items = f"json_extract(document, {sql_text(place + _EACH)})"
    if column.where:
        tests = " and ".join(
            f"json_extract_string(item, {sql_text(f'$.{name}')}) = {sql_text(text)}"
            for name, text in column.where.items()
        )
        items = f"list_filter({items}, lambda item: {tests})"
    if column.lines:
        name, value = (f"json_extract_string(item, {sql_text(f'$.{key}')})" for key in column.lines)
        text = f"{name} || ': ' || {value}"
    else:
        text = f"json_extract_string(item, {sql_text('$' + rest)})"
    if column.type in NUMBERS:
        text = f"try_cast({text} as decimal(28, 8))"
    values = f"list_transform({items}, lambda item: {text})"
    if column.type in NUMBERS:
        return f"list_sum({values})::varchar"
    if column.sql_type in {"date", "timestamp"}:
        return f"list_max({values})"
    separator = "chr(10)" if column.lines else "', '"
    return f"nullif(array_to_string({values}, {separator}), '')"


def _column_paths(export_format: Format, keys: list[str]) -> dict[str, tuple[str, ...]]:
    """Return the JSON paths of each column, from its declaration or from the keys found."""
    by_key = export_format.columns_by_key
    paths: dict[str, tuple[str, ...]] = {}
    for key in keys:
        name = by_key.get(key) or next(
            (by_key[form] for form in sorted(match_keys(key)) if form in by_key), None
        )
        if name is not None and not export_format.columns[name].path:
            escaped = key.replace("\\", "\\\\").replace('"', '\\"')
            paths.setdefault(name, (f'$."{escaped}"',))
    for name, column in export_format.columns.items():
        if column.path:
            paths[name] = column.path
        elif column.compose is None and name not in paths:
            paths[name] = (f'$."{name}"',)
    return {name: paths[name] for name in export_format.columns if name in paths}
