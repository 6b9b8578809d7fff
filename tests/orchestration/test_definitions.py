"""The code location loads without network or warehouse, and every asset says what it is."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from ingestion.audit import AUDIT_TABLES
from ingestion.catalogue import load_catalogue
from ingestion.settings import PROJECT_ROOT, get_settings
from orchestration.defs.pools import WAREHOUSE


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> Any:
    return definitions.resolve_asset_graph()


@pytest.fixture(scope="module")
def job(definitions: dg.Definitions) -> dg.JobDefinition:
    return definitions.resolve_job_def("nightly_refresh")


def keys(graph: Any) -> set[dg.AssetKey]:
    return set(graph.get_all_asset_keys())


def test_loading_needs_no_warehouse(definitions: dg.Definitions) -> None:
    assert definitions is not None
    assert not get_settings().warehouse_path.exists()


def test_every_asset_has_a_description_a_group_an_owner_and_a_kind(graph: Any) -> None:
    unsaid = {
        key.to_user_string()
        for key in keys(graph)
        if not (
            (node := graph.get(key)).description
            and node.group_name not in {None, "default"}
            and node.owners
            and node.kinds
        )
    }
    assert unsaid == set()


def test_every_dbt_source_is_loaded_by_ingestion(graph: Any) -> None:
    orphans = {key.to_user_string() for key in keys(graph) if not graph.get(key).is_materializable}
    assert orphans == set()


def test_every_raw_table_is_an_asset_named_as_dbt_names_it(graph: Any) -> None:
    tables = [*load_catalogue().tables(), *(("raw_audit", table.name) for table in AUDIT_TABLES)]
    assert {dg.AssetKey(table) for table in tables} <= keys(graph)


def test_layers_are_the_first_part_of_a_models_key(graph: Any) -> None:
    groups = {graph.get(key).group_name for key in keys(graph)}
    assert groups == {"raw", "staging", "intermediate", "marts", "reference", "published"}
    layers = {"staging", "intermediate", "marts", "reference"}
    assert all(
        key.path[0] == graph.get(key).group_name
        for key in keys(graph)
        if graph.get(key).group_name in layers
    )


def test_every_layer_that_a_refresh_renews_has_a_freshness_policy(graph: Any) -> None:
    without = {
        graph.get(key).group_name for key in keys(graph) if graph.get(key).freshness_policy is None
    }
    assert without <= {"reference"}


def test_published_marts_wait_for_every_mart_and_the_report_for_them(
    graph: Any,
) -> None:
    marts = {key for key in keys(graph) if graph.get(key).group_name == "marts"}
    published = dg.AssetKey("published_marts")
    assert graph.get(published).parent_keys == marts
    assert graph.get(dg.AssetKey("marketing_report")).parent_keys == {published}


def test_the_ledger_is_closed_after_every_raw_table(graph: Any) -> None:
    raw = {dg.AssetKey(table) for table in load_catalogue().tables()}
    assert graph.get(dg.AssetKey(["raw_audit", "files"])).parent_keys == raw


def test_every_step_that_opens_the_warehouse_stands_in_the_pool(job: dg.JobDefinition) -> None:
    pools = {node.name: node.definition.pools for node in job.graph.nodes}
    outside = {name for name, of_node in pools.items() if of_node != {WAREHOUSE}}
    assert outside == {"marketing_report"}  # it reads the published file


def test_the_job_runs_in_one_process_and_takes_every_asset(
    job: dg.JobDefinition, graph: Any
) -> None:
    assert job.executor_def is dg.in_process_executor
    assert set(job.asset_layer.selected_asset_keys) == keys(graph)


def test_names_that_others_build_on_are_there(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    assert repository.has_job("nightly_refresh")
    assert [schedule.name for schedule in repository.schedule_defs] == ["nightly"]
    assert [sensor.name for sensor in repository.sensor_defs if sensor.name == "new_exports"]


def test_data_tests_and_expectations_are_checks(graph: Any) -> None:
    by_layer = {key.asset_key.path[0] for key in graph.asset_check_keys}
    assert {"staging", "marts", "reference"} <= by_layer
    assert any(key.name == "spend_is_never_negative" for key in graph.asset_check_keys)


def test_the_pool_has_one_slot_and_a_killed_worker_frees_it() -> None:
    config = yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    assert config["concurrency"]["pools"]["default_limit"] == 1
    assert config["run_monitoring"]["enabled"]
    assert config["run_monitoring"]["free_slots_after_run_end_seconds"] == 60
    assert config["telemetry"]["enabled"] is False


def test_only_orchestration_imports_dagster() -> None:
    importers = {
        path.relative_to(PROJECT_ROOT)
        for folder in ("ingestion", "expectations", "dbt_project")
        for path in Path(PROJECT_ROOT / folder).rglob("*.py")
        if "import dagster" in (text := path.read_text(encoding="utf-8")) or "from dagster" in text
    }
    assert importers == set()
