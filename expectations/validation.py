"""Run the suites with Great Expectations, in SQL inside DuckDB, never on copies in memory."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from expectations.catalogue import Check, Severity, TableSuite, load_suites

SAMPLE_ROWS = 10

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ExpectationOutcome:
    """What one check found: whether it holds, how many rows do not, and the first of them."""

    suite: str
    table: str
    asset_key: tuple[str, str]
    check: str
    description: str
    severity: Severity
    success: bool
    unexpected_count: int | None = None
    sample_rows: list[dict[str, Any]] = field(default_factory=list)
    error: str | None = None


def run_suites(
    warehouse_path: Path, severities: Mapping[str, Severity] | None = None
) -> list[ExpectationOutcome]:
    """Run every suite against the DuckDB file ``warehouse_path``, opened read-only.

    ``severities`` raises or lowers checks by name (``sources.yml``, key ``expectations``). A check
    that cannot run (a missing table or column) fails with its ``error`` said; it never stops the
    others. Raises ``ValueError`` when ``severities`` names a check that does not exist.
    """
    suites = load_suites()
    severities = dict(severities or {})
    known = {check.name for tables in suites.values() for table in tables for check in table.checks}
    if unknown := sorted(set(severities) - known):
        raise ValueError(
            f"sources.yml, expectations: no check is called {', '.join(unknown)}. "
            f"Known checks: {', '.join(sorted(known))}"
        )
    with _data_source(warehouse_path) as data_source:
        return [
            outcome
            for name, tables in suites.items()
            for table in tables
            for outcome in _run_table(data_source, name, table, severities)
        ]


@contextmanager
def _data_source(warehouse_path: Path) -> Iterator[Any]:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    # Great Expectations is imported here because it costs several seconds.
    import great_expectations as gx
    from sqlalchemy.pool import NullPool

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    with _duckdb_connections_kept_open():
        yield context.data_sources.add_sql(
            "warehouse",
            connection_string=f"duckdb:///{warehouse_path}",
            # A pooled connection would keep the file open after the run.
            kwargs={"connect_args": {"read_only": True}, "poolclass": NullPool},
        )


@contextmanager
def _duckdb_connections_kept_open() -> Iterator[None]:
    """Let Great Expectations fetch before its connections close, and close them at the end.

    Version 1.24.1 closes a DuckDB connection before it fetches the result and fails with "list
    index out of range" (upstream issues 11579 and 10738). SQLite has the same need and is served;
    this serves DuckDB the same way. A test fails when the release in use no longer needs it.
    """
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine as Engine

    original = Engine.get_connection
    engines: list[Any] = []

    @contextmanager
    def get_connection(self: Engine) -> Iterator[Any]:
        if self._connection is None:
            self._connection = self.engine.connect()
            engines.append(self)
        yield self._connection

    Engine.get_connection = get_connection
    try:
        yield
    finally:
        Engine.get_connection = original
        for engine in engines:
            engine._connection.close()


def _run_table(
    data_source: Any, suite_name: str, table: TableSuite, severities: Mapping[str, Severity]
) -> Iterator[ExpectationOutcome]:
    import great_expectations as gx

    def outcome(check: Check, success: bool, **details: Any) -> ExpectationOutcome:
        return ExpectationOutcome(
            suite=suite_name,
            table=table.table,
            asset_key=table.asset_key,
            check=check.name,
            description=check.description,
            severity=severities.get(check.name, check.severity),
            success=success,
            **details,
        )

    try:
        batch = (
            data_source.add_table_asset(
                table.table, table_name=table.table_name, schema_name=table.schema_name
            )
            .add_batch_definition_whole_table("whole table")
            .get_batch()
        )
    except ConnectionError as error:  # what it raises for a table that does not exist
        for check in table.checks:
            yield outcome(check, success=False, error=_first_line(error))
        return

    suite = gx.ExpectationSuite(name=table.table)
    for check in table.checks:
        suite.add_expectation(_expectation(check))
    results = batch.validate(suite, result_format="SUMMARY").results
    by_name = {result.expectation_config.meta["check"]: result for result in results}
    for check in table.checks:
        result = by_name[check.name]
        error = _exception(result.exception_info)
        failed_query = None if result.success or error else check.failing_rows_query()
        yield outcome(
            check,
            success=bool(result.success),
            unexpected_count=_unexpected_count(result.result or {}),
            sample_rows=_sample_rows(data_source, table, failed_query) if failed_query else [],
            error=error,
        )


def _expectation(check: Check) -> Any:
    import great_expectations.expectations as gxe

    common = {"severity": "warning", "meta": {"check": check.name}}
    if check.expectation:
        return getattr(gxe, check.expectation)(
            **check.arguments, description=check.description, **common
        )
    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=check.failing_rows_query(), description=check.description, **common
    )


def _sample_rows(data_source: Any, table: TableSuite, query: str) -> list[dict[str, Any]]:
    import sqlalchemy

    statement = query.replace("{batch}", table.table)
    with data_source.get_execution_engine().get_connection() as connection:
        rows = connection.execute(
            sqlalchemy.text(f"select * from ({statement}) as failing limit {SAMPLE_ROWS}")
        )
        return [
            {name: _plain(value) for name, value in row.items()} for row in rows.mappings().all()
        ]


def _unexpected_count(result: Mapping[str, Any]) -> int | None:
    count = result.get("unexpected_count", result.get("observed_value"))
    return int(count) if isinstance(count, int | float) else None


def _exception(info: Mapping[str, Any] | None) -> str | None:
    """Return the first line of what a check raised: one entry, or one per metric."""
    if not info:
        return None
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if entry.get("raised_exception"):
            return _first_line(entry.get("exception_message"))
    return None


def _first_line(message: object) -> str:
    return (str(message).strip().splitlines() or ["unknown error"])[0]


def _plain(value: Any) -> Any:
    """Return ``value`` as JSON can hold it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return float(value) if isinstance(value, Decimal) else str(value)
