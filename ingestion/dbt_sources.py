"""Declare the raw tables to dbt: one sources file per source system, from the catalogue.

``python -m ingestion.dbt_sources`` writes
``dbt_project/models/staging/<source>/_<source>__sources.yml`` and
``staging/raw_audit/_raw_audit__sources.yml``; ``--check`` writes nothing and fails when a file is
not what would be written.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

from ingestion.audit import AUDIT_TABLES
from ingestion.catalogue import Catalogue, Format, Source, load_catalogue
from ingestion.lineage import LINEAGE_COLUMNS
from ingestion.settings import PROJECT_ROOT

DEFAULT_OUT = PROJECT_ROOT / "dbt_project" / "models" / "staging"
_HEADER = "# Written by `python -m ingestion.dbt_sources` from ingestion/formats; do not edit.\n"


class _Dumper(yaml.SafeDumper):
    """Indents lists under their key, as the hand-written YAML does."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _column(name: str, data_type: str, description: str | None) -> dict[str, Any]:
    column: dict[str, Any] = {"name": name, "data_type": data_type}
    if description:
        column["description"] = description
    return column


def _declare_table(export_format: Format) -> dict[str, Any]:
    columns = []
    for name, column in export_format.typed_columns.items():
        is_personal = name in export_format.identity
        declared = _column(name, column.sql_type, column.description)
        if is_personal:
            declared["config"] = {"meta": {"is_personal": True}}
        columns.append(declared)
    for name, (data_type, description) in LINEAGE_COLUMNS.items():
        columns.append(_column(name, data_type, description))
    return {
        "name": export_format.table,
        "description": export_format.description,
        "columns": columns,
    }


def _declare_source(source: Source) -> dict[str, Any] | None:
    tables = [
        _declare_table(source.formats[name])
        for name in sorted(source.formats)
        if source.formats[name].is_loaded
    ]
    if not tables:
        return None
    return {
        "name": source.source,
        "description": f"Exports of {source.vendor}.",
        "schema": f"raw_{source.source}",
        "tables": tables,
    }


def _declare_audit() -> dict[str, Any]:
    return {
        "name": "raw_audit",
        "description": "What became of every file and of every refused row.",
        "schema": "raw_audit",
        "tables": [
            {
                "name": table.name,
                "description": table.description,
                "columns": [_column(*column) for column in table.columns],
            }
            for table in AUDIT_TABLES
        ],
    }


def render(catalogue: Catalogue) -> dict[Path, str]:
    """Return the text of every sources file by its path relative to the staging folder."""
    declared = [_declare_source(source) for source in catalogue.sources()]
    files = {}
    for source in [*filter(None, declared), _declare_audit()]:
        name = source["name"]
        text = yaml.dump(
            {"sources": [source]},
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            width=100,
        )
        files[Path(name) / f"_{name}__sources.yml"] = _HEADER + text
    return files


def find_stale(out: Path, files: dict[Path, str]) -> list[Path]:
    """Return the files under ``out`` that differ from ``files``, or that nothing declares."""
    stale = [
        path
        for path, text in files.items()
        if not (out / path).is_file() or (out / path).read_text(encoding="utf-8") != text
    ]
    present = {path.relative_to(out) for path in out.glob("*/_*__sources.yml")}
    return sorted([*stale, *(present - set(files))])


def main(arguments: list[str] | None = None) -> int:
    """Write the sources files, or check that they are up to date."""
    parser = argparse.ArgumentParser(prog="python -m ingestion.dbt_sources", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when stale")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="staging folder")
    options = parser.parse_args(arguments)
    files = render(load_catalogue())
    stale = find_stale(options.out, files)
    if options.check:
        for path in stale:
            print(f"stale: {path}")
        return 1 if stale else 0
    for path in stale:
        target = options.out / path
        if path in files:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(files[path], encoding="utf-8")
        else:
            target.unlink()
    print(f"{len(files)} sources files, {len(stale)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
