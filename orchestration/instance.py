"""The Dagster instance of this project: its storage stands in the data folder.

``python -m orchestration.instance COMMAND ...`` runs a command in the environment the instance
needs: ``python -m orchestration.instance dagster dev``.
"""

import os
import shutil
import sys
from pathlib import Path

import dagster as dg

from ingestion.settings import Settings, get_settings
from orchestration.defs.pools import WAREHOUSE

STARTED_BY = "omnimart/started_by"
COMMAND = "omnimart run"


def instance_environment(settings: Settings) -> dict[str, str]:
    """Return the variables that ``dagster.yaml`` reads; all paths are absolute."""
    storage = settings.state_dir / "dagster"
    storage.mkdir(parents=True, exist_ok=True)
    return {
        "DAGSTER_HOME": str(settings.project_root),
        "OMNIMART_DAGSTER_STORAGE": str(storage.resolve()),
        "OMNIMART_DATA_DIR": str(settings.data_dir.resolve()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "GX_ANALYTICS_ENABLED": "false",
    }


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """Return the instance whose history ``dagster dev`` shows."""
    os.environ.update(instance_environment(settings))
    return dg.DagsterInstance.get()


def release_dead_runs(instance: dg.DagsterInstance) -> list[str]:
    """End the runs of killed ``omnimart run`` commands and free the pool; return their ids.

    The caller holds the writer lock, so whatever still claims the pool is dead or waits for it.
    """
    dead = instance.get_runs(
        dg.RunsFilter(
            statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING],
            tags={STARTED_BY: COMMAND},
        )
    )
    for run in dead:
        instance.report_run_failed(run, "The process that ran it was killed.")
    storage = instance.event_log_storage
    if WAREHOUSE in storage.get_concurrency_keys():
        for slot in storage.get_concurrency_info(WAREHOUSE).claimed_slots:
            storage.free_concurrency_slots_for_run(slot.run_id)
    return [run.run_id for run in dead]


def main() -> None:
    """Replace this process by the command given, in the environment of the instance."""
    command = sys.argv[1:]
    if not command:
        sys.exit(__doc__)
    os.environ.update(instance_environment(get_settings()))
    beside_python = Path(sys.executable).with_name(command[0])
    executable = str(beside_python) if beside_python.exists() else shutil.which(command[0])
    if executable is None:
        sys.exit(f"{command[0]} is not installed")
    os.execv(executable, command)


if __name__ == "__main__":
    main()
