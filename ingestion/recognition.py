"""Which format a table of cells or a JSON record is: the header row decides.

Every format whose signature a row satisfies competes; the highest priority wins, then the most
columns recognised, then the earlier row. Rows above the header are the preamble.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Literal

from ingestion.catalogue import Catalogue, Format
from ingestion.headers import clean_text, match_keys, number_repeats, parse_header

ReadKind = Literal["delimited", "sheet", "json", "parquet"]

HEADER_SEARCH_ROWS = 30


class UnrecognisedError(ValueError):
    """No format matches; the message says what was found, expected and what to do."""


class NothingHeldError(ValueError):
    """The answer of an API holds no records: nobody has to act, and there is nothing to load."""


@dataclass(frozen=True)
class Match:
    """A header row recognised: its format, its place and the column each header stands for.

    ``headers`` are comparable names, no two the same; ``texts`` are the cells they come from.
    """

    format: Format
    header_row: int
    headers: tuple[str, ...]
    positions: dict[str, int]
    preamble: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[int, int, int]:
        """Return what competing matches are ordered by, the greatest first."""
        return (self.format.priority, len(self.positions), -self.header_row)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def searches(pattern: str, text: str) -> re.Match[str] | None:
    """Search ``text`` for a catalogue's pattern, whatever the case of its letters."""
    return _compiled(pattern).search(text)


def base_name(path: str) -> str:
    """Return the file name within a landing path, that of the member within an archive."""
    return PurePosixPath(path.rpartition("!")[2]).name


def preamble_texts(rows: Iterable[Sequence[str]], delimiter: str) -> tuple[str, ...]:
    """Return the cells above the header, and each row of several cells as one text as well."""
    texts: list[str] = []
    for row in rows:
        cells = [cell for cell in map(clean_text, row) if cell]
        if len(cells) > 1:
            texts.append(delimiter.join(cells))
        texts.extend(cells)
    return tuple(texts)


def place_columns(export_format: Format, headers: Sequence[str]) -> dict[str, int]:
    """Return the position of each declared column among ``headers``; the first of a name counts."""
    by_key = export_format.columns_by_key
    positions: dict[str, int] = {}
    for position, header in enumerate(headers):
        exact = by_key.get(parse_header(header).key)
        name = exact or next(
            (by_key[key] for key in sorted(match_keys(header)) if key in by_key), None
        )
        if name is not None:
            positions.setdefault(name, position)
    return positions


def _satisfies(
    export_format: Format, found: set[str], keys: set[str], preamble: tuple[str, ...] | None,
    path: str, sheet: str | None,
) -> bool:  # fmt: skip
    signature = export_format.signature
    return (
        all(name in found for name in signature.required)
        and all(any(name in found for name in group) for group in signature.any_of)
        and not any(name in found or name in keys for name in signature.forbidden)
        and (
            signature.preamble is None
            or preamble is None
            or any(searches(signature.preamble, text) for text in preamble)
        )
        and (signature.sheet_name is None or bool(searches(signature.sheet_name, sheet or "")))
        and (signature.file_name is None or bool(searches(signature.file_name, base_name(path))))
    )


def find_header(
    catalogue: Catalogue,
    rows: Sequence[Sequence[str]],
    kind: ReadKind,
    path: str,
    delimiter: str = ",",
    sheet: str | None = None,
) -> Match | None:
    """Return the best match among the first rows of a table, or None."""
    headerless = [
        item for item in catalogue.formats.values() if item.header == "none" and kind in item.reads
    ]
    best: Match | None = None
    for index, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        headers = number_repeats([clean_text(cell) for cell in row])
        keys = {key for header in headers for key in match_keys(header)}
        candidates = [
            item
            for item in _candidates(catalogue, keys)
            if kind in item.reads and item.delimiter in (None, delimiter)
        ]
        if not index:
            candidates += [item for item in headerless if item.delimiter == delimiter]
        if not candidates:
            continue
        preamble = preamble_texts(rows[:index], delimiter)
        for export_format in candidates:
            match = _match_row(export_format, index, headers, keys, preamble, path, sheet)
            if match is not None and (best is None or match.rank > best.rank):
                best = replace(match, texts=tuple(row) if match.header_row else ())
    return best


