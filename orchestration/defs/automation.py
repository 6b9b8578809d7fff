"""When refreshes run: every night, and when new exports have arrived."""

import json

import dagster as dg

from ingestion.mirror import mirror_landing
from ingestion.settings import get_settings
from orchestration.fingerprint import landing_fingerprint, last_refresh
from orchestration.run_tags import refresh_tags

JOB = "nightly_refresh"

nightly_refresh = dg.define_asset_job(
    JOB,
    selection=dg.AssetSelection.all(),
    description="Loads new exports, rebuilds and checks every model, publishes, reports.",
    executor_def=dg.in_process_executor,
)


@dg.schedule(
    name="nightly",
    job=nightly_refresh,
    cron_schedule="0 2 * * *",
    execution_timezone=get_settings().timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at 02:00 in the reporting zone.",
)
def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Request the refresh of this night, once."""
    return dg.RunRequest(
        run_key=context.scheduled_execution_time.isoformat(), tags=refresh_tags(get_settings())
    )


@dg.sensor(
    name="new_exports",
    job=nightly_refresh,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A minute after the landing folder last changed; each state of it once.",
)
def new_exports(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Request a refresh when the landing folder holds something no refresh has read.

    The cursor keeps the listing seen last, so that a folder still being copied into is left alone
    until it rests; the run key is the listing, so that no state of the folder is read twice.
    """
    settings = get_settings()
    mirror_landing(settings)
    landing = landing_fingerprint(settings)
    seen = json.loads(context.cursor)["landing"] if context.cursor else None
    cursor = json.dumps({"landing": landing})
    refresh = last_refresh(settings)
    if not landing:
        return _skip("The landing folder is empty.", cursor)
    if refresh is not None and refresh.landing == landing:
        return _skip("Nothing new since the last refresh.", cursor)
    if landing != seen:
        return _skip("The landing folder has changed; waiting for it to rest.", cursor)
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key=landing, tags=refresh_tags(settings))],
        cursor=cursor,
    )


def _skip(reason: str, cursor: str) -> dg.SensorResult:
    return dg.SensorResult(skip_reason=dg.SkipReason(reason), cursor=cursor)


@dg.definitions
def defs() -> dg.Definitions:
    """Return the job, its schedule and its sensor; runs stay in one process."""
    return dg.Definitions(
        jobs=[nightly_refresh],
        schedules=[nightly],
        sensors=[new_exports],
        executor=dg.in_process_executor,
    )
