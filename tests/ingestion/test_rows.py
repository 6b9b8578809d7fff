import duckdb

from ingestion.format_models import Format
from ingestion.reading import CELLS, Cells
from ingestion.rows import TEXTS, create_texts, find_traits

STAYS = Format.model_validate(
    {
        "description": "Nights by room.",
        "knowledge": "D",
        "reads": ["delimited"],
        "signature": {"required": ["room"]},
        "columns": {"room": "id", "nights": {"type": "integer", "nulls": ["-1"]}},
        "grain": ["room"],
    }
)


def test_a_number_that_stands_for_nothing_is_no_value(values: duckdb.DuckDBPyConnection) -> None:
    values.execute(
        f"create or replace table {CELLS} as from (values ('a', '2'), ('b', '-1')) as t(c0, c1)"
    )
    cells = Cells(("room", "nights"), {"room": 0, "nights": 1})
    traits = find_traits(values, STAYS, cells)
    create_texts(values, STAYS, cells, traits)
    assert traits.with_gaps == {"nights"}
    assert traits.plain == {"room", "nights"}
    texts = values.execute(f"select t_nights from {TEXTS} order by t_room").fetchall()
    assert texts == [("2",), (None,)]
