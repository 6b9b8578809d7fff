"""The comparison with the truth counts what it says it counts."""

import duckdb
import pytest

from ingestion.simulator.accuracy import Accuracy, as_markdown, measure_accuracy

TRUTH = {
    "persons": "select * from (values (1), (2), (3)) as t(person_id)",
    "records": """select * from (values
        ('shop', 'a', 1), ('shop', 'b', 1), ('crm', 'c', 1), ('crm', 'd', 2), ('web', 'e', 3)
    ) as t(source, record_ref, person_id)""",
    "order_refs": """select * from (values
        (1, 'shop', '100', 1), (2, 'shop', '101', 1), (3, 'shop', '102', 2), (4, 'till', '9', null)
    ) as t(order_id, source, order_ref, person_id)""",
    "effects": """select * from (values
        (1, 'email', true), (2, 'email', true), (2, 'direct', false), (3, 'paid_search', true)
    ) as t(order_id, channel, is_caused)""",
    "defects": "select 'x' as file, 'y' as defect, 2 as count",
    "parameters": """select * from (values
        ('customers', '3'), ('days', '9'), ('seed', '7')
    ) as t(name, value)""",
}

# a and b are one customer as they should be, c is apart from them, d is wrongly with them
MARTS = """
create schema marts;
create table marts.customer_records as
select * from (values
    ('shop', 'a', 'x'), ('shop', sha256('key' || 'b'), 'x'), ('crm', 'c', 'y'), ('crm', 'd', 'x')
) as t(source, record_ref, customer_id);
create table marts.fct_orders as
select * from (values
    ('1', 'shop', '100', 'x'), ('2', 'shop', '101', 'y'), ('4', 'till', '9', null)
) as t(order_id, source, order_ref, customer_id);
create table marts.fct_attribution as
select * from (values
    ('linear', 'Email', 't', 'order', 2.0), ('linear', 'Direct', 't', 'order', 2.0),
    ('linear', '(unattributed)', null, 'order', 9.0), ('linear', 'SMS', 't', 'lead', 9.0)
) as t(model, channel, touchpoint_id, conversion_type, credit)
"""


@pytest.fixture(scope="module")
def accuracy(tmp_path_factory: pytest.TempPathFactory) -> Accuracy:
    folder = tmp_path_factory.mktemp("truth")
    with duckdb.connect() as connection:
        for name, query in TRUTH.items():
            connection.execute(
                f"copy (select '{name}' as omnimart_truth, * from ({query})) "
                f"to '{folder / name}.parquet'"
            )
    marts = folder / "omnimart.duckdb"
    with duckdb.connect(str(marts)) as connection:
        connection.execute(MARTS)
    return measure_accuracy(folder, marts, "key")


def value(accuracy: Accuracy, name: str) -> float | None:
    return next(measure.value for measure in accuracy.measures if measure.name == name)


def test_pairs_are_counted_over_all_records_of_people(accuracy: Accuracy) -> None:
    # tied: ab, ad, bd; true among the tied: ab, ac, bc
    assert value(accuracy, "records") == 5
    assert value(accuracy, "without a customer") == pytest.approx(1 / 5)
    assert value(accuracy, "precision") == pytest.approx(1 / 3)
    assert value(accuracy, "recall") == pytest.approx(1 / 3)
    assert value(accuracy, "F1") == pytest.approx(1 / 3)
    assert value(accuracy, "over-merged") == pytest.approx(1 / 2)
    assert value(accuracy, "under-merged") == pytest.approx(1 / 2)


def test_an_order_is_right_with_the_customer_that_holds_most_of_the_buyer(
    accuracy: Accuracy,
) -> None:
    assert value(accuracy, "orders of people") == 3
    assert value(accuracy, "in the marts") == pytest.approx(2 / 3)
    assert value(accuracy, "right person") == pytest.approx(1 / 3)


def test_credit_is_compared_with_what_was_caused(accuracy: Accuracy) -> None:
    # caused: two thirds e-mail, one third search; given: half e-mail, half direct
    assert value(accuracy, "linear") == pytest.approx(1 / 2)
    shares = {
        share.channel: (share.caused, share.by_model["linear"]) for share in accuracy.channels
    }
    assert shares == {
        "Email": (pytest.approx(2 / 3), 0.5),
        "Paid Search": (pytest.approx(1 / 3), 0.0),
        "Direct": (0.0, 0.5),
    }


def test_the_page_shows_every_measure_and_channel(accuracy: Accuracy) -> None:
    page = as_markdown(accuracy)
    assert "3 people, 9 days, seed 7" in page
    assert "| attribution | linear | 0.5000 |" in page
    assert "| Email | 66.7% | 50.0% |" in page