def _candidates(catalogue: Catalogue, keys: set[str]) -> list[Format]:
    """Return the formats whose required columns are among ``keys``, in the order of their ids."""
    found: dict[str, set[str]] = {}
    for key in keys:
        for format_id, name in catalogue.columns_by_key.get(key, ()):
            found.setdefault(format_id, set()).add(name)
    return [
        catalogue.formats[format_id]
        for format_id in sorted(found)
        if found[format_id].issuperset(catalogue.formats[format_id].signature.required)
        and catalogue.formats[format_id].header == "row"
    ]


def _match_row(
    export_format: Format,
    index: int,
    headers: list[str],
    keys: set[str],
    preamble: tuple[str, ...],
    path: str,
    sheet: str | None,
) -> Match | None:
    if export_format.header == "none":
        return _match_headerless(export_format, index, headers)
    positions = place_columns(export_format, headers)
    if not _satisfies(export_format, set(positions), keys, preamble, path, sheet):
        return None
    return Match(export_format, index + 1, tuple(headers), positions, preamble)


def _match_headerless(export_format: Format, index: int, cells: list[str]) -> Match | None:
    names = [name for name, column in export_format.columns.items() if column.compose is None]
    if index or len(cells) != len(names):
        return None
    positions = {name: position for position, name in enumerate(names)}
    patterns = export_format.signature.cells
    if not all(searches(pattern, cells[positions[name]]) for name, pattern in patterns.items()):
        return None
    return Match(export_format, 0, tuple(names), positions)


@dataclass(frozen=True)
class RecordMatch:
    """The format of JSON records, and what competing ones are ordered by, the greatest first."""

    format: Format
    rank: tuple[int, int]


def match_record(
    catalogue: Catalogue, keys: Iterable[str], found_paths: dict[str, set[str]], path: str
) -> RecordMatch | None:
    """Return the best of some formats for JSON records with these top-level keys.

    ``found_paths`` gives, for the id of each of these formats, the columns with a path of their own
    that are present.
    """
    headers = tuple(keys)
    all_keys = {key for header in headers for key in match_keys(header)}
    best: RecordMatch | None = None
    for format_id, columns in found_paths.items():
        export_format = catalogue.formats[format_id]
        found = set(place_columns(export_format, headers)) | columns
        if not _satisfies(export_format, found, all_keys, None, path, None):
            continue
        rank = (export_format.priority, len(found))
        if best is None or rank > best.rank:
            best = RecordMatch(export_format, rank)
    return best


def explain_miss(
    catalogue: Catalogue, rows: Sequence[Sequence[str]], kind: ReadKind, path: str
) -> str:
    """Say what a table without a match looks like, and what the nearest format lacks."""
    shown_rows = [row for row in rows[:HEADER_SEARCH_ROWS] if any(cell.strip() for cell in row)]
    widest = max((_filled(row) for row in shown_rows), key=len, default=[])
    shown = ", ".join(cell[:40] for cell in widest[:12])
    nearest = _nearest_format(catalogue, shown_rows, kind)
    advice = (
        "Export it again in a supported layout (`omnimart formats` lists them), with the platform "
        "set to English if its columns are in another language, or bring it into one of the "
        "omnimart formats."
    )
    if nearest is None:
        return f"is of no known format: its widest row begins with [{shown}]. {advice}"
    export_format, lacking = nearest
    return (
        f"is of no known format: its widest row begins with [{shown}]. Nearest is "
        f"{export_format.id}, which needs {'; '.join(lacking)} as well. {advice}"
    )


def _filled(row: Sequence[str]) -> list[str]:
    """Return the cells of a row that hold something; sheets pad every row to one width."""
    return [cell for cell in map(clean_text, row) if cell]


def _nearest_format(
    catalogue: Catalogue, rows: Sequence[Sequence[str]], kind: ReadKind
) -> tuple[Format, list[str]] | None:
    """Return the format of whose needs a row meets most, at least half, and what it lacks.

    Of formats whose needs are met alike the one that knows more of the row's columns is nearer.
    """
    best: tuple[tuple[float, int], Format, list[str]] | None = None
    for row in rows:
        for export_format in catalogue.formats.values():
            if kind not in export_format.reads or export_format.header == "none":
                continue
            found = place_columns(export_format, row)
            signature = export_format.signature
            lacking = [name for name in signature.required if name not in found]
            lacking += [
                f"one of {', '.join(group[:4])}"
                for group in signature.any_of
                if not any(name in found for name in group)
            ]
            share = 1 - len(lacking) / (len(signature.required) + len(signature.any_of))
            rank = (share, len(found))
            if lacking and share >= 0.5 and (best is None or rank > best[0]):
                best = (rank, export_format, lacking)
    return (best[1], best[2]) if best else None
