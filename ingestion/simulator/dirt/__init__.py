"""Dirt: what is wrong with real exports, planted into clean ones and listed in the truth.

``soil`` is the whole interface. The same files, amounts and seed give the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from ingestion.simulator.dirt import (  # noqa: F401 - they fill DEFECTS
    additions,
    containers,
    copies,
    day_cells,
    downloads,
    encodings,
    layouts,
    losses,
    number_cells,
    records,
    strays,
    text_cells,
)
from ingestion.simulator.dirt.registry import (
    DEFECTS,
    EXPECTATIONS,
    Defect,
    Expected,
    check_amounts,
)
from ingestion.simulator.dirt.rows import Due, Planted, soil_rows
from ingestion.simulator.dirt.site import Site
from ingestion.simulator.dirt.tables import Export
from ingestion.simulator.dirt.targets import FileSum, load_targets
from ingestion.simulator.draws import generator
from ingestion.simulator.writing import Folder, WrittenFile

__all__ = [
    "DEFECTS",
    "EXPECTATIONS",
    "Defect",
    "Expected",
    "Soiled",
    "check_amounts",
    "soil",
]

# files of a target whose rows are soiled; the others stay clean, however many there are
FILES_AT_MOST = 3


@dataclass(frozen=True)
class Soiled:
    """What was planted, and what the rows of every soiled file are to add up to."""

    planted: tuple[Planted, ...]
    sums: tuple[FileSum, ...]

    def defects(self) -> dict[str, pa.Array]:
        """Return the columns of the truth's table ``defects``."""
        return {
            "file": _texts(item.file for item in self.planted),
            "defect": _texts(item.defect for item in self.planted),
            "expected": _texts(item.expected for item in self.planted),
            "source_row": pa.array([item.row for item in self.planted], pa.int64()),
            "table_name": _texts(item.table for item in self.planted),
            "column_name": _texts(item.column and item.column.name for item in self.planted),
            "kind": _texts(item.column and item.column.kind for item in self.planted),
            "value": _texts(item.value for item in self.planted),
            "says": _texts(item.says for item in self.planted),
            "record_source": _texts(item.record and item.record[0] for item in self.planted),
            "record_ref": _texts(item.record and item.record[1] for item in self.planted),
            "identifier_type": _texts(
                item.identifier and item.identifier.type for item in self.planted
            ),
            "identifier_value": _texts(
                item.identifier and item.identifier.value for item in self.planted
            ),
        }

    def file_sums(self) -> dict[str, pa.Array]:
        """Return the columns of the truth's table ``file_sums``."""
        return {
            "file": _texts(item.file for item in self.sums),
            "table_name": _texts(item.table for item in self.sums),
            "rows": pa.array([item.rows for item in self.sums], pa.int64()),
            "column_name": _texts(item.column for item in self.sums),
            "kind": _texts(item.kind for item in self.sums),
            "total": _texts(item.total for item in self.sums),
        }


def _texts(values: object) -> pa.Array:
    return pa.array(list(values), pa.string())


def soil(folder: Folder, amounts: Mapping[str, float], seed: int) -> Soiled:
    """Plant defects into the files of ``folder`` and beside them; its list of files is kept true.

    ``amounts`` says how many files a defect befalls, or which share of the rows: of at most
    ``FILES_AT_MOST`` files per target, and once at least where it can befall a row at all. A defect
    that finds no file or row is left out. Raises ``ValueError`` for amounts that make no sense.
    """
    check_amounts(amounts)
    site = Site(folder)
    wanted = {DEFECTS[name]: amount for name, amount in amounts.items() if amount}
    counts = {item: int(amount) for item, amount in wanted.items() if item.befalls == "files"}
    # copies are made of clean files, so before any of these is soiled
    for is_added in (True, False):
        due = [item for item, count in counts.items() for _ in range(count)]
        _soil_files(site, [item for item in due if item.is_added is is_added], seed)
    shares = {item: amount for item, amount in wanted.items() if item.befalls == "rows"}
    _soil_rows(site, shares, seed)
    return Soiled(tuple(site.planted), tuple(site.sums))


def _soil_files(site: Site, due: list[Defect], seed: int) -> None:
    """Plant defects of whole files, always next the one that has fewest files to choose from."""
    draws = {item: generator(seed, f"dirt/{item.name}") for item in due}
    while due:
        free = {name: len(_free(site, name)) for item in due for name in item.targets}
        item = min(due, key=lambda one: sum(free[name] for name in one.targets))
        due.remove(item)
        site.defect, site.draw = item, draws[item]
        if item.targets:
            any(item.spoil(site, export) for export in _choices(site, item.targets))
        else:
            item.spoil(site)


def _free(site: Site, name: str) -> list[WrittenFile]:
    files = load_targets()[name].files_of(site.folder.files)
    return [file for file in files if file.path not in site.taken]


def _choices(site: Site, targets: tuple[str, ...]) -> list[Export]:
    """Return the free files of targets at random, those of a target with many left first."""
    found = []
    for name in targets:
        free = _free(site, name)
        exports = [Export(site.out, file, load_targets()[name]) for file in free]
        found += [(len(free), export) for export in exports]
    shuffled = [found[place] for place in site.draw.permutation(len(found))]
    return [export for _, export in sorted(shuffled, key=lambda pair: -pair[0])]


def _soil_rows(site: Site, shares: Mapping[Defect, float], seed: int) -> None:
    site.draw = generator(seed, "dirt/rows")
    exports: list[Export] = []
    for name in load_targets():
        free = _choices(site, (name,))
        kept = [export for export in free if not export.path.endswith(".xlsx")][:FILES_AT_MOST]
        exports += sorted(kept, key=lambda export: export.path)
    dues = []
    for defect, share in shares.items():
        rows = sum(export.file.rows for export in exports if _can_befall(defect, export))
        if rows:
            dues.append(_due(defect, share, rows, seed))
    for export in exports:
        falling = [due for due in dues if _can_befall(due.defect, export)]
        if falling:
            planted, sums = soil_rows(export, falling)
            site.planted += planted
            site.sums += sums.of_file(export.path) if planted else ()


def _can_befall(defect: Defect, export: Export) -> bool:
    target = export.target
    if target.repeats:
        return False
    if defect.roles:
        return not target.is_json and bool(target.of_roles(defect.roles))
    return defect.is_json is target.is_json


def _due(defect: Defect, share: float, rows: int, seed: int) -> Due:
    """Return when a defect falls due; the first time early, so that it still finds a row."""
    draw = generator(seed, f"dirt/{defect.name}")
    first = int(draw.integers(-(-rows // 3)))
    others = draw.integers(rows, size=max(round(share * rows) - 1, 0))
    return Due(defect, draw, sorted([first, *others.tolist()], reverse=True))
