"""Stage 4: what passed its checks is handed to readers."""

from datetime import UTC, datetime

import dagster as dg

from ingestion.settings import get_settings
from ingestion.warehouse import writer_lock
from orchestration import outcomes
from orchestration.dbt_project import load_manifest
from orchestration.defs import pools
from orchestration.publishing import SCHEMA as MARTS
from orchestration.publishing import TableComment, publish


def mart_models() -> dict[str, dict]:
    """Return dbt's properties of every published model by its name."""
    return {
        node["name"]: node
        for node in load_manifest(get_settings())["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == MARTS
    }


def build_published_marts(models: dict[str, dict]) -> dg.AssetsDefinition:
    """Return the asset that copies the marts into a new version and lets readers see it."""
    comments = {
        name: TableComment(
            description=model["description"],
            columns={column["name"]: column["description"] for column in model["columns"].values()},
        )
        for name, model in models.items()
    }

    @dg.asset(
        name="published_marts",
        description=(
            "The marts as BI tools read them: one read-only DuckDB file, without personal data, "
            "replaced whole once every check at error level has passed."
        ),
        deps=[dg.AssetKey([MARTS, name]) for name in sorted(models)],
        group_name="published",
        owners=[pools.ANALYTICS],
        kinds={"duckdb"},
        freshness_policy=pools.freshness(warn_hours=26, fail_hours=32),
        pool=pools.WAREHOUSE,
        retry_policy=pools.RETRY,
    )
    def published_marts(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        settings = get_settings()
        if failed := outcomes.failed_errors(settings, context.run.run_id):
            raise dg.Failure(
                f"Not published: {', '.join(failed)} failed at error level.", allow_retries=False
            )
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        with writer_lock(settings):
            publication = publish(
                settings.warehouse_path,
                settings.published_dir,
                version=f"{moment}-{context.run.run_id[:8]}",
                comments=comments,
            )
        return dg.MaterializeResult(
            metadata={
                "version": publication.version,
                "path": dg.MetadataValue.path(publication.path),
                "tables": len(publication.rows),
                "rows": dg.MetadataValue.json(dict(publication.rows)),
                "size_bytes": publication.path.stat().st_size,
            }
        )

    return published_marts


@dg.definitions
def defs() -> dg.Definitions:
    """Return the published marts."""
    return dg.Definitions(assets=[build_published_marts(mart_models())])
