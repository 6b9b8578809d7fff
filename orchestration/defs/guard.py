"""Stage 3: are the numbers believable? One asset check per expectation, all run by one step."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from expectations.catalogue import Check, Severity, TableSuite, load_suites
from expectations.validation import ExpectationOutcome, run_suites
from ingestion.settings import get_settings
from ingestion.warehouse import writer_lock
from orchestration import outcomes
from orchestration.defs import pools
from orchestration.publishing import SCHEMA as MARTS

SEVERITIES: Mapping[Severity, dg.AssetCheckSeverity] = {
    "warning": dg.AssetCheckSeverity.WARN,
    "error": dg.AssetCheckSeverity.ERROR,
}


def check_spec(suite: str, table: TableSuite, check: Check) -> dg.AssetCheckSpec:
    """Return the asset check of one expectation; those on marts come before publishing."""
    return dg.AssetCheckSpec(
        name=check.name,
        asset=dg.AssetKey(table.asset_key),
        description=check.description,
        blocking=table.schema_name == MARTS,
        metadata={"suite": suite},
    )


def check_result(outcome: ExpectationOutcome) -> dg.AssetCheckResult:
    """Return what Dagster shows of an outcome: the failing rows, counted and sampled."""
    metadata: dict[str, Any] = {"suite": outcome.suite}
    if outcome.unexpected_count is not None:
        metadata["failing_rows"] = outcome.unexpected_count
    if outcome.sample_rows:
        metadata["first_failing_rows"] = dg.MetadataValue.md(_markdown_table(outcome.sample_rows))
    if outcome.error:
        metadata["error"] = outcome.error
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(outcome.asset_key),
        check_name=outcome.check,
        passed=outcome.success,
        severity=SEVERITIES[outcome.severity],
        metadata=metadata,
    )


def build_checks() -> dg.AssetChecksDefinition:
    """Return the checks of every suite."""
    specs = [
        check_spec(suite, table, check)
        for suite, tables in load_suites().items()
        for table in tables
        for check in table.checks
    ]

    @dg.multi_asset_check(
        name="validate",
        description="Runs the Great Expectations suites in SQL inside the warehouse.",
        specs=specs,
        can_subset=True,
        pool=pools.WAREHOUSE,
    )
    def validate(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        settings = get_settings()
        with writer_lock(settings):
            found = run_suites(settings.warehouse_path, outcomes.severities(settings))
        outcomes.store(settings, context.run.run_id, found)
        for outcome in found:
            key = dg.AssetCheckKey(dg.AssetKey(outcome.asset_key), outcome.check)
            if key in context.selected_asset_check_keys:
                yield check_result(outcome)

    return validate


def _markdown_table(rows: list[dict[str, Any]]) -> str:
    columns = list(rows[0])
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(_cell(row.get(name)) for name in columns) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")


@dg.definitions
def defs() -> dg.Definitions:
    """Return the checks of every suite."""
    return dg.Definitions(asset_checks=[build_checks()])
