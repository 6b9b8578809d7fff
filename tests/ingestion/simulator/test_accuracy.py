"""The comparison with the truth counts what it says it counts."""

import math
from pathlib import Path

import duckdb
import pytest

from ingestion.simulator.accuracy import Accuracy, measure_accuracy
from ingestion.simulator.accuracy_page import as_markdown
from ingestion.simulator.over_merges import OverMerge

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
    "orders": """select * from (values
        (1, 'shop', 'USD', 'refunded', 1000, 100, 1100),
        (2, 'till', 'USD', 'partially_refunded', 2000, 200, 500),
        (3, 'shop', 'USD', 'cancelled', 700, 0, 0), (4, 'mall', 'CNY', 'paid', 8000, 0, 0)
    ) as t(order_id, place, currency, status, subtotal, tax, refund)""",
    "customers": """select * from (values
        (1, 0.02, 0.5, true, 3), (2, 0.9, 0.5, false, 2), (3, 0.9, 0.5, true, 0)
    ) as t(person_id, rate, dropout, is_alive, orders)""",
    "spend": """select * from (values
        ('google_ads', 'USD', 1000), ('google_ads', 'USD', 500), ('ocean_engine', 'CNY', 4000)
    ) as t(platform, currency, spend)""",
    "touches": """select * from (values
        (1, 'visit', timestamp '2026-07-01 10:00:00'), (2, 'visit', '2026-07-01 10:00:01'),
        (1, 'contact', '2026-07-01 10:00:02'), (3, 'visit', '2026-07-01 10:00:03'),
        (3, 'visit', '2026-07-01 10:00:04'), (2, 'visit', '2026-07-01 10:00:04'),
        (2, 'impression', '2026-07-01 10:00:05'), (3, 'visit', '2026-07-01 10:00:06')
    ) as t(person_id, kind, touched_at)""",
    "files": """select * from (values
        ('a.csv', 5), ('b.csv', 1), ('c.csv', 9), ('f.zip', 7)
    ) as t(path, rows)""",
    "experiments": """select * from (values
        ('site', 'control', 'conversion', 1.0), ('site', 'new', 'conversion', 1.3),
        ('letter', 'Old', 'open', 1.0), ('letter', 'New', 'open', 0.8)
    ) as t(experiment, variant, metric, lift)""",
    "parameters": """select * from (values
        ('name', 'tiny'), ('customers', '3'), ('days', '9'), ('seed', '7'),
        ('synergies.0.channels.0', 'paid_search'), ('synergies.0.channels.1', 'email'),
        ('synergies.1.channels.0', 'sms'), ('synergies.1.channels.1', 'store')
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
    ('1', 'shop', '100', 'x', 'USD', 0.00), ('2', 'shop', '101', 'y', 'USD', 12.00),
    ('4', 'till', '9', null, 'CNY', 80.00), ('5', 'other', '1', null, 'USD', 99.00)
) as t(order_id, source, order_ref, customer_id, currency, net_original);
create table marts.fct_touchpoints as
select * from (values
    (timestamp '2026-07-01 10:00:00.137', 'x', true), ('2026-07-01 10:00:01.137', 'y', true),
    ('2026-07-01 10:00:02', null, true), ('2026-07-01 10:00:03', 'x', true),
    ('2026-07-01 10:00:03.5', 'x', true), ('2026-07-01 10:00:04', 'x', true),
    ('2026-07-01 10:00:06', 'x', false)
) as t(touched_at, customer_id, is_touch);
create table marts.fct_ad_performance as
select * from (values ('USD', 15.00), ('CNY', 30.00)) as t(currency, spend_original);
create table marts.customer_value as
select * from (values ('x', 1.0), ('y', 0.5)) as t(customer_id, expected_orders_365d);
create table marts.experiment_results as
select * from (values
    ('ga4', 'site', 'control', 'first_order', true, 90, null, null, null),
    ('ga4', 'site', 'new', 'first_order', false, 100, 0.17, 0.1, 0.25),
    ('ga4', 'site', 'new', 'revenue', false, 100, 0.9, 0.1, 0.25),
    ('mail', 'letter', 'New', 'open', true, 90, null, null, null),
    ('mail', 'letter', 'Old', 'open', false, 300, 0.5, 0.2, 0.9)
) as t(source, experiment, variant, metric, is_control, units, lift, lift_low, lift_high);
create table marts.channel_synergy as
select * from (values
    ('order', 'Email', 'Paid Search', 40, 0.2), ('order', 'Direct', 'Email', 50, 0.3),
    ('order', 'Direct', 'Display', 60, 0.1), ('order', 'SMS', 'Store', 3, 0.9),
    ('lead', 'Email', 'Paid Search', 90, 0.8)
) as t(conversion_type, channel_a, channel_b, journeys_both, synergy);
create table marts.fct_attribution as
select * from (values
    ('linear', 'Email', 't', 'order', 2.0), ('linear', 'Direct', 't', 'order', 2.0),
    ('linear', '(unattributed)', null, 'order', 9.0), ('linear', 'SMS', 't', 'lead', 9.0)
) as t(model, channel, touchpoint_id, conversion_type, credit)
"""


