"""Refreshes run every night, and once for each new state of the landing folder."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from ingestion.settings import Settings
from orchestration.defs import automation
from orchestration.fingerprint import Refresh, landing_fingerprint, remember_refresh
from orchestration.run_tags import FINGERPRINT, LANDING


@pytest.fixture
def landing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(automation, "get_settings", lambda: settings)
    settings.landing_dir.mkdir(parents=True)
    return settings.landing_dir


class Sensor:
    """The sensor with its cursor, as the daemon keeps it."""

    def __init__(self) -> None:
        self.cursor: str | None = None

    def tick(self) -> list[str]:
        """Return the keys of the runs requested by the next tick."""
        context = dg.build_sensor_context(cursor=self.cursor)
        result = automation.new_exports(context)
        self.cursor = result.cursor
        return [request.run_key for request in result.run_requests or []]


def test_an_empty_landing_folder_starts_nothing(landing: Path) -> None:
    sensor = Sensor()
    assert [sensor.tick(), sensor.tick()] == [[], []]


def test_new_exports_start_a_refresh_once_they_rest(landing: Path, settings: Settings) -> None:
    sensor = Sensor()
    (landing / "orders.csv").write_text("half", encoding="utf-8")
    assert sensor.tick() == []
    (landing / "orders.csv").write_text("half and half", encoding="utf-8")
    assert sensor.tick() == []
    assert sensor.tick() == [landing_fingerprint(settings)]


def test_one_state_of_the_landing_folder_has_one_run_key(landing: Path) -> None:
    sensor = Sensor()
    (landing / "orders.csv").write_text("orders", encoding="utf-8")
    sensor.tick()
    assert len({*sensor.tick(), *sensor.tick()}) == 1  # Dagster starts one run per key


def test_what_a_refresh_has_read_is_not_new(landing: Path, settings: Settings) -> None:
    (landing / "orders.csv").write_text("orders", encoding="utf-8")
    refresh = Refresh("run", "fingerprint", landing_fingerprint(settings), "version", "2026-01-01")
    remember_refresh(settings, refresh)
    sensor = Sensor()
    assert [sensor.tick(), sensor.tick()] == [[], []]
    (landing / "more.csv").write_text("more", encoding="utf-8")
    assert [len(sensor.tick()), len(sensor.tick())] == [0, 1]


def test_every_refresh_carries_what_it_was_started_for(landing: Path) -> None:
    (landing / "orders.csv").write_text("orders", encoding="utf-8")
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime(2026, 10, 1, 2, tzinfo=UTC)
    )
    request = automation.nightly(context)
    assert set(request.tags) >= {FINGERPRINT, LANDING}


def test_the_schedule_is_at_two_in_the_reporting_zone() -> None:
    assert automation.nightly.cron_schedule == "0 2 * * *"
    assert automation.nightly.execution_timezone == "UTC"
