"""What the expectations find is shown with its rows, and stops publishing only at error level."""

from pathlib import Path

import dagster as dg
import pytest

from expectations.catalogue import load_suites
from expectations.validation import ExpectationOutcome
from ingestion.settings import Settings
from orchestration import outcomes
from orchestration.defs import guard


def outcome(**changes: object) -> ExpectationOutcome:
    known = {
        "suite": "ads",
        "table": "marts.fct_ad_performance",
        "asset_key": ("marts", "fct_ad_performance"),
        "check": "spend_is_never_negative",
        "description": "Platforms bill.",
        "severity": "warning",
        "success": True,
    }
    return ExpectationOutcome(**{**known, **changes})


def test_failing_rows_are_counted_and_shown() -> None:
    rows = [{"platform": "a|b", "spend": -1.5}, {"platform": None, "spend": -2.0}]
    result = guard.check_result(outcome(success=False, unexpected_count=7, sample_rows=rows))
    assert not result.passed
    assert result.severity == dg.AssetCheckSeverity.WARN
    assert result.metadata["failing_rows"].value == 7
    table = result.metadata["first_failing_rows"].value.splitlines()
    assert table[0] == "| platform | spend |"
    assert table[2:] == ["| a\\|b | -1.5 |", "|  | -2.0 |"]


def test_a_check_that_could_not_run_says_why() -> None:
    result = guard.check_result(outcome(success=False, error="no such table"))
    assert result.metadata["error"].value == "no such table"


def test_an_error_is_an_error() -> None:
    result = guard.check_result(outcome(success=False, severity="error"))
    assert result.severity == dg.AssetCheckSeverity.ERROR


def test_every_expectation_is_one_check_and_those_on_marts_precede_publishing() -> None:
    suites = load_suites()
    specs = {spec.key: spec for spec in guard.build_checks().check_specs}
    checks = [
        (table, check) for tables in suites.values() for table in tables for check in table.checks
    ]
    assert len(specs) == len(checks)
    for table, check in checks:
        spec = specs[dg.AssetCheckKey(dg.AssetKey(table.asset_key), check.name)]
        assert spec.blocking == (table.schema_name == "marts")


def test_outcomes_are_kept_for_the_report(settings: Settings) -> None:
    assert outcomes.load(settings) == []
    found = [outcome(sample_rows=[{"spend": -1.0}]), outcome(success=False, severity="error")]
    outcomes.store(settings, "a run", found)
    assert outcomes.load(settings) == found


def test_failures_at_error_level_stop_the_run_they_were_found_in(settings: Settings) -> None:
    warning = outcome(success=False)
    error = outcome(success=False, severity="error", check="orders_are_paid")
    outcomes.store(settings, "a run", [warning, error, outcome(severity="error")])
    assert outcomes.failed_errors(settings, "a run") == [
        "marts.fct_ad_performance: orders_are_paid"
    ]
    assert outcomes.failed_errors(settings, "another run") == []


def test_sources_yml_raises_a_severity(settings: Settings, tmp_path: Path) -> None:
    assert outcomes.severities(settings) == {}
    settings.data_dir.mkdir(parents=True)
    settings.sources_file.write_text(
        "expectations: {spend_is_never_negative: error}\nsources: {shopify: {currency: USD}}\n",
        encoding="utf-8",
    )
    assert outcomes.severities(settings) == {"spend_is_never_negative": "error"}


@pytest.mark.parametrize("content", ["", "sources: {}"])
def test_sources_yml_need_not_speak_of_expectations(settings: Settings, content: str) -> None:
    settings.data_dir.mkdir(parents=True)
    settings.sources_file.write_text(content, encoding="utf-8")
    assert outcomes.severities(settings) == {}
