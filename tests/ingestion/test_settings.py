import logging
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from ingestion.catalogue import load_catalogue
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.source_settings import (
    SourcesFile,
    SourcesFileError,
    account_context,
    load_sources_file,
)
from ingestion.zones import find_zone


def test_a_relative_data_folder_stands_in_the_project() -> None:
    settings = Settings(data_dir=Path("elsewhere"))
    assert settings.landing_dir == PROJECT_ROOT / "elsewhere" / "landing"


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Berlin"},
        {"currency": "EURO"},
        {"model_memory": "much"},
        {"load_memory": "80%"},
    ],
)
def test_settings_refuse_what_does_not_exist(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_an_unset_identity_key_is_generated_once_and_kept_private(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    unset = settings.model_copy(update={"identity_key": None})
    with caplog.at_level(logging.WARNING):
        key = unset.identity_key_value()
    path = unset.state_dir / "identity_key"
    assert len(key) == 64
    assert unset.identity_key_value() == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "OMNIMART_IDENTITY_KEY" in caplog.text
    assert key not in caplog.text


def test_a_given_identity_key_is_used_and_never_shown() -> None:
    settings = Settings(identity_key="secret")
    assert settings.identity_key_value() == "secret"
    assert "secret" not in repr(settings)


def test_env_example_documents_every_setting() -> None:
    text = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert f"OMNIMART_{name.upper()}=" in text


def write_sources(tmp_path: Path, text: str) -> SourcesFile:
    path = tmp_path / "sources.yml"
    path.write_text(text, encoding="utf-8")
    return load_sources_file(path)


def test_a_landing_folder_named_like_an_account_selects_it(
    tmp_path: Path, settings: Settings
) -> None:
    sources = write_sources(
        tmp_path,
        """
        sources:
          google_ads:
            currency: EUR
            accounts:
              brand-de: {timezone: Europe/Berlin}
              123: {currency: GBP, account: uk}
        """,
    )
    report = load_catalogue().formats["google_ads.campaign_report"]
    plain = account_context(sources, settings, report, "report.csv")
    german = account_context(sources, settings, report, "brand-de/report.csv")
    british = account_context(sources, settings, report, "2026/123/exports.zip!123/report.csv")
    assert (plain.account, plain.currency, plain.timezone) == (None, "EUR", "UTC")
    assert (german.account, german.currency, german.timezone) == (
        "brand-de",
        "EUR",
        "Europe/Berlin",
    )
    assert (british.account, british.currency) == ("uk", "GBP")


def test_without_sources_yml_the_format_and_the_reporting_settings_hold(
    tmp_path: Path, settings: Settings
) -> None:
    sources = load_sources_file(tmp_path / "sources.yml")
    linkedin = load_catalogue().formats["linkedin_ads.campaign_performance_report"]
    own = load_catalogue().formats["omnimart.orders"]
    reporting = settings.model_copy(update={"timezone": "Asia/Tokyo", "currency": "JPY"})
    assert account_context(sources, reporting, linkedin, "x.csv").timezone == "UTC"
    context = account_context(sources, reporting, own, "x.csv")
    assert (context.timezone, context.currency) == ("Asia/Tokyo", "JPY")


@pytest.mark.parametrize(
    "text",
    [
        "sources: [",
        "sources: {shopify: {timezone: Mars}}",
        "sources: {shopify: {date_order: mixed}}",
    ],
)
def test_a_wrong_sources_yml_stops_with_its_place(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourcesFileError, match=r"sources\.yml"):
        write_sources(tmp_path, text)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Eastern Time (US & Canada)", "America/New_York"),
        ("(GMT-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("China Standard Time", "Asia/Shanghai"),
        ("europe/berlin", "Europe/Berlin"),
        ("UTC+8", "Etc/GMT-8"),
        ("PDT", "Etc/GMT+7"),
        ("CET", "CET"),
        ("GMT", "UTC"),
        ("+05:30", None),
        ("nowhere", None),
    ],
)
def test_zone_names_of_any_system_are_found(name: str, zone: str | None) -> None:
    assert find_zone(name) == zone
