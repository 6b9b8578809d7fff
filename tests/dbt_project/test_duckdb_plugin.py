"""The functions that the models get from the DuckDB plugin."""

import importlib.util
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from ingestion.settings import Settings

PLUGIN = Path(__file__).resolve().parents[2] / "dbt_project" / "plugins" / "omnimart_duckdb.py"


@pytest.fixture(scope="module")
def plugin_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("omnimart_duckdb", PLUGIN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("phone", "region", "expected"),
    [
        ("(212) 555-0188", "US", "+12125550188"),
        ("+1 212 555 0188", None, "+12125550188"),
        ("0012125550188", "DE", "+12125550188"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 (0)20 7946 0018", "US", "+442079460018"),
        ("13000000001", "CN", "+8613000000001"),
        ("8613000000001", "US", "+8613000000001"),
        ("130****0001", "CN", None),
        ("12", "US", None),
        ("call me", "US", None),
        ("2125550188", None, None),
        ("", "US", None),
        (None, "US", None),
    ],
)
def test_phones_in_any_spelling_have_one_form(
    plugin_module: ModuleType, phone: str | None, region: str | None, expected: str | None
) -> None:
    with duckdb.connect() as connection:
        plugin_module.Plugin("omnimart_duckdb", {}).configure_connection(connection)
        found = connection.cursor().execute("select e164(?, ?)", [phone, region]).fetchall()
    assert found == [(expected,)]


def test_patterns_in_a_column_match_as_duckdb_matches_them(plugin_module: ModuleType) -> None:
    with duckdb.connect() as connection:
        plugin_module.Plugin("omnimart_duckdb", {}).configure_connection(connection)
        different = connection.execute(
            """
            select text, pattern
            from (select unnest(['noreply@a', 'NoReply@a', '13800138000', '李安', '', null]))
                as texts(text),
                (select unnest(['^noreply@', '(?i)reply', '0{3}$', '^[一-鿿]{2}$', '^$', null]))
                as patterns(pattern)
            where matches_pattern(text, pattern) is distinct from regexp_matches(text, pattern)
            """
        ).fetchall()
    assert different == []


def test_the_identity_key_is_known_to_every_cursor(plugin_module: ModuleType) -> None:
    with duckdb.connect() as connection:
        plugin = plugin_module.Plugin("omnimart_duckdb", {})
        for _ in range(2):
            cursor = connection.cursor()
            plugin.configure_cursor(cursor)
            assert cursor.execute("select getvariable('identity_key')").fetchall() == [
                ("a key for tests",)
            ]


def test_models_keep_to_the_memory_they_are_given(
    plugin_module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(model_memory="300MiB")
    monkeypatch.setattr(plugin_module, "get_settings", lambda: settings)
    with duckdb.connect() as connection:
        plugin_module.Plugin("omnimart_duckdb", {}).configure_connection(connection)
        cursor = connection.cursor()
        kept = cursor.execute(
            "select current_setting('memory_limit'), current_setting('preserve_insertion_order')"
        ).fetchall()
    assert kept == [("300.0 MiB", False)]
