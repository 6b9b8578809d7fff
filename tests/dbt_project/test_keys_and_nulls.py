"""What keeps keys unique and columns filled: generic tests, and the constraints of contracts."""

from typing import Any

import pytest

from tests.dbt_project.scratch_project import ScratchProject

COLUMNS = {"shop": "varchar", "number": "integer", "note": "varchar"}

Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchProject:
    project = ScratchProject(tmp_path_factory.mktemp("keys") / "scratch")
    project.add_model("orders", "{{ config(materialized='table') }} select * from given")
    return project


def give(project: ScratchProject, rows: Rows) -> None:
    values = zip(*rows, strict=True)
    project.replace_table(
        "given",
        {
            name: (data_type, column)
            for (name, data_type), column in zip(COLUMNS.items(), values, strict=True)
        },
    )


def assert_fails_with(
    project: ScratchProject, rows: Rows, test: str, columns: list[str], failures: Rows
) -> None:
    give(project, rows)
    project.assert_test_fails_with("orders", test, {"columns": columns}, failures)


def test_a_key_has_no_null_part_and_is_unique(project: ScratchProject) -> None:
    rows = [("a", 1, "x"), ("a", 2, None), ("b", 1, "x")]
    assert_fails_with(project, rows, "primary_key", ["shop", "number"], [])

    rows += [("a", 1, None), (None, 1, "x"), (None, 2, "x"), (None, 2, "x")]
    failures = [("a", 1, 2, "not unique"), (None, 1, 1, "null part"), (None, 2, 2, "null part")]
    assert_fails_with(project, rows, "primary_key", ["shop", "number"], failures)
    failures = [("x", 5, "not unique"), (None, 2, "null part")]
    assert_fails_with(project, rows, "primary_key", ["note"], failures)


def test_rows_of_a_key_have_the_columns_required(project: ScratchProject) -> None:
    key = {"columns": ["number"], "required": ["shop", "note"]}
    rows = [("a", 1, "x"), ("a", 2, "x")]
    give(project, rows)
    project.assert_test_fails_with("orders", "primary_key", key, [])

    rows += [(None, 3, "x"), ("a", 4, None), (None, 5, None), ("a", 6, "x"), ("a", 6, None)]
    rows += [("a", None, "x"), (None, None, "x")]
    give(project, rows)
    failures = [
        (3, 1, "null shop"),
        (4, 1, "null note"),
        (5, 1, "null shop, null note"),
        (6, 2, "not unique, null note"),
        (None, 2, "null part, null shop"),
    ]
    project.assert_test_fails_with("orders", "primary_key", key, failures)


def test_nulls_are_counted_by_column(project: ScratchProject) -> None:
    rows = [("a", 1, "x"), ("a", 2, None), (None, 3, None)]
    assert_fails_with(project, rows, "no_nulls", ["number"], [])
    assert_fails_with(project, rows, "no_nulls", list(COLUMNS), [("note", 2), ("shop", 1)])


def test_the_constraints_of_a_contract_stop_the_build(project: ScratchProject) -> None:
    not_null = {"constraints": [{"type": "not_null"}]}
    project.describe_model(
        {
            "name": "orders",
            "config": {"contract": {"enforced": True}},
            "constraints": [{"type": "primary_key", "columns": ["shop", "number"]}],
            "columns": [
                {"name": name, "data_type": data_type, **(not_null if name == "note" else {})}
                for name, data_type in COLUMNS.items()
            ],
        }
    )

    give(project, [("a", 1, "x"), ("a", 2, "x")])
    project.run("run")
    give(project, [("a", 1, "x"), ("a", 1, "y")])
    assert "PRIMARY KEY" in project.run("run", succeeds=False)
    give(project, [("a", 1, "x"), (None, 2, "y")])
    assert "NOT NULL constraint failed" in project.run("run", succeeds=False)
    give(project, [("a", 1, "x"), ("a", 2, None)])
    assert "NOT NULL constraint failed" in project.run("run", succeeds=False)
