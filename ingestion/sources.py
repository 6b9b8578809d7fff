"""The dlt sources: one per source system, made alike for all families.

Rows merge on ``_grain_key``: loading a grain replaces all its rows, so a load that was interrupted
and repeated leaves what one clean load leaves. Genuine duplicates within a file share their grain
and stay.
"""

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.configuration.container import Container
from dlt.common.configuration.specs.pluggable_run_context import PluggableRunContext
from dlt.extract import DltResource, DltSource

from ingestion.catalogue import Format
from ingestion.settings import Settings


@dataclass(frozen=True)
class TableBatch:
    """New rows of one raw table; ``read`` gives them as Arrow record batches."""

    format: Format
    read: Callable[[], Iterable[pa.RecordBatch]]


def _hints(export_format: Format) -> dict[str, Any]:
    """Return what Arrow does not say of itself: JSON, and timestamps without a zone."""
    hints: dict[str, Any] = {}
    for name, sql_type in export_format.raw_columns.items():
        if sql_type == "json":
            hints[name] = {"data_type": "json"}
        elif sql_type == "timestamp":
            hints[name] = {"data_type": "timestamp", "timezone": False, "precision": 6}
    return hints


def _table(batch: TableBatch) -> DltResource:
    def read_batches() -> Iterator[pa.Table]:
        for record_batch in batch.read():
            yield pa.Table.from_batches([record_batch])

    return dlt.resource(
        read_batches,
        name=batch.format.table,
        write_disposition={"disposition": "merge", "strategy": "delete-insert"},
        merge_key="_grain_key",
        columns=_hints(batch.format),
    )


def build_source(name: str, batches: Iterable[TableBatch]) -> DltSource:
    """Return the dlt source that loads ``batches`` of the source system ``name``."""

    @dlt.source(name=name, schema_contract={"data_type": "freeze"})
    def exports() -> Iterator[DltResource]:
        for batch in batches:
            yield _table(batch)

    return exports()


def run_source(settings: Settings, name: str, batches: Iterable[TableBatch]) -> None:
    """Load ``batches`` into ``raw_<name>``; what an interrupted run left behind is dropped first.

    Raises ``dlt.pipeline.exceptions.PipelineStepFailed`` when the load fails.
    """
    _configure(settings)
    pipeline = dlt.pipeline(
        pipeline_name=f"omnimart_{name}",
        pipelines_dir=str(settings.state_dir / "dlt"),
        destination=dlt.destinations.duckdb(str(settings.warehouse_path)),
        dataset_name=f"raw_{name}",
    )
    pipeline.abort_packages()
    pipeline.run(build_source(name, batches), loader_file_format="parquet")
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
    dlt.config["runtime.log_level"] = "ERROR"
    # merges by grain need no state of earlier runs: reading it back costs a third of a small load
    dlt.config["restore_from_destination"] = False
    dlt.config["load.delete_completed_jobs"] = True
    dlt.config["load.truncate_staging_dataset"] = True
    # the hints above differ from what Arrow says of itself, and dlt says so for every batch
    logging.getLogger("dlt").setLevel(logging.ERROR)
