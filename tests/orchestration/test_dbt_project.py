"""dbt runs with this run's paths, settings and seeds, and after a kill as if nothing happened."""

import json
import logging
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.warehouse import connect
from orchestration import dbt_project


def test_shipped_seeds_are_used_when_the_user_has_none(settings: Settings) -> None:
    dbt_project.merge_seeds(settings)
    shipped = {path.name for path in (settings.project_root / "seeds/reference").iterdir()}
    assert {path.name for path in dbt_project.seeds_dir(settings).iterdir()} == shipped


def test_a_reference_file_of_the_user_replaces_the_shipped_one(settings: Settings) -> None:
    settings.reference_dir.mkdir(parents=True)
    own = settings.reference_dir / "targets.csv"
    shipped = settings.project_root / "seeds/reference/targets.csv"
    header = shipped.read_text(encoding="utf-8").splitlines()[0]
    own.write_text(f"{header}\n", encoding="utf-8")
    dbt_project.merge_seeds(settings)
    merged = dbt_project.seeds_dir(settings) / "targets.csv"
    assert merged.read_text(encoding="utf-8") == f"{header}\n"
    own.unlink()
    dbt_project.merge_seeds(settings)
    assert merged.read_bytes() == shipped.read_bytes()


def test_columns_that_came_since_a_reference_file_was_copied_are_empty(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.reference_dir.mkdir(parents=True)
    shipped = settings.project_root / "seeds/reference/internal_domains.csv"
    columns = shipped.read_text(encoding="utf-8").splitlines()[0].split(",")
    own = settings.reference_dir / shipped.name
    own.write_text(f'{columns[0]}\n"shop.example, old"\n', encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        dbt_project.merge_seeds(settings)
    merged = (dbt_project.seeds_dir(settings) / shipped.name).read_text(encoding="utf-8")
    lacking = columns[1:]
    assert merged == f'{",".join(columns)}\n"shop.example, old"{"," * len(lacking)}\n'
    assert f"lacks {', '.join(lacking)}: read as empty" in caplog.text


def test_a_reference_file_that_replaces_nothing_is_said(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.reference_dir.mkdir(parents=True)
    (settings.reference_dir / "tragets.csv").write_text("kpi\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        dbt_project.merge_seeds(settings)
    assert "tragets.csv" in caplog.text
    assert not (dbt_project.seeds_dir(settings) / "tragets.csv").exists()


def test_unchanged_seeds_are_not_touched(settings: Settings) -> None:
    dbt_project.merge_seeds(settings)
    seeds = list(dbt_project.seeds_dir(settings).iterdir())
    before = {path: path.stat().st_mtime_ns for path in seeds}
    dbt_project.merge_seeds(settings)
    assert {path: path.stat().st_mtime_ns for path in seeds} == before


def test_variables_reach_dbt_with_the_countries_of_sources(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True)
    settings.sources_file.write_text("sources: {shopify: {country: DE}}", encoding="utf-8")
    chosen = settings.model_copy(update={"vars": {"lookback_days": 7}})
    *_, variables = dbt_project.dbt_command(chosen, "build")
    assert json.loads(variables) == {"lookback_days": 7, "phone_regions": {"shopify": "DE"}}


def test_the_identity_key_is_in_the_environment_only(settings: Settings) -> None:
    key = settings.identity_key_value()
    assert dbt_project.dbt_environment(settings)["OMNIMART_IDENTITY_KEY"] == key
    assert key not in " ".join(dbt_project.dbt_command(settings, "build"))


def test_everything_dbt_writes_stands_in_the_data_folder(settings: Settings) -> None:
    environment = dbt_project.dbt_environment(settings)
    for name in ("DBT_TARGET_PATH", "DBT_LOG_PATH", "OMNIMART_WAREHOUSE", "OMNIMART_SEEDS"):
        assert Path(environment[name]).is_absolute()
        assert Path(environment[name]).is_relative_to(settings.data_dir)


def test_leftovers_of_a_killed_build_are_dropped(settings: Settings) -> None:
    assert dbt_project.drop_leftovers(settings) == []
    with connect(settings) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.fct_orders as select 1 as net")
        connection.execute("create table marts.fct_orders__dbt_tmp as select 1 as net")
        connection.execute("create view marts.fct_orders__dbt_backup as select 1 as net")
        connection.execute("create table marts.fct_orders_dbtxtmp as select 1 as net")
    dropped = dbt_project.drop_leftovers(settings)
    assert sorted(dropped) == ["marts.fct_orders__dbt_backup", "marts.fct_orders__dbt_tmp"]
    with connect(settings, read_only=True) as connection:
        left = connection.execute("select table_name from information_schema.tables").fetchall()
    assert sorted(left) == [("fct_orders",), ("fct_orders_dbtxtmp",)]


def test_every_data_test_stands_on_a_model_a_seed_or_a_source(settings: Settings) -> None:
    manifest = dbt_project.load_manifest(settings)
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    assert [test["name"] for test in tests if not test.get("attached_node")] == []


def test_the_manifest_is_parsed_once_until_something_changes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = []
    manifest = dbt_project.target_path(settings) / "manifest.json"

    def parse(settings: Settings) -> None:
        parsed.append(settings.vars)
        manifest.write_text('{"nodes": {}, "parent_map": {}}', encoding="utf-8")

    monkeypatch.setattr(dbt_project, "_parse", parse)
    dbt_project.load_manifest(settings)
    dbt_project.load_manifest(settings)
    dbt_project.load_manifest(settings.model_copy(update={"vars": {"lookback_days": 7}}))
    assert parsed == [{}, {"lookback_days": 7}]


def test_a_project_that_does_not_parse_is_said_in_dbts_words(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "dbt_project"
    project.mkdir()
    (project / "dbt_project.yml").write_text("name: [broken", encoding="utf-8")
    monkeypatch.setattr(dbt_project, "project_dir", lambda settings: project)
    with pytest.raises(dbt_project.DbtParseError, match="dbt parse failed"):
        dbt_project.load_manifest(settings)
