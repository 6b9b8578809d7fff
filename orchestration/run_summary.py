"""What a run did, read back from Dagster's history, the ledger and the published marts."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from ingestion.settings import Settings
from ingestion.warehouse import connect
from orchestration.defs.automation import JOB
from orchestration.publishing import current_file

FILES_BY_SOURCE = """
    select
        coalesce(source, '(not recognised)') as source,
        count(*) filter (where status = 'loaded') as files_loaded,
        count(*) filter (where status = 'duplicate') as files_duplicate,
        count(*) filter (where status = 'ignored') as files_ignored,
        count(*) filter (where status = 'quarantined') as files_quarantined,
        coalesce(sum(rows_loaded), 0)::bigint as rows_loaded,
        coalesce(sum(rows_rejected), 0)::bigint as rows_rejected
    from raw_audit.files
    group by 1
    order by any_value(source) is null, 1
"""
NEW_COLUMNS = """
    select format, column_name, path
    from raw_audit.new_columns
    where first_loaded_at >= $since
    order by all
"""
TOTALS = """
    select
        (select count(*) from marts.dim_customers) as customers,
        (select count(*) from marts.fct_touchpoints) as touchpoints,
        (select count(*) from marts.fct_conversions) as conversions,
        (select count(*) from marts.fct_orders) as orders,
        (select coalesce(sum(revenue), 0) from marts.kpi_daily) as revenue,
        (select coalesce(sum(spend), 0) from marts.kpi_daily) as spend
"""
FRESHNESS = """
    select
        source, files_loaded, files_quarantined, rows_loaded, rows_rejected,
        last_loaded_at, last_event_date, days_behind, status
    from marts.data_freshness
    order by source
"""

Row = dict[str, Any]


@dataclass(frozen=True)
class FailedCheck:
    """A check that did not pass: the asset it stands on, and the rows that failed it."""

    asset: str
    name: str
    is_error: bool
    failing_rows: int | None


@dataclass(frozen=True)
class CheckCounts:
    """How the checks of a run went."""

    passed: int = 0
    failed: list[FailedCheck] = field(default_factory=list)

    @property
    def errors(self) -> list[FailedCheck]:
        """Return those that stop publishing."""
        return [check for check in self.failed if check.is_error]

    @property
    def warnings(self) -> list[FailedCheck]:
        """Return those that only warn."""
        return [check for check in self.failed if not check.is_error]


@dataclass(frozen=True)
class RunSummary:
    """What there is to say at the end of a run."""

    is_success: bool
    seconds: float
    checks: CheckCounts
    sources: list[Row]
    quarantine: list[Row]
    new_columns: list[Row]
    totals: Row
    marts: Path | None


@dataclass(frozen=True)
class Status:
    """What there is to say between runs; ``None`` and empty where nothing has run yet."""

    run_id: str | None
    run_status: str | None
    started_at: datetime | None
    checks: CheckCounts
    freshness: list[Row]
    quarantine: list[Row]
    marts: Path | None


def collect_summary(settings: Settings, instance: dg.DagsterInstance, run_id: str) -> RunSummary:
    """Return the summary of the finished run ``run_id``."""
    record = instance.get_run_record_by_id(run_id)
    seconds = (record.end_time or 0) - (record.start_time or 0)
    marts = current_file(settings.published_dir)
    return RunSummary(
        is_success=record.dagster_run.is_success,
        seconds=max(seconds, 0.0),
        checks=count_checks(instance, run_id),
        sources=_files_by_source(settings),
        quarantine=_quarantine(settings),
        new_columns=_new_columns(settings, record.start_time),
        totals=next(iter(_published_rows(marts, TOTALS)), {}),
        marts=marts,
    )


def collect_status(settings: Settings, instance: dg.DagsterInstance) -> Status:
    """Return the state of things; works while a refresh is running."""
    records = instance.get_run_records(dg.RunsFilter(job_name=JOB), limit=1)
    run = records[0].dagster_run if records else None
    started = records[0].start_time if records else None
    marts = current_file(settings.published_dir)
    return Status(
        run_id=run.run_id if run else None,
        run_status=run.status.value.lower() if run else None,
        started_at=datetime.fromtimestamp(started, UTC) if started else None,
        checks=count_checks(instance, run.run_id) if run else CheckCounts(),
        freshness=_published_rows(marts, FRESHNESS),
        quarantine=_quarantine(settings),
        marts=marts,
    )


def count_checks(instance: dg.DagsterInstance, run_id: str) -> CheckCounts:
    """Return how the checks of the run ``run_id`` went, each counted by its last evaluation."""
    last: dict[dg.AssetCheckKey, Any] = {}
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
        evaluation = entry.dagster_event.asset_check_evaluation_data
        last[evaluation.asset_check_key] = evaluation
    failed = [
        FailedCheck(
            asset=".".join(key.asset_key.path),
            name=key.name,
            is_error=evaluation.severity == dg.AssetCheckSeverity.ERROR,
            failing_rows=_failing_rows(evaluation.metadata),
        )
        for key, evaluation in last.items()
        if not evaluation.passed
    ]
    return CheckCounts(passed=len(last) - len(failed), failed=failed)


def _failing_rows(metadata: dict[str, Any]) -> int | None:
    for name in ("failing_rows", "dagster_dbt/failed_row_count"):
        if name in metadata:
            return metadata[name].value
    return None


def _quarantine(settings: Settings) -> list[Row]:
    """Return the path and reason of each file in quarantine."""
    reasons = settings.quarantine_dir.glob("*.reason.json")
    rows = [json.loads(path.read_text(encoding="utf-8")) for path in reasons]
    return sorted(rows, key=lambda row: row["path"])


def _files_by_source(settings: Settings) -> list[Row]:
    """Return the ledger by source; nothing when the run ended before it was written."""
    return _ledger_rows(settings, FILES_BY_SOURCE)


def _new_columns(settings: Settings, started: float | None) -> list[Row]:
    """Return the columns that files of this run were the first to bring."""
    since = datetime.fromtimestamp(started or 0, UTC).replace(tzinfo=None)
    return _ledger_rows(settings, NEW_COLUMNS, {"since": since})


def _ledger_rows(
    settings: Settings, query: str, parameters: dict[str, Any] | None = None
) -> list[Row]:
    if not settings.warehouse_path.exists():
        return []
    with connect(settings, read_only=True) as connection:
        try:
            return _rows(connection, query, parameters)
        except duckdb.CatalogException:
            return []


def _published_rows(marts: Path | None, query: str) -> list[Row]:
    if marts is None:
        return []
    with duckdb.connect(str(marts), read_only=True) as connection:
        return _rows(connection, query)


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any] | None = None
) -> list[Row]:
    cursor = connection.execute(query, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
