"""What every model of the dbt project keeps to, read from the parsed manifest."""

import csv
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from ingestion.loading import ensure_raw_tables
from ingestion.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds" / "reference"
LAYERS = ("staging", "intermediate", "marts")
MATERIALIZATIONS = {"staging": {"view"}, "marts": {"table", "incremental"}}

# Each puts the staging models of a subject one below the other.
SUBJECTS = (
    "int_ad_reports_unioned",
    "int_deals",
    "int_lead_stages",
    "int_message_campaigns",
    "int_message_events",
    "int_order_lines",
    "int_person_statements",
    "int_social_days",
    "int_social_posts",
    "int_stated_orders",
    "int_web_events_cleaned",
)


def run_dbt(warehouse: Path, target: Path, *arguments: str) -> Any:
    """Run dbt on the real project with its output elsewhere; return its result."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMNIMART_WAREHOUSE", str(warehouse))
        patch.setenv("DBT_PROFILES_DIR", str(ROOT / "dbt_project"))
        patch.setenv("DBT_PROJECT_DIR", str(ROOT / "dbt_project"))
        patch.setenv("DBT_TARGET_PATH", str(target))
        patch.setenv("DBT_LOG_PATH", str(target / "logs"))
        outcome = dbtRunner().invoke(["--quiet", *arguments])
    DuckDBConnectionManager.close_all_connections()
    assert outcome.success, outcome.exception or [
        f"{result.node.name}: {result.message}" for result in outcome.result if result.message
    ]
    return outcome.result


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dbt") / "target"


@pytest.fixture(scope="module")
def manifest(target: Path) -> Manifest:
    return run_dbt(target / "none.duckdb", target, "--warn-error", "parse")


@pytest.fixture(scope="module")
def models(manifest: Manifest) -> list[Any]:
    return [node for node in manifest.nodes.values() if node.resource_type == "model"]


@pytest.fixture(scope="module")
def staging_columns(
    manifest: Manifest, target: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[str, str]]]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("empty") / "data")
    ensure_raw_tables(settings)
    run_dbt(settings.warehouse_path, target, "run", "--select", "staging")
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        rows = connection.execute(
            "select table_name, column_name, data_type from information_schema.columns"
            " where table_schema = 'staging' order by table_name, ordinal_position"
        ).fetchall()
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, column, data_type in rows:
        columns.setdefault(table, []).append((column, data_type))
    return columns


def layer_of(model: Any) -> str:
    return model.fqn[1]


def header_of(seed: str) -> list[str]:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def rows_of(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_model_says_its_grain_first(models: list[Any]) -> None:
    unclear = [
        model.name
        for model in models
        if not re.search(
            r"\b(one row\b|rows? (per|of|for)\b)", model.description.split("\n\n")[0].lower()
        )
    ]
    assert unclear == []


def test_every_model_stands_in_a_layer_and_is_built_as_its_layer_says(models: list[Any]) -> None:
    misplaced = [
        model.name
        for model in models
        if layer_of(model) not in LAYERS
        or model.schema != layer_of(model)
        or model.config.materialized
        not in MATERIALIZATIONS.get(layer_of(model), {model.config.materialized})
    ]
    assert misplaced == []


def test_names_tell_the_layer(models: list[Any]) -> None:
    patterns = {
        "staging": r"stg_(?P<source>[a-z0-9]+(_[a-z0-9]+)*)__[a-z0-9_]+",
        "intermediate": r"int_[a-z0-9_]+",
        "marts": r"(?!stg_|int_)[a-z0-9_]+",
    }
    misnamed = [
        model.name for model in models if not re.fullmatch(patterns[layer_of(model)], model.name)
    ]
    assert misnamed == []


def test_staging_reads_only_the_raw_tables_of_its_own_source(models: list[Any]) -> None:
    strays = []
    for model in models:
        if layer_of(model) == "staging":
            source = model.fqn[2]
            parents = model.depends_on.nodes
            own = all(parent.startswith(f"source.omnimart.{source}.") for parent in parents)
            if not parents or not own or not model.name.startswith(f"stg_{source}__"):
                strays.append(model.name)
    assert strays == []


def test_every_mart_has_a_contract_with_typed_and_described_columns(models: list[Any]) -> None:
    loose = []
    for model in models:
        if layer_of(model) == "marts":
            columns = model.columns.values()
            if not model.config.contract.enforced or not columns:
                loose.append(model.name)
            loose += [
                f"{model.name}.{column.name}"
                for column in columns
                if not column.data_type or not column.description.strip()
            ]
    assert loose == []


def test_the_key_of_every_mart_is_enforced_or_tested_once(
    manifest: Manifest, models: list[Any]
) -> None:
    marts = {model.unique_id: model for model in models if layer_of(model) == "marts"}
    enforced = [
        mart
        for mart, model in marts.items()
        if any(constraint.type == "primary_key" for constraint in model.constraints)
    ]
    tested = [
        node.attached_node
        for node in manifest.nodes.values()
        if node.resource_type == "test"
        and node.attached_node in marts
        and node.test_metadata.name == "primary_key"
    ]
    assert sorted(enforced + tested) == sorted(marts)


def test_models_of_a_subject_have_the_same_columns_of_the_same_types(
    models: list[Any], staging_columns: dict[str, list[tuple[str, str]]]
) -> None:
    names = {model.unique_id: model.name for model in models}
    parents = {
        model.name: [names[node] for node in model.depends_on.nodes if node in names]
        for model in models
    }
    for subject in SUBJECTS:
        first, *others = (name for name in parents[subject] if name in staging_columns)
        assert others, subject
        for other in others:
            assert staging_columns[other] == staging_columns[first], other


def test_every_seed_column_is_typed_and_described(manifest: Manifest) -> None:
    seeds = [node for node in manifest.nodes.values() if node.resource_type == "seed"]
    assert sorted(seed.name for seed in seeds) == sorted(path.stem for path in SEEDS.glob("*.csv"))
    for seed in seeds:
        header = header_of(seed.name)
        assert seed.description.strip(), seed.name
        assert list(seed.config.column_types) == header, seed.name
        assert [column.name for column in seed.columns.values()] == header, seed.name
        assert all(column.description.strip() for column in seed.columns.values()), seed.name


def test_a_channel_is_paid_in_its_rules_as_in_its_own_row() -> None:
    is_paid = {row["channel"]: row["is_paid"] for row in rows_of("channels")}
    assert {row["channel"]: row["is_paid"] for row in rows_of("channel_rules")} == {
        row["channel"]: is_paid[row["channel"]] for row in rows_of("channel_rules")
    }


def test_every_seed_pattern_compiles() -> None:
    patterns = [row["pattern"] for row in rows_of("identifier_junk")]
    for row in rows_of("channel_rules"):
        patterns += [row[name] for name in ("source_category", "source", "medium", "campaign")]
    patterns += [row["campaign_type"] for row in rows_of("platform_channels")]
    with duckdb.connect() as connection:
        for pattern in patterns:
            connection.execute("select regexp_matches('text', ?)", [pattern]).fetchall()


def test_currencies_have_a_rate_on_every_date_of_the_seed() -> None:
    rows = rows_of("fx_rates")
    dates = {row["rate_date"] for row in rows}
    currencies = {row["currency"] for row in rows}
    assert len(rows) == len(dates) * len(currencies)
    assert all(row["usd_per_unit"] == "1.00000000" for row in rows if row["currency"] == "USD")