# Of every kind of defect one that was caught and one that was not; rows that only say the right
# thing by chance would show up in the sums.
TRUTH["defects"] = """
select * from (values
    ('a.csv', 'decorated_money', 'handled', 1, 'raw_shop.orders', 'total', 'number', '12.5', null),
    ('a.csv', 'decorated_money', 'handled', 2, 'raw_shop.orders', 'total', 'number', '7', null),
    ('a.csv', 'null_markers', 'handled', 3, 'raw_shop.orders', 'total', 'number', null, null),
    ('a.csv', 'null_markers', 'handled', 4, 'raw_shop.orders', 'total', 'number', null, null),
    ('a.csv', 'spreadsheet_errors', 'nulled', 4, 'raw_shop.orders', 'total', 'number', null, null),
    ('a.csv', 'spreadsheet_errors', 'nulled', 3, 'raw_shop.orders', 'total', 'number', null, null),
    ('a.csv', 'rounded_keys', 'rejected', 5, 'raw_shop.orders', 'id', 'text', null, null),
    ('a.csv', 'rounded_keys', 'rejected', 1, 'raw_shop.orders', 'id', 'text', null, null),
    ('a.csv', 'blank_rows', 'ignored', 6, 'raw_shop.orders', null, null, null, null),
    ('a.csv', 'blank_rows', 'ignored', 1, 'raw_shop.orders', null, null, null, null),
    ('a.csv', 'latin_1_bytes', 'told', 1, 'raw_shop.orders', 'name', 'text', 'Kr?ger', 'replaced'),
    ('b.csv', 'latin_1_bytes', 'told', 1, 'raw_shop.orders', 'name', 'text', 'Ann', 'replaced'),
    ('a.csv', 'gb18030', 'handled', null, null, null, null, null, null),
    ('b.csv', 'gb18030', 'handled', null, null, null, null, null, null),
    ('c.csv', 'empty_files', 'quarantined', null, null, null, null, null, null),
    ('b.csv', 'empty_files', 'quarantined', null, null, null, null, null, null),
    ('d.csv', 'exact_duplicates', 'ignored', null, null, null, null, null, null),
    ('b.csv', 'exact_duplicates', 'ignored', null, null, null, null, null, null),
    ('e.csv', 'lost_rows', 'told', null, null, null, null, null, 'control_totals'),
    ('b.csv', 'lost_rows', 'told', null, null, null, null, null, 'control_totals')
) as t(file, defect, expected, source_row, table_name, column_name, kind, value, says),
(select null::varchar as record_source, null::varchar as record_ref,
    null::varchar as identifier_type, null::varchar as identifier_value)
"""
TRUTH["file_sums"] = """
select * from (values
    ('a.csv', 'raw_shop.orders', 4, null, null, null),
    ('a.csv', 'raw_shop.orders', 4, 'total', 'number', '20.5'),
    ('b.csv', 'raw_shop.orders', 1, null, null, null),
    ('b.csv', 'raw_shop.orders', 1, 'name', 'text', '1')
) as t(file, table_name, rows, column_name, kind, total)
"""
WAREHOUSE = """
create schema raw_audit;
create table raw_audit.files as select * from (values
    ('a.csv', 'loaded', '1 characters were replaced', 5, null, 5, 2),
    ('b.csv', 'loaded', null, 1, '[{"column": "total", "stated": 10, "computed": 10.01}]', 1, 0),
    ('c.csv', 'quarantined', 'is empty', 0, null, 0, 0),
    ('d.csv', 'duplicate', 'has the same content as a.csv', 0, null, 0, 0),
    ('e.csv', 'loaded', null, 1, '[{"column": "total", "stated": 10, "computed": 9}]', 1, 0),
    ('f.zip', 'ignored', 'is an archive', 0, null, 0, 0),
    ('f.zip!g.csv', 'loaded', null, 6, null, 6, 0)
) as t(path, status, reason, rows_loaded, control_totals, rows_read, rows_rejected);
create table raw_audit.rejected_rows as
select 'a.csv' as path, 5 as source_row, 'id' as column_name, 'lost digits' as reason;
create schema intermediate;
create table intermediate.int_customer_records as select * from (values
    ('1', 'shop', 'a', null, null, null, null::varchar, null, null),
    ('2', 'shop', 'b', 'Ann', 'Lee', null, null, 'E1', null),
    ('3', 'crm', 'c', null, null, 'ann lee', null, 'E1', null),
    ('4', 'crm', 'd', 'Ann', 'Lee', null, null, 'E1', null)
) as t(
    record_key, source, record_ref, given_name, family_name, full_name, street, postal_code,
    birth_date
);
create table intermediate.int_identifiers as select * from (values
    ('1', 'shared', true), ('2', 'shared', true), ('2', 'own', true), ('4', 'shared', true),
    ('3', 'junk', false), ('1', 'junk', false)
) as t(record_key, identifier_key, is_usable);
create table intermediate.int_identity_edges as select * from (values
    ('1', 'shared', 'email'), ('2', 'shared', 'email'), ('4', 'shared', 'email'),
    ('1', 'home', 'phone'), ('2', 'home', 'phone'), ('3', 'till', 'loyalty_id')
) as t(record_key, identifier_key, identifier_type);
create schema raw_shop;
create table raw_shop.orders as select * from (values
    ('a.csv', 1, 'Kr?ger', 12.50, null), ('a.csv', 2, 'Ann', 8.00, null),
    ('a.csv', 3, 'Bo', null, null), ('a.csv', 4, 'Cy', null, '{"total": "#REF!"}'),
    ('b.csv', 1, 'Ann', 1.00, null)
) as t(_source_file, _source_row, name, total, _extra);
"""


