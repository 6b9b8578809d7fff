"""What keeps values known and amounts whole: generic tests of several columns at once."""

from typing import Any

import pytest

from tests.dbt_project.scratch_project import ScratchProject

Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchProject:
    project = ScratchProject(tmp_path_factory.mktemp("sums") / "scratch")
    project.add_model("orders", "{{ config(materialized='table') }} select * from given")
    return project


def give(project: ScratchProject, table: str, *rows: str) -> None:
    values = f"(values {', '.join(rows)}) as rows (shop, status, net, share)"
    project.execute(f"create or replace table {table} as select * from {values}")


def test_every_column_holds_its_known_values_only(project: ScratchProject) -> None:
    known = {"values": {"shop": ["a", "b"], "status": ["paid", "on hold"]}}
    rows = ["('a', 'paid', 1, 1)", "('b', 'on hold', 1, 1)", "(null, null, 1, 1)"]
    give(project, "given", *rows)
    project.assert_test_fails_with("orders", "known_values", known, [])

    give(project, "given", *rows, "('c', 'paid', 1, 1)", "('c', 'lost', 1, 1)", "('a', '', 1, 1)")
    failures = [("shop", "c", 2), ("status", "", 1), ("status", "lost", 1)]
    project.assert_test_fails_with("orders", "known_values", known, failures)


def test_every_sum_is_compared_in_every_group(project: ScratchProject) -> None:
    def assert_fails_with(failures: Rows, **changed: Any) -> None:
        arguments = {
            "sums": {"net": "net + share", "share": 1},
            "compare_model": "lines",
            "group_by": ["shop"],
            "tolerance": 0,
        }
        project.assert_test_fails_with("orders", "sums_match", {**arguments, **changed}, failures)

    orders = ["('a', '', 3, 0.5)", "('a', '', 4, 1.5)", "(null, '', 5, 1)", "('z', '', null, 0)"]
    lines = ["('a', '', 4, 1)", "('a', '', 1, 1)", "(null, '', 4.75, 0.25)"]
    give(project, "given", *orders)
    give(project, "lines", *lines)
    assert_fails_with([])

    give(project, "given", *orders, "('b', '', 2, 1)", "('c', 'paid', 7, 1)")
    give(project, "lines", *lines, "('b', '', 2, 0.25)", "('d', 'paid', 8, 1)")
    assert_fails_with(
        [
            ("b", "net", 2, 2.25),
            ("c", "net", 7, 0),
            ("c", "share", 1, 0),
            ("d", "net", 0, 9),
            ("d", "share", 0, 1),
        ]
    )
    assert_fails_with([("all", "net", 21, 23.25)], group_by=[])
    paid = "status = 'paid'"
    failures = [("c", "net", 7, 0), ("d", "net", 0, 8)]
    assert_fails_with(failures, sums=["net", "share"], where=paid, compare_where=paid, tolerance=1)
