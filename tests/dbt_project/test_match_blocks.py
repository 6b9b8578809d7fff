"""Profiles are compared for the blocks they share, unless a crowd shares them."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.dbt_project.scratch_project import ScratchProject

ATTRIBUTES = (
    "given_name",
    "family_name",
    "birth_date",
    "national_id",
    "street",
    "house_number",
    "city",
    "postal_code",
    "phone",
    "mailbox",
    "mail_domain",
)
LIMITS = {"match_block_limit": 4, "match_block_population": 1000}


class Blocks:
    """Profiles from a table, and the pairs of them that are compared, run by run."""

    def __init__(self, folder: Path) -> None:
        self.project = ScratchProject(folder, materialized="table")
        self.project.add_model(
            "int_person_profiles",
            "{{ config(materialized='incremental_by_key', row_key=['record_key']) }}\n"
            "select * from profiles",
        )
        for model in ("int_match_blocks", "int_crowded_blocks", "int_match_comparisons"):
            self.project.add_real_model(f"intermediate/identity/{model}.sql")

    def compare(self, families: dict[str, Iterable[str]], **limits: int) -> set[str]:
        """Compare people of these given names, who share a block with their family alone."""
        people = [
            {
                "record_key": given_name,
                "person": given_name,
                "given_name": given_name,
                "postal_code": postal_code,
                "family_name": postal_code * 3,
            }
            for postal_code, given_names in families.items()
            for given_name in given_names
        ]
        self.project.replace_table(
            "profiles",
            {
                column: ("varchar", [person.get(column) for person in people])
                for column in ("record_key", "person", *ATTRIBUTES)
            },
        )
        self.project.run("run", "--vars", json.dumps(LIMITS | limits))
        return {
            left + right
            for left, right in self.project.query(
                "select ones.record_key, others.record_key"
                " from int_match_comparisons as pairs"
                " inner join int_person_profiles as ones"
                " on pairs.left_number = hash(ones.record_key)"
                " inner join int_person_profiles as others"
                " on pairs.right_number = hash(others.record_key)"
            )
        }

    def mark(self) -> None:
        """Mark the pairs that stand."""
        self.project.execute("update int_match_comparisons set place_level = 'marked'")

    def marked(self) -> int:
        """Return how many pairs were not compared again since they were marked."""
        ((pairs,),) = self.project.query(
            "select count(*) from int_match_comparisons where place_level = 'marked'"
        )
        return pairs


@pytest.fixture
def blocks(tmp_path: Path) -> Blocks:
    return Blocks(tmp_path)


def pairs_of(*names: str) -> set[str]:
    """Return the pairs of each of these families."""
    return {one + other for name in names for one in name for other in name if one < other}


def test_a_block_that_grows_crowded_is_compared_no_more_and_again_when_it_shrinks(
    blocks: Blocks,
) -> None:
    others = {"y": "pqr", "z": "tuvwxyz"}
    assert blocks.compare({"x": "abcd", **others}) == pairs_of("abcd", "pqr")
    blocks.mark()
    assert blocks.compare({"x": "abcde", **others}) == pairs_of("pqr")
    assert blocks.compare({"x": "bcef", **others}) == pairs_of("bcef", "pqr")
    # Who shares no block with the news is left alone.
    assert blocks.marked() == 3


def test_a_limit_that_falls_as_profiles_come_is_obeyed_by_all_blocks(blocks: Blocks) -> None:
    families = {"x": "abcd", "y": "pqr", "z": "uv"}
    many = {str(number): [str(number)] for number in range(100)}
    limits = {"match_block_population": 16}
    assert blocks.compare(families, **limits) == pairs_of("abcd", "pqr", "uv")
    assert blocks.compare(families | many, **limits) == pairs_of("uv")
    assert blocks.compare(families, **limits) == pairs_of("abcd", "pqr", "uv")
