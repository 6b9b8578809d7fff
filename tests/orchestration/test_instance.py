"""The instance stands in the data folder, and killed runs do not block the next one."""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from ingestion.settings import Settings
from orchestration.defs.pools import WAREHOUSE
from orchestration.instance import (
    COMMAND,
    STARTED_BY,
    instance_environment,
    open_instance,
    release_dead_runs,
)


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    before = dict(os.environ)
    with open_instance(settings) as opened:
        yield opened
    os.environ.clear()
    os.environ.update(before)


def test_all_paths_are_absolute_and_the_history_is_in_the_data_folder(settings: Settings) -> None:
    environment = instance_environment(settings)
    assert Path(environment["DAGSTER_HOME"]) == settings.project_root
    storage = Path(environment["OMNIMART_DAGSTER_STORAGE"])
    assert storage.is_absolute()
    assert storage.is_relative_to(settings.state_dir.resolve())


def test_the_instance_writes_into_the_data_folder_only(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    before = {path.name for path in settings.project_root.iterdir()}

    @dg.job
    def nothing() -> None:
        pass

    result = nothing.execute_in_process(instance=instance)
    assert instance.get_run_by_id(result.run_id) is not None
    assert list((settings.state_dir / "dagster").rglob("*.db"))
    assert {path.name for path in settings.project_root.iterdir()} == before


def test_the_pool_has_one_slot(instance: dg.DagsterInstance) -> None:
    storage = instance.event_log_storage
    storage.initialize_concurrency_limit_to_default(WAREHOUSE)
    assert storage.get_concurrency_info(WAREHOUSE).slot_count == 1


def test_a_killed_run_is_ended_and_its_slot_freed(instance: dg.DagsterInstance) -> None:
    @dg.job
    def refresh() -> None:
        pass

    storage = instance.event_log_storage
    killed = instance.create_run_for_job(
        refresh, status=dg.DagsterRunStatus.STARTED, tags={STARTED_BY: COMMAND}
    )
    other = instance.create_run_for_job(refresh, status=dg.DagsterRunStatus.STARTED)
    storage.initialize_concurrency_limit_to_default(WAREHOUSE)
    storage.claim_concurrency_slot(WAREHOUSE, killed.run_id, "transform")
    assert release_dead_runs(instance) == [killed.run_id]
    assert instance.get_run_by_id(killed.run_id).status == dg.DagsterRunStatus.FAILURE
    assert instance.get_run_by_id(other.run_id).status == dg.DagsterRunStatus.STARTED
    assert storage.get_concurrency_info(WAREHOUSE).active_slot_count == 0
