"""The records of a JSON text, one document a row: unfolded, opened, told which of them count."""

import json
from collections.abc import Iterable
from pathlib import Path

import duckdb

from ingestion.format_models import JsonLayout as Records
from ingestion.json_records import (
    EACH,
    ENVELOPE,
    MAX_DOCUMENT_BYTES,
    MEMBER_NAME,
    MEMBERS,
    JsonLayout,
    path_steps,
)
from ingestion.magic import MAX_LINE_BYTES
from ingestion.sql import escape_glob, sql_text


class UnreadableJsonError(ValueError):
    """The text is not the JSON it begins as; the message says where."""


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
        rest = _without(path_steps(place)[0])
        cases.append(
            f"when json_type({found}) = 'OBJECT' then "
            f"json_merge_patch({found}, json_object('{ENVELOPE}', {rest}))"
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
    missed = "[null::json]"
    if place == MEMBERS:
        # who did nothing is named with an empty list, which is no fault
        is_idle = "list_distinct(json_extract(value, '$.*')) = ['[]'::json]"
        missed = f"case when {is_idle} then [] else {missed} end"
        found = f"""
            flatten(
                list_transform(
                    map_entries(try_cast(document as map(varchar, json))),
                    lambda member: list_transform(
                        json_extract(member.value, '$[*]'),
                        lambda record:
                            json_merge_patch(record, json_object('{MEMBER_NAME}', member.key))
                    )
                )
            )"""
    elif EACH not in place:
        found = f"list_filter([{found}], lambda item: item is not null)"
    return f"""
        select
            fault,
            coalesce(raw_text, case when len(found) > 0 then null else value::varchar end)
                as raw_text,
            unnest(case when len(found) > 0 then found else {missed} end) as document
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
            json_object('{ENVELOPE}', rest)
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
                    {_without(path_steps(place)[0])} as rest
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
    size = min(path.stat().st_size + 1024, MAX_DOCUMENT_BYTES)
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
