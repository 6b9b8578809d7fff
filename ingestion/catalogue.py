"""The catalogue of export formats: the formats that ``formats/*.yml`` describe.

:mod:`ingestion.format_models` says what the files may contain.
``python -m ingestion.catalogue`` validates every file and prints what is wrong, by file.
"""

import sys
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from ingestion.format_models import FAMILIES, Family, Format, Source

__all__ = [
    "FAMILIES",
    "FORMATS_DIR",
    "Catalogue",
    "Family",
    "Format",
    "Source",
    "load_catalogue",
    "validate_files",
]

FORMATS_DIR = Path(__file__).parent / "formats"

# the loader of libyaml, where it is built in, is ten times as fast
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Catalogue:
    """Every format known, by id."""

    def __init__(self, sources: list[Source]) -> None:
        """Gather the formats of ``sources``."""
        self._sources = {source.source: source for source in sources}
        self.formats: dict[str, Format] = {
            export_format.id: export_format
            for source in sources
            for export_format in source.formats.values()
        }

    def sources(self) -> list[Source]:
        """Return the sources in alphabetical order."""
        return [self._sources[name] for name in sorted(self._sources)]

    def loaded_formats(self) -> Iterator[Format]:
        """Yield the formats that have a raw table."""
        return (self.formats[id_] for id_ in sorted(self.formats) if self.formats[id_].is_loaded)

    @cached_property
    def columns_by_key(self) -> dict[str, list[tuple[str, str]]]:
        """Return, for each header key, the formats and columns it may stand for."""
        index: dict[str, list[tuple[str, str]]] = {}
        for export_format in self.formats.values():
            for key, name in export_format.columns_by_key.items():
                index.setdefault(key, []).append((export_format.id, name))
        return index

    def tables(self) -> list[tuple[str, str]]:
        """Return ``(source, table)`` of every raw table."""
        return [
            (export_format.source, export_format.table) for export_format in self.loaded_formats()
        ]


def read_source(path: Path) -> Source:
    """Return the source that a YAML file describes.

    Raises ``pydantic.ValidationError`` or ``yaml.YAMLError`` when the file does not say it well.
    """
    return Source.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))


@lru_cache(maxsize=4)
def load_catalogue(folder: Path = FORMATS_DIR) -> Catalogue:
    """Return the catalogue of all files in ``folder``."""
    return Catalogue([read_source(path) for path in sorted(folder.glob("*.yml"))])


def validate_files(folder: Path = FORMATS_DIR) -> dict[str, list[str]]:
    """Return what is wrong in each file of ``folder``; files without errors have no entry."""
    problems: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            source = read_source(path)
        except ValidationError as error:
            problems[path.name] = [
                f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
                for item in error.errors()
            ]
        except yaml.YAMLError as error:
            problems[path.name] = [str(error)]
        else:
            if path.stem != source.source:
                problems[path.name] = [f"describes {source.source}: name it {source.source}.yml"]
    return problems


def main() -> int:
    """Validate every format file and print the errors by file."""
    problems = validate_files()
    for name, messages in problems.items():
        print(name)
        for message in messages:
            print(f"  {message}")
    if not problems:
        catalogue = load_catalogue()
        print(f"{len(catalogue.sources())} sources, {len(catalogue.formats)} formats: all valid")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
