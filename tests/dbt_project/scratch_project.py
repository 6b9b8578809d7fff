"""A dbt project of a few models in a temporary folder, with the macros of the real one."""

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from ingestion.warehouse import create_file

DBT_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"


class ScratchProject:
    """Models and tables in one folder, built by dbt within this process."""

    def __init__(self, folder: Path, materialized: str = "view") -> None:
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        (folder / "models").mkdir(parents=True)
        create_file(self.warehouse)
        self._write_yaml(
            "dbt_project.yml",
            {
                "name": "omnimart",
                "profile": "scratch",
                "macro-paths": [str(DBT_PROJECT / "macros")],
                "models": {"+materialized": materialized},
                "vars": yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())["vars"],
                "flags": {"send_anonymous_usage_stats": False},
            },
        )
        self._write_yaml(
            "profiles.yml",
            {
                "scratch": {
                    "target": "duckdb",
                    "outputs": {
                        "duckdb": {
                            "type": "duckdb",
                            "path": str(self.warehouse),
                            "schema": "main",
                            "threads": 1,
                        }
                    },
                }
            },
        )

    def add_model(self, name: str, sql: str) -> None:
        """Write a model, or write it anew."""
        (self.folder / "models" / f"{name}.sql").write_text(sql)

    def add_real_model(self, path: str) -> None:
        """Copy a model of the real project, named by its path below ``models``."""
        source = DBT_PROJECT / "models" / path
        self.add_model(source.stem, source.read_text())

    def describe_model(self, properties: dict[str, Any]) -> None:
        """Write what a model's YAML says: tests, contract, columns; one model in all."""
        self._write_yaml("models/models.yml", {"models": [properties]})

    def replace_table(self, name: str, columns: dict[str, tuple[str, Sequence[Any]]]) -> None:
        """Write a table that models may select from: column -> (type, values)."""
        values = pa.table(
            {column: pa.array(list(values)) for column, (_, values) in columns.items()}
        )
        casts = ", ".join(
            f"cast({column} as {data_type}) as {column}"
            for column, (data_type, _) in columns.items()
        )
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.register("new_values", values)
            connection.execute(f"create or replace table {name} as select {casts} from new_values")

    def assert_test_fails_with(
        self, model: str, test: str, arguments: dict[str, Any], failures: list[tuple[Any, ...]]
    ) -> None:
        """Build a model under one generic test: it fails with these rows, or passes without any."""
        kept = {"name": "kept", "config": {"store_failures": True}, "arguments": arguments}
        self.describe_model({"name": model, "data_tests": [{test: kept}]})
        self.run("build", succeeds=not failures)
        assert self.query("select * from dbt_test__audit.kept order by all") == failures

    def execute(self, sql: str) -> None:
        """Run a statement on the warehouse."""
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute(sql)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def run(self, *arguments: str, succeeds: bool = True) -> str:
        """Run dbt with these arguments; return what it printed, and fail if the outcome differs."""
        folder = str(self.folder)
        with contextlib.redirect_stdout(io.StringIO()) as output:
            result = dbtRunner().invoke(
                ["--quiet", *arguments, "--project-dir", folder, "--profiles-dir", folder]
            )
        DuckDBConnectionManager.close_all_connections()
        assert result.success == succeeds, output.getvalue() or result.exception
        return output.getvalue()

    def _write_yaml(self, name: str, content: dict[str, Any]) -> None:
        (self.folder / name).write_text(yaml.safe_dump(content))
