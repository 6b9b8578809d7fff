"""A refresh is done again when anything it reads has changed, and only then."""

import os
from pathlib import Path

import pytest

from ingestion.settings import Settings
from orchestration.fingerprint import (
    Refresh,
    files_fingerprint,
    forget_refresh,
    landing_files,
    landing_fingerprint,
    last_refresh,
    refresh_fingerprint,
    remember_refresh,
    settings_fingerprint,
)


@pytest.fixture
def export(settings: Settings) -> Path:
    path = settings.landing_dir / "shop" / "orders.csv"
    path.parent.mkdir(parents=True)
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    return path


def test_an_empty_landing_folder_has_no_fingerprint(settings: Settings) -> None:
    assert landing_fingerprint(settings) == ""


def test_the_landing_folder_counts_by_its_listing(settings: Settings, export: Path) -> None:
    first = landing_fingerprint(settings)
    assert landing_fingerprint(settings) == first
    os.utime(export, ns=(0, export.stat().st_mtime_ns + 1))
    touched = landing_fingerprint(settings)
    export.rename(export.with_name("renamed.csv"))
    assert len({first, touched, landing_fingerprint(settings)}) == 3


def test_hidden_files_are_no_exports(settings: Settings, export: Path) -> None:
    before = landing_fingerprint(settings)
    (settings.landing_dir / ".DS_Store").write_bytes(b"x")
    assert landing_files(settings.landing_dir) == [export]
    assert landing_fingerprint(settings) == before


@pytest.mark.parametrize("change", ["export", "sources", "reference"])
def test_whatever_the_user_changes_changes_the_fingerprint(
    settings: Settings, export: Path, change: str
) -> None:
    before = refresh_fingerprint(settings)
    changed = {
        "export": settings.landing_dir / "new.csv",
        "sources": settings.sources_file,
        "reference": settings.reference_dir / "targets.csv",
    }[change]
    changed.parent.mkdir(parents=True, exist_ok=True)
    changed.write_text("x", encoding="utf-8")
    assert refresh_fingerprint(settings) != before


def test_settings_that_shape_the_marts_count(settings: Settings) -> None:
    others = [
        settings.model_copy(update={"timezone": "Asia/Shanghai"}),
        settings.model_copy(update={"currency": "EUR"}),
        settings.model_copy(update={"vars": {"lookback_days": 7}}),
        settings.model_copy(update={"identity_key": None}),
    ]
    fingerprints = {settings_fingerprint(each) for each in [settings, *others]}
    assert len(fingerprints) == 5


def test_the_identity_key_cannot_be_read_from_the_fingerprint(settings: Settings) -> None:
    assert settings.identity_key_value() not in settings_fingerprint(settings)


def test_code_counts_by_its_content_and_generated_files_do_not(tmp_path: Path) -> None:
    code = tmp_path / "models"
    code.mkdir()
    (code / "a.sql").write_text("select 1", encoding="utf-8")
    before = files_fingerprint([code])
    (code / "__pycache__").mkdir()
    (code / "__pycache__" / "a.pyc").write_bytes(b"1")
    os.utime(code / "a.sql", ns=(0, 0))
    assert files_fingerprint([code]) == before
    (code / "a.sql").write_text("select 2", encoding="utf-8")
    assert files_fingerprint([code]) != before


def test_a_refresh_is_remembered_until_the_warehouse_changes(settings: Settings) -> None:
    refresh = Refresh("run", "fingerprint", "landing", "version", "2026-01-01T00:00:00+00:00")
    assert last_refresh(settings) is None
    remember_refresh(settings, refresh)
    assert last_refresh(settings) == refresh
    forget_refresh(settings)
    assert last_refresh(settings) is None


def test_an_unreadable_record_is_no_refresh(settings: Settings) -> None:
    forget_refresh(settings)
    (settings.state_dir / "last_refresh.json").write_text("{", encoding="utf-8")
    assert last_refresh(settings) is None