@pytest.fixture(scope="module")
def accuracy(folder: Path) -> Accuracy:
    return measure_accuracy(folder, folder / "omnimart.duckdb", "key", folder / "warehouse.duckdb")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("truth")
    with duckdb.connect() as connection:
        for name, query in TRUTH.items():
            connection.execute(
                f"copy (select '{name}' as omnimart_truth, * from ({query})) "
                f"to '{folder / name}.parquet'"
            )
    for name, content in (("omnimart", MARTS), ("warehouse", WAREHOUSE)):
        with duckdb.connect(str(folder / f"{name}.duckdb")) as connection:
            connection.execute(content)
    return folder


def value(accuracy: Accuracy, name: str, subject: str = "") -> float | None:
    return next(
        measure.value
        for measure in accuracy.measures
        if measure.name == name and subject in (measure.subject, "")
    )


def test_every_row_of_the_files_is_accounted_for(accuracy: Accuracy) -> None:
    # the archive's member has a row less than was written, c.csv is quarantined
    assert value(accuracy, "exports") == 4
    assert value(accuracy, "loaded") == pytest.approx(3 / 4)
    assert value(accuracy, "rows") == 13
    assert value(accuracy, "rows read") == pytest.approx(12 / 13)
    assert value(accuracy, "rows refused") == 2


def test_pairs_are_counted_over_all_records_of_people(accuracy: Accuracy) -> None:
    # tied: ab, ad, bd; true among the tied: ab, ac, bc
    assert value(accuracy, "records", "identity") == 5
    assert value(accuracy, "without a customer") == pytest.approx(1 / 5)
    assert value(accuracy, "precision") == pytest.approx(1 / 3)
    assert value(accuracy, "recall") == pytest.approx(1 / 3)
    assert value(accuracy, "F1") == pytest.approx(1 / 3)
    assert value(accuracy, "over-merged") == pytest.approx(1 / 2)
    assert value(accuracy, "under-merged") == pytest.approx(1 / 2)


def test_evidence_is_what_records_of_one_person_share(accuracy: Accuracy) -> None:
    # a and b share an identifier, b and c a name and a postal code; d is another person's
    assert value(accuracy, "without evidence") == pytest.approx(1 / 4)
    assert value(accuracy, "recall of evidence") == pytest.approx(1 / 3)


def test_an_order_is_right_with_the_customer_that_holds_most_of_the_buyer(
    accuracy: Accuracy,
) -> None:
    assert value(accuracy, "orders of people") == 3
    assert value(accuracy, "in the marts", "orders") == pytest.approx(2 / 3)
    assert value(accuracy, "right person", "orders") == pytest.approx(1 / 3)


def test_a_touch_is_known_by_its_second_where_no_other_is(accuracy: Accuracy) -> None:
    # Told: seconds 0, 1, 2, 3 and 6, as 4 is two people's; found: 0 to 2, as 3 is in the marts
    # twice and 6 is no touch there. Person 2 is customer x: y is another.
    assert value(accuracy, "touches of people") == 5
    assert value(accuracy, "in the marts", "touches") == pytest.approx(3 / 5)
    assert value(accuracy, "right person", "touches") == pytest.approx(1 / 3)
    assert value(accuracy, "wrong person") == pytest.approx(1 / 3)


