"""Where dirt is planted: the folder of exports, what was planted, and how files are rewritten."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from ingestion.simulator.dirt.registry import Defect
from ingestion.simulator.dirt.rows import Planted
from ingestion.simulator.dirt.tables import Export, quoted, replacing
from ingestion.simulator.dirt.targets import FileSum, Sums
from ingestion.simulator.writing import Folder, WrittenFile

Cells = Sequence[str]


@dataclass
class Site:
    """The exports of one world while they are soiled; ``taken`` files get no further dirt."""

    folder: Folder
    planted: list[Planted] = field(default_factory=list)
    sums: list[FileSum] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    defect: Defect | None = None  # the one being planted
    draw: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    @property
    def out(self) -> Path:
        """Return the folder of all exports."""
        return self.folder.out

    def pick(self, count: int) -> int:
        """Return a number below ``count``."""
        return int(self.draw.integers(count))

    def free_path(self, path: str) -> str:
        """Return ``path``, numbered as a browser does where an export stands there."""
        pure, number = PurePosixPath(path), 0
        taken = {file.path for file in self.folder.files}
        while path in taken:
            number += 1
            suffix = "".join(pure.suffixes[-2:]) if pure.name.endswith(".gz") else pure.suffix
            path = str(pure.with_name(f"{pure.name.removesuffix(suffix)} ({number}){suffix}"))
        return path

    def note(self, path: str, sums: Sums | None = None, **facts: object) -> None:
        """Enter the defect being planted for a file, and what its rows are to add up to."""
        if self.defect is None:
            raise RuntimeError("nothing is being planted")
        self.taken.add(path)
        planted = Planted(path, self.defect.name, self.defect.expected, says=self.defect.says)
        self.planted.append(replace(planted, **facts))
        if sums is not None:
            self.sums.extend(sums.of_file(path))

    def add(self, path: str, content: bytes, moment: datetime, rows: int = 0) -> str:
        """Write a file beside the clean ones and return its path, with a number if need be."""
        path = self.free_path(path)
        (self.out / path).parent.mkdir(parents=True, exist_ok=True)
        with replacing(self.out / path, moment) as stream:
            stream.write(content)
        self.list_file(path, moment, rows)
        return path

    def list_file(self, path: str, moment: datetime, rows: int) -> None:
        """Enter a file that was added."""
        self.taken.add(path)
        self.folder.files.append(WrittenFile(path, rows, moment))

    def move(self, export: Export, path: str) -> str:
        """Give an export another name, not taken yet; return its path."""
        path = self.free_path(path)
        export.local.rename(self.out / path)
        self.unlist(export)
        self.list_file(path, export.file.exported_at, export.file.rows)
        return path

    def unlist(self, export: Export) -> None:
        """Forget a file that is no more."""
        self.folder.files.remove(export.file)


def rewrite(
    export: Export,
    *,
    encoding: str = "utf-8",
    mark: str = "",
    delimiter: str = "",
    newline: str = "",
    above: str = "",
    above_newline: str = "",
    below: str = "",
    columns: Callable[[Cells, bool], Cells] | None = None,
    records: Iterable[Cells] | None = None,
    line: Callable[[str], str] | None = None,
    to: Path | None = None,
    moment: datetime | None = None,
) -> None:
    """Write an export anew, in other bytes, or another one like it to the path ``to``.

    ``columns(cells, is_header)`` changes rows, ``records`` replaces those of the export, ``line``
    changes the finished text of a row. ``above`` comes before what the export says above its
    header, ``below`` at the end. Unless told otherwise it is UTF-8, with the export's own delimiter
    and ends of lines. Raises ``UnicodeEncodeError`` when the encoding lacks a letter.
    """
    layout = export.layout()
    mark_between, end = delimiter or layout.delimiter, newline or layout.newline

    def told() -> Iterator[str]:
        yield mark + above.replace("\n", above_newline or end)
        yield layout.above.replace(layout.newline, above_newline or end)
        for number, cells in enumerate(chain([layout.header], rows)):
            changed = columns(cells, not number) if columns else cells
            text = mark_between.join(
                quoted(cell, mark_between, layout.is_quoted) for cell in changed
            )
            yield (line(text) if line else text) + end
        yield below.replace("\n", end)

    rows = export.rows() if records is None else records
    target = to or export.local
    with replacing(target, moment or export.file.exported_at) as stream:
        for text in told():
            if newline == "\r":
                text = re.sub(r"\r?\n", "\r", text)
            stream.write(text.encode(encoding))


def reshape(site: Site, export: Export, **form: Any) -> bool:
    """Rewrite an export in another form, its rows the same, and note it; returns True."""
    sums = export.sums()
    rewrite(export, **form)
    site.note(export.path, sums)
    return True
