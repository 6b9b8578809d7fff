"""JSON: one object per line, an array of objects, or one document that holds them.

Which format its records have and where they stand is told by the first of them;
:mod:`ingestion.json_documents` reads all, :mod:`ingestion.json_cells` makes cells of them.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

from ingestion.catalogue import Catalogue, Format
from ingestion.format_models import JsonLayout as Records
from ingestion.recognition import match_record

_SAMPLE_RECORDS = 200
EACH = "[*]"
# a document whose members' names are data; their records learn the name
MEMBERS, MEMBER_NAME = "$.*", "_key"
# what stood around a record, for the columns that want it
ENVELOPE = "_envelope"
# a whole document is held in memory at once
MAX_DOCUMENT_BYTES = 512 * 2**20
_FIRST_LINES = 10
# what an answer says in place of records when it was not given
_ERRORS = ("error", "errors")
_PATH_STEP = re.compile(r"\.(?:\"([^\"]+)\"|([^.\[\"]+))|(\[\*\])")


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
            sample = list(islice(records, _SAMPLE_RECORDS))
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


def holds_nothing(catalogue: Catalogue, head: str, local: Path) -> bool:
    """Return whether a JSON text is the answer to a question that found no records.

    The lists where formats have their records are empty in all its documents, and no error says
    why.
    """
    if re.fullmatch(r"\[\s*\]", head.strip("\ufeff \t\r\n")):
        return True
    layouts = [item.json_layout for item in catalogue.formats.values() if "json" in item.reads]
    _, values = _sample(head, local)
    return bool(values) and all(_is_empty_answer(value, layouts) for value in values)


def _is_empty_answer(value: Any, layouts: list[Records]) -> bool:
    if not isinstance(value, dict) or any(value.get(name) for name in _ERRORS):
        return False
    if value and all(member == [] for member in value.values()):
        return True
    names = [name for layout in layouts for name in layout.named]
    if any(isinstance(_walk(value, name), str) for name in names):
        return not any(_records_in(value, place) for layout in layouts if layout.named
                       for place in layout.records)  # fmt: skip
    places = {place for layout in layouts for place in layout.records} - {"$", MEMBERS}
    found = [_walk(value, place) for place in places]
    return [] in found and not any(item for item in found if isinstance(item, list))


def _sample(head: str, local: Path) -> tuple[Literal["lines", "document"], list[Any]]:
    """Return whether records stand in lines, and the first values of the text."""
    lines = [line for line in head.splitlines() if line.strip()]
    values = []
    for line in lines[:_SAMPLE_RECORDS]:
        try:
            values.append(json.loads(line))
        except ValueError:
            continue
    # a broken line among good ones is a broken row; a document over lines has hardly a good one
    if values and len(values) >= min(len(lines), _SAMPLE_RECORDS) * 0.5 and len(lines) > 1:
        return "lines", values
    if values and len(lines) == 1:
        # an array on one line is read like one over lines: element by element
        pages = values[0] if isinstance(values[0], list) else values
        return "document", pages[:_SAMPLE_RECORDS]
    return "document", list(_document_values(head, local))


def _document_values(head: str, local: Path) -> Iterator[Any]:
    """Yield the first elements of an array whose text may be cut off, else the document."""
    decoder = json.JSONDecoder()
    text = head.lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        position = 1
        for _ in range(_SAMPLE_RECORDS):
            while position < len(text) and text[position] in " \t\r\n,":
                position += 1
            try:
                value, position = decoder.raw_decode(text, position)
            except ValueError:
                return
            yield value
        return
    if local.stat().st_size > MAX_DOCUMENT_BYTES:
        return
    whole = local.read_text(encoding="utf-8").lstrip("\ufeff \t\r\n")
    try:
        yield decoder.raw_decode(whole)[0]
    except ValueError:
        return


def path_steps(path: str) -> list[str]:
    """Return the steps of a JSON path: names, and ``[*]`` for each item of a list."""
    return ["".join(step) for step in _PATH_STEP.findall(path.removeprefix("$"))]


def _walk(value: Any, path: str) -> Any:
    """Return what stands at a path, through a list the first that does."""
    steps = path_steps(path)
    for number, step in enumerate(steps):
        if step == EACH and isinstance(value, list):
            rest = "$" + "".join(s if s == EACH else f'."{s}"' for s in steps[number + 1 :])
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
            record = content | {ENVELOPE: record}
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
    return named | {ENVELOPE: value}


def _contents(record: dict[str, Any], layout: Records) -> Iterator[dict[str, Any]]:
    for place in layout.content:
        found = _walk(record, place)
        if isinstance(found, dict):
            yield found


def _all_at(value: Any, path: str) -> list[Any]:
    found = [value]
    for step in path_steps(path):
        if step == EACH:
            found = [item for items in found if isinstance(items, list) for item in items]
        else:
            found = [item.get(step) for item in found if isinstance(item, dict)]
    return found


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else json.dumps(value)


def _records_in(value: Any, place: str) -> list[Any]:
    if place == MEMBERS:
        members = value.items() if isinstance(value, dict) else ()
        return [
            record | {MEMBER_NAME: name}
            for name, records in members
            for record in (records if isinstance(records, list) else ())
            if isinstance(record, dict)
        ]
    found = [value]
    for step in path_steps(place):
        if step == EACH:
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