def test_a_forecast_is_compared_with_what_is_to_be_expected(accuracy: Accuracy) -> None:
    # Of the buyers one is left, who buys at 0.02 a day and leaves with every second purchase.
    true = (1 - math.exp(-0.02 * 0.5 * 365)) / 0.5
    assert value(accuracy, "orders to come") == pytest.approx(true)
    assert value(accuracy, "forecast error") == pytest.approx(1.5 / true - 1)
    of_mean = abs(0.75 - true) + 0.75
    assert value(accuracy, "error by customer") == pytest.approx((abs(1 - true) + 0.5) / of_mean)


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


def test_money_is_compared_by_currency(accuracy: Accuracy) -> None:
    # sold: 20 less 5 dollars, and 80 yuan; what other systems sold is not compared
    assert value(accuracy, "revenue, USD") == pytest.approx(-3 / 15)
    assert value(accuracy, "revenue, CNY") == 0
    assert value(accuracy, "spend, USD") == 0
    assert value(accuracy, "spend, CNY") == pytest.approx(-10 / 40)


@pytest.mark.parametrize(
    "name",
    [
        "decorated_money",
        "null_markers",
        "spreadsheet_errors",
        "rounded_keys",
        "blank_rows",
        "latin_1_bytes",
        "empty_files",
        "exact_duplicates",
        "lost_rows",
    ],
)
def test_a_defect_is_caught_only_where_ingestion_did_what_it_owes(
    accuracy: Accuracy, name: str
) -> None:
    count = next(item for item in accuracy.defects if item.name == name)
    assert (count.planted, count.caught, count.missed) == (2, 1, 1)


def test_a_file_is_handled_only_when_its_sums_are_right(accuracy: Accuracy) -> None:
    count = next(item for item in accuracy.defects if item.name == "gb18030")
    assert (count.planted, count.caught, count.missed_at) == (2, 1, "b.csv")
    assert value(accuracy, "soiled files") == 2
    assert value(accuracy, "right sums") == pytest.approx(1 / 2)


def test_defects_are_counted_together(accuracy: Accuracy) -> None:
    assert value(accuracy, "planted") == 20
    assert value(accuracy, "caught") == 10
    assert value(accuracy, "missed") == 10


def test_without_the_warehouse_nobody_can_tell_what_was_caught(folder: Path) -> None:
    missing = folder / "gone.duckdb"
    accuracy = measure_accuracy(folder, folder / "omnimart.duckdb", "key", missing)
    assert value(accuracy, "planted") == 20
    assert accuracy.defects == ()
    assert accuracy.notes == (
        f"Nobody can tell what was caught: the warehouse {missing} does not exist.",
    )
    assert accuracy.notes[0] in as_markdown(accuracy)


def test_customers_of_several_people_are_listed_with_what_tied_them(accuracy: Accuracy) -> None:
    # x is a and b of person 1 with d of person 2; the phone is shared by person 1 alone
    assert accuracy.over_merges == (OverMerge("x", 2, 3, 2, ("email",)),)
    assert "| x | 2 | 3 | 2 | email |" in as_markdown(accuracy)


def test_the_page_shows_every_measure_and_channel(accuracy: Accuracy) -> None:
    page = as_markdown(accuracy)
    assert "3 people, 9 days" in page
    assert "omnimart simulate --customers 3 --days 9 --seed 7 --scenario tiny" in page
    assert "| attribution | linear | 0.5000 |" in page
    assert "| Email | 66.7% | 50.0% |" in page
    assert "| money | revenue, CNY | 0.0000 |" in page
    assert "| rounded_keys | rejected | 2 | 1 | 1 | Keys that lost digits" in page


def test_lifts_are_held_against_those_planted(accuracy: Accuracy) -> None:
    # 1.17 for 1.3 is a tenth too low; of the letter the new subject is the control: 1.5 for 1.25
    assert value(accuracy, "tests", "experiments") == 2
    assert value(accuracy, "lift in its interval") == pytest.approx(1 / 2)
    assert value(accuracy, "error of lift") == pytest.approx((100 * -0.1 + 300 * 0.2) / 400)


def test_pairs_that_do_more_together_are_held_against_all_others(accuracy: Accuracy) -> None:
    # a pair met three times is not judged; of three the planted one is in the middle
    assert value(accuracy, "pairs") == 1
    assert value(accuracy, "place among pairs") == pytest.approx(0.5)
