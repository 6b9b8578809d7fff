"""The dlt sources: one per source system, made alike for all families.

Rows stand staged beside the warehouse, in the same DuckDB instance, so that what dlt extracts is
the query that reads them (a model, in its terms), and its load one ``insert ... select``.
"""

import logging
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dlt
from dlt.common.configuration.container import Container
from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext
from dlt.extract import DltResource, DltSource

from ingestion.catalogue import Format
from ingestion.settings import Settings

_DATA_TYPES: dict[str, dict[str, Any]] = {
    "varchar": {"data_type": "text"},
    "bigint": {"data_type": "bigint"},
    "boolean": {"data_type": "bool"},
    "date": {"data_type": "date"},
    "json": {"data_type": "json"},
    "timestamp": {"data_type": "timestamp", "timezone": False, "precision": 6},
}


@dataclass(frozen=True)
class TableRows:
    """New rows of one raw table; each of ``queries`` selects some in the order of its columns."""

    format: Format
    queries: tuple[str, ...]


def _hint(sql_type: str) -> dict[str, Any]:
    if sql_type.startswith("decimal"):
        precision, scale = sql_type.removeprefix("decimal(").removesuffix(")").split(",")
        return {"data_type": "decimal", "precision": int(precision), "scale": int(scale)}
    return dict(_DATA_TYPES[sql_type])  # dlt writes the column's name into it


def _table(rows: TableRows, folder: Path) -> DltResource:
    def read_model() -> Iterator[Any]:
        for number, query in enumerate(rows.queries):
            model = folder / f"{rows.format.source}_{rows.format.table}_{number}.model"
            model.write_text(f"dialect: duckdb\n{query}\n", encoding="utf-8")
            yield dlt.mark.with_file_import(str(model), "model")

    return dlt.resource(
        read_model,
        name=rows.format.table,
        write_disposition="append",
        columns={name: _hint(sql_type) for name, sql_type in rows.format.raw_columns.items()},
    )


def build_source(name: str, tables: Iterable[TableRows], folder: Path) -> DltSource:
    """Return the dlt source that loads ``tables`` of the source system ``name``."""

    @dlt.source(name=name, schema_contract={"data_type": "freeze"})
    def exports() -> Iterator[DltResource]:
        for rows in tables:
            yield _table(rows, folder)

    return exports()


def run_source(settings: Settings, name: str, tables: Iterable[TableRows], folder: Path) -> None:
    """Append ``tables`` to ``raw_<name>``; what an interrupted run left behind is dropped first.

    ``folder`` takes the queries for as long as they run. Raises
    ``dlt.pipeline.exceptions.PipelineStepFailed`` when the load fails.
    """
    _configure(settings)
    pipeline = dlt.pipeline(
        pipeline_name=f"omnimart_{name}",
        pipelines_dir=str(settings.state_dir / "dlt"),
        destination=dlt.destinations.duckdb(str(settings.warehouse_path)),
        dataset_name=f"raw_{name}",
    )
    pipeline.abort_packages()
    pipeline.run(build_source(name, tables, folder))
    # completed packages keep no rows, but one folder each
    loaded = settings.state_dir / "dlt" / pipeline.pipeline_name / "load" / "loaded"
    shutil.rmtree(loaded, ignore_errors=True)
    loaded.mkdir(parents=True, exist_ok=True)


def _configure(settings: Settings) -> None:
    # every setting of dlt is looked up hundreds of times, so it looks in one place instead of three
    # (environment and secrets are left out): a quarter of a small load
    providers = Container()[PluggableRunContext].providers
    providers.providers = [providers["config.toml"]]
    dlt.config["runtime.dlthub_telemetry"] = False
    # what fails is raised, and may be mended
    dlt.config["runtime.log_level"] = "CRITICAL"
    # appending needs no state of earlier runs: reading it back costs a third of a small load
    dlt.config["restore_from_destination"] = False
    dlt.config["load.delete_completed_jobs"] = True
    # an insert uses all cores by itself
    dlt.config["load.workers"] = 1
    # nobody else writes the warehouse: what fails once fails again
    dlt.config["load.raise_on_max_retries"] = 1
    # raw tables have a column of their own that tells the load
    dlt.config["normalize.model_normalizer.add_dlt_load_id"] = False
    logging.getLogger("dlt").setLevel(logging.CRITICAL)
