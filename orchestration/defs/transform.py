"""Stage 2: raw tables become staging, intermediate and marts, one asset per dbt model and seed."""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from threading import Thread
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    DbtProject,
    dbt_assets,
)
from packaging.version import Version

from ingestion.settings import get_settings
from ingestion.warehouse import writer_lock
from orchestration import dbt_project
from orchestration.defs import pools
from orchestration.fingerprint import forget_refresh

FRESHNESS = {
    "staging": pools.freshness(warn_hours=26, fail_hours=50),
    "intermediate": pools.freshness(warn_hours=26, fail_hours=50),
    "marts": pools.freshness(warn_hours=26, fail_hours=32),
}

# Unit tests judge the code, not tonight's data. dbt's own log and artifacts repeat what Dagster
# keeps, and cost a fifth of the build.
BUILD = (
    "build",
    *("--exclude-resource-type", "unit_test"),
    *("--threads", "2"),
    *("--log-level-file", "none"),
    "--no-write-json",
)

PROGRESS_LINE = re.compile(r"\d+ of \d+ ")


class ModelTranslator(DagsterDbtTranslator):
    """Names assets as dbt names relations: ``[source, table]``, ``[schema, model]``."""

    def __init__(self) -> None:
        """Show the tests on raw tables as checks of the raw assets."""
        super().__init__(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """Return the asset of a model, seed or source, grouped and owned by its layer."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        properties = self.get_resource_props(manifest, unique_id)
        if properties["resource_type"] == "source":
            return spec.replace_attributes(
                key=dg.AssetKey([properties["source_name"], properties["name"]])
            )
        layer = properties["schema"]
        return spec.replace_attributes(
            key=dg.AssetKey([layer, properties["name"]]),
            description=properties["description"] or f"dbt {properties['resource_type']}.",
            group_name=layer,
            owners=[pools.ANALYTICS if layer in {"marts", "reference"} else pools.ENGINEERING],
            freshness_policy=FRESHNESS.get(layer),
        )


class TransformConfig(dg.Config):
    """How to build the models."""

    full_refresh: bool = False


def build_model_assets() -> dg.AssetsDefinition:
    """Return the assets of every model and seed; their tests are checks."""
    manifest = dbt_project.load_manifest(get_settings())
    translator = ModelTranslator()

    @dbt_assets(
        name="transform",
        manifest=manifest,
        dagster_dbt_translator=translator,
        pool=pools.WAREHOUSE,
    )
    def transform(context: dg.AssetExecutionContext, config: TransformConfig) -> Iterator:
        settings = get_settings()
        with writer_lock(settings):
            forget_refresh(settings)
            dbt_project.merge_seeds(settings)
            for relation in dbt_project.drop_leftovers(settings):
                context.log.warning(f"Dropped {relation}, left by a build that was killed.")
            arguments = [*BUILD, *(["--full-refresh"] if config.full_refresh else [])]
            _import_ahead("great_expectations")
            invocation = DbtCliInvocation.run(
                args=dbt_project.dbt_command(settings, *arguments, *selection(context, manifest)),
                env={**dbt_project.dbt_environment(settings), "DBT_LOG_FORMAT": "json"},
                manifest=manifest,
                dagster_dbt_translator=translator,
                project_dir=dbt_project.project_dir(settings),
                target_path=dbt_project.target_path(settings),
                raise_on_error=False,
                context=context,
                adapter=None,
                cli_version=Version(dbt_project.DBT_VERSION),
            )
            yield from invocation.stream()
            if error := invocation.get_error():
                raise dg.Failure(failure_message(error))

    return transform


def failure_message(error: Exception) -> str:
    """Return what dbt says went wrong, without its command line and progress lines."""
    _, _, messages = str(error).partition("Errors parsed from dbt logs:")
    lines = (messages or str(error)).splitlines()
    said = "\n".join(line for line in lines if not PROGRESS_LINE.match(line))
    return re.sub(r"\n{2,}", "\n", said).strip()


def selection(context: dg.AssetExecutionContext, manifest: Mapping[str, Any]) -> list[str]:
    """Return dbt's arguments for the assets and checks chosen; none when all are."""
    if not context.is_subset:
        return []
    specs = [context.assets_def.get_asset_spec(key) for key in context.selected_asset_keys]
    checks = [
        context.assets_def.get_spec_for_check_key(key) for key in context.selected_asset_check_keys
    ]
    unique_ids = sorted(spec.metadata["dagster_dbt/unique_id"] for spec in [*specs, *checks])
    names = [".".join(manifest["nodes"][unique_id]["fqn"]) for unique_id in unique_ids]
    return ["--indirect-selection", "empty", "--select", *names]


def _import_ahead(module: str) -> None:
    """Import what the next step needs while dbt works in its own process: it takes seconds."""
    Thread(target=import_module, args=[module], daemon=True).start()


@dg.definitions
def defs() -> dg.Definitions:
    """Return the assets of every model and seed."""
    return dg.Definitions(assets=[build_model_assets()])
