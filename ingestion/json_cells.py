"""The cells of JSON records: what stands at the paths of a format's columns."""

import json

import duckdb

from ingestion.format_models import NUMBERS, Column, Format
from ingestion.headers import match_keys
from ingestion.json_records import EACH, ENVELOPE, path_steps
from ingestion.sql import sql_text


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
    taken = {path_steps(path)[0] for path in every_path if len(path_steps(path)) == 1}
    unknown = [key for key in keys if key not in taken and key != ENVELOPE]
    taken.add(ENVELOPE)
    positions = {name: position for position, name in enumerate(paths)}
    scalars = list(dict.fromkeys(path for path in every_path if EACH not in path))
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
        _gathered(column, path) if EACH in path else f"cells[{scalars.index(path) + 1}]"
        for path in paths
    ]
    return texts[0] if len(texts) == 1 else f"coalesce({', '.join(map(_or_null, texts))})"


def _or_null(text: str) -> str:
    return f"nullif({text}, '')"


def _gathered(column: Column, path: str) -> str:
    """Return one text of all items of a list: numbers summed, the last time, texts joined."""
    place, _, rest = path.rpartition(EACH)
    items = f"json_extract(document, {sql_text(place + EACH)})"
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
