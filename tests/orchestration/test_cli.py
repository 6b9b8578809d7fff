"""What the command says and does before and between refreshes."""

from pathlib import Path

import pytest
from rich.console import Console

from ingestion.settings import Settings
from orchestration import cli
from orchestration.fingerprint import Refresh, landing_files, refresh_fingerprint, remember_refresh

BUSINESS_FACTS = {"other_costs.csv", "targets.csv"}


@pytest.fixture
def own_settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(cli, "get_settings", lambda: settings)
    return settings


def finish_refresh(settings: Settings) -> None:
    """Leave behind what a complete refresh leaves."""
    version = settings.published_dir / "versions" / "v1"
    version.mkdir(parents=True)
    (version / "omnimart.duckdb").touch()
    (settings.published_dir / "current").symlink_to("versions/v1")
    settings.reports_dir.mkdir()
    (settings.reports_dir / "index.html").touch()
    settings.warehouse_path.touch()
    fingerprint = refresh_fingerprint(settings)
    remember_refresh(settings, Refresh("run", fingerprint, "", "v1", "2026-09-30T02:00:00+00:00"))


def test_help_names_every_command(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main(["--help"])
    assert exit_.value.code == 0
    text = capsys.readouterr().out
    assert all(command in text for command in ("run", "inspect", "formats", "status"))


def test_an_empty_landing_folder_is_offered_the_sample(
    own_settings: Settings, capsys: pytest.CaptureFixture
) -> None:
    cli._offer_sample(own_settings, Console())
    sample = own_settings.project_root / "seeds" / "sample"
    copied = landing_files(own_settings.landing_dir)
    assert [path.relative_to(own_settings.landing_dir) for path in copied] == [
        path.relative_to(sample) for path in landing_files(sample)
    ]
    assert {path.stat().st_mtime for path in copied} == {cli.SAMPLE_EXPORTED_AT.timestamp()}
    assert "is empty: copied the sample" in capsys.readouterr().out
    assert {path.name for path in own_settings.reference_dir.iterdir()} == BUSINESS_FACTS


def test_reference_files_of_the_user_survive_the_sample(own_settings: Settings) -> None:
    own_settings.reference_dir.mkdir(parents=True)
    own = own_settings.reference_dir / "targets.csv"
    own.write_text("kpi\n", encoding="utf-8")
    cli._offer_sample(own_settings, Console())
    assert own.read_text(encoding="utf-8") == "kpi\n"


def test_nobody_inherits_the_sample_brands_targets_and_costs(own_settings: Settings) -> None:
    for name in BUSINESS_FACTS:
        shipped = own_settings.project_root / "seeds" / "reference" / name
        assert len(shipped.read_text(encoding="utf-8").splitlines()) == 1


def test_a_landing_folder_with_exports_is_left_alone(own_settings: Settings) -> None:
    own_settings.landing_dir.mkdir(parents=True)
    (own_settings.landing_dir / "orders.csv").write_text("x", encoding="utf-8")
    cli._offer_sample(own_settings, Console())
    assert len(landing_files(own_settings.landing_dir)) == 1
    assert not own_settings.reference_dir.exists()


def test_a_second_run_does_nothing_and_says_so(
    own_settings: Settings, capsys: pytest.CaptureFixture
) -> None:
    own_settings.landing_dir.mkdir(parents=True)
    (own_settings.landing_dir / "orders.csv").write_text("x", encoding="utf-8")
    finish_refresh(own_settings)
    assert cli.main(["run"]) == cli.SUCCESS
    assert "Nothing new since the refresh of 2026-09-30 02:00 UTC" in capsys.readouterr().out


@pytest.mark.parametrize("lost", ["reports/index.html", "warehouse.duckdb", "published/current"])
def test_a_refresh_whose_output_is_gone_is_not_current(own_settings: Settings, lost: str) -> None:
    finish_refresh(own_settings)
    assert cli._current_refresh(own_settings) is not None
    (own_settings.data_dir / lost).unlink()
    assert cli._current_refresh(own_settings) is None


def test_a_new_export_makes_a_refresh_necessary(own_settings: Settings) -> None:
    finish_refresh(own_settings)
    own_settings.landing_dir.mkdir(parents=True)
    (own_settings.landing_dir / "orders.csv").write_text("x", encoding="utf-8")
    assert cli._current_refresh(own_settings) is None


def test_formats_are_listed_by_platform(capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["formats"]) == cli.SUCCESS
    text = capsys.readouterr().out
    assert "Google Ads" in text
    assert "raw_shopify" in text


def test_a_missing_file_is_said(
    own_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert cli.main(["inspect", str(tmp_path / "nothing.csv")]) == cli.FAILURE
    assert "there is no such file" in " ".join(capsys.readouterr().out.split())


def test_a_setting_that_cannot_be_is_said_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("OMNIMART_TIMEZONE", "Mars/Olympus")
    monkeypatch.setattr(cli, "get_settings", Settings)
    assert cli.main(["run"]) == cli.MISUSE
    assert "OMNIMART_TIMEZONE" in capsys.readouterr().err


def test_a_sources_file_that_cannot_be_read_is_said(
    own_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    own_settings.data_dir.mkdir(parents=True)
    own_settings.sources_file.write_text("sources: {shopify: {currency: Taler}}", encoding="utf-8")
    export = tmp_path / "orders.csv"
    export.write_text("omnimart_order_id,source,ordered_at\n1,shop,2026-01-01\n", encoding="utf-8")
    assert cli.main(["inspect", str(export)]) == cli.MISUSE
    assert "sources.yml" in capsys.readouterr().err
