"""Run the job ``nightly_refresh`` in this process, with progress and a summary."""

import logging
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Thread

from rich.console import Console

from ingestion.settings import Settings
from ingestion.source_settings import SourcesFileError
from ingestion.warehouse import WarehouseLockedError, writer_lock
from orchestration.dbt_project import DbtParseError, load_manifest
from orchestration.progress import StepProgress, output_to

LOG_NAME = "refresh.log"

logger = logging.getLogger(__name__)


def refresh(settings: Settings, full_refresh: bool) -> bool:
    """Refresh everything and show how it went; return whether it succeeded.

    The writer lock is held throughout, so that no other writer steps in between.
    """
    log = settings.state_dir / "logs" / LOG_NAME
    with ExitStack() as stack:
        try:
            stack.enter_context(writer_lock(settings, timeout=0))
        except WarehouseLockedError:
            Console().print("Another refresh is running; waiting for it to end.")
            stack.enter_context(writer_lock(settings))
        console = stack.enter_context(output_to(log))
        try:
            return _refresh(settings, console, full_refresh, log)
        except DbtParseError as error:
            console.print(str(error), style="red", markup=False, soft_wrap=True)
            return False


def _refresh(settings: Settings, console: Console, full_refresh: bool, log: Path) -> bool:
    # dbt parses its project in a process of its own while this one imports Dagster.
    Thread(target=_parse_ahead, args=[settings], daemon=True).start()
    with StepProgress(console).shown():
        from ingestion.loading import reset_raw
        from orchestration.definitions import defs
        from orchestration.defs.automation import JOB
        from orchestration.instance import COMMAND, STARTED_BY, open_instance, release_dead_runs
        from orchestration.presentation import show_summary
        from orchestration.run_summary import collect_summary
        from orchestration.run_tags import refresh_tags

        tags = {STARTED_BY: COMMAND, **refresh_tags(settings)}
        instance = open_instance(settings)
        for run_id in release_dead_runs(instance):
            logger.warning("run %s had been killed", run_id)
        if full_refresh:
            reset_raw(settings)
        result = (
            defs()
            .resolve_job_def(JOB)
            .execute_in_process(
                run_config={
                    "loggers": {"console": {"config": {"log_level": "INFO"}}, "progress": {}},
                    "ops": {"transform": {"config": {"full_refresh": full_refresh}}},
                },
                instance=instance,
                tags=tags,
                raise_on_error=False,
            )
        )
        summary = collect_summary(settings, instance, result.run_id)
    show_summary(console, settings, summary, log)
    return result.success and not summary.checks.errors


def _parse_ahead(settings: Settings) -> None:
    """Prepare the manifest that the definitions will ask for, and then wait for or fail with."""
    with suppress(DbtParseError, SourcesFileError):
        load_manifest(settings)
