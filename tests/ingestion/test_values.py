from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SEEN_ON = "date '2026-02-01'"


def read(values: duckdb.DuckDBPyConnection, expression: str, cell: str) -> object:
    return values.execute(f"select {expression}", {"cell": cell}).fetchall()[0][0]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234", "1234"),
        ("14,122,564", "14122564"),
        ("1,234.56", "1234.56"),
        ("12,34,567.5", "1234567.5"),
        ("199547.59", "199547.59"),
        ("454,06", "454.06"),
        ("1.234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1'234.50", "1234.50"),
        ("$8.00", "8"),
        ("-$9.00", "-9"),
        ("($33.62)", "-33.62"),
        ("\u22123", "-3"),
        ("CA$0.00", "0"),
        ("R$ 1.234,50", "1234.5"),
        ("534.80 THB", "534.8"),
        ("5MXN", "5"),
        ("12元", "12"),
        ("1.2万", "12000"),
        ("1.2w", "12000"),
        ("$342.09K", "342090"),
        ("1e-05", "0.00001"),
        ("12%", "12"),
        ("Rs. 1,23,450.50", "123450.5"),
        ("Rs 500/-", "500"),
        (".5", "0.5"),
    ],
)
def test_a_number_is_read_however_it_is_written(values, cell: str, number: str) -> None:
    assert read(values, "om_number($cell, '.')", cell) == Decimal(number)


@pytest.mark.parametrize(
    "cell", ["abc", "10-12", "1.2.3", "< 10%", "12 USD 3", "--", "1,23,4", "+", "3.авг", "12.июн."]
)
def test_what_is_no_number_is_not_read_as_one(values, cell: str) -> None:
    assert read(values, "om_number($cell, '.')", cell) is None


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1.234", "1234"), ("1,234", "1.234"), ("95,769%", "95.769"), ("1.234.567,8", "1234567.8")],
)
def test_a_decimal_comma_turns_the_separators_round(values, cell: str, number: str) -> None:
    assert read(values, "om_number($cell, ',')", cell) == Decimal(number)


@pytest.mark.parametrize(
    ("cell", "number"), [("424.0", 424), ("1,204", 1204), ("-7", -7), ("1.5", None), ("x", None)]
)
def test_an_integer_has_no_fraction(values, cell: str, number: int | None) -> None:
    assert read(values, "om_integer($cell, '.')", cell) == number


@pytest.mark.parametrize(
    ("cell", "identifier"),
    [
        ("[436534626]", "436534626"),
        ("'01207", "01207"),
        ('="0123"', "0123"),
        ("00123", "00123"),
        ("5501e7", "5501e7"),
        ("张三", "张三"),
        ("1.20211E+17", None),
        ("6,49E+17", None),
    ],
)
def test_an_identifier_stays_text_and_a_damaged_one_is_refused(
    values, cell: str, identifier: str | None
) -> None:
    assert read(values, "om_id($cell)", cell) == identifier


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2025-12-06", "2025-12-06"),
        ("2025-01-01T01:00:00", "2025-01-01"),
        ("2025/10/31", "2025-10-31"),
        ("20260814", "2026-08-14"),
        ("3/1/2024", "2024-03-01"),
        ("4/30/21", "2021-04-30"),
        ("27 January 2026", "2026-01-27"),
        ("Sun, Aug 24, 2025", "2025-08-24"),
        ("Aug 12, 2024", "2024-08-12"),
        ("Sept 3, 2024", "2024-09-03"),
        ("3rd March 2024", "2024-03-03"),
        ("12-Mar-24", "2024-03-12"),
        ("2026年03月24日17时33分05秒", "2026-03-24"),
        ("2026年3月4日", "2026-03-04"),
        ("45352", "2024-03-01"),
        ("1. März 2026", "2026-03-01"),
        ("31. Dezember 2025", "2025-12-31"),
        ("1er août 2026", "2026-08-01"),
        ("3 févr. 2026", "2026-02-03"),
        ("12 de octubre de 2025", "2025-10-12"),
        ("12 ago 2025", "2025-08-12"),
        ("5 de março de 2026", "2026-03-05"),
        ("1 dicembre 2025", "2025-12-01"),
    ],
)
def test_a_date_is_read_however_it_is_written(values, cell: str, day: str) -> None:
    assert read(values, f"om_date($cell, 'mdy', {SEEN_ON})", cell) == date.fromisoformat(day)


@pytest.mark.parametrize("cell", ["April 12", "12 April", "4月12日"])
def test_a_day_without_a_year_is_the_last_one_before_the_file(values, cell: str) -> None:
    assert read(values, f"om_date($cell, 'mdy', {SEEN_ON})", cell) == date(2025, 4, 12)


@pytest.mark.parametrize("cell", ["2024-13-01", "2024-02-30", "99/99/2024", "soon", "3.авг", "12"])
def test_what_is_no_date_is_not_read_as_one(values, cell: str) -> None:
    assert read(values, f"om_date($cell, 'mdy', {SEEN_ON})", cell) is None


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("2018-10-13 17:16:45", "2018-10-13 21:16:45"),
        ("2024-03-12 09:14", "2024-03-12 13:14:00"),
        ("2013-11-26 00:03:57.885", "2013-11-26 05:03:57.885"),
        ("2025-12-06 10:37:33 -0500", "2025-12-06 15:37:33"),
        ("2024-03-04 15:02:13+00:00", "2024-03-04 15:02:13"),
        ("2024-03-04T15:02:13.123Z", "2024-03-04 15:02:13.123"),
        ("2015-09-30 18:42 +0000", "2015-09-30 18:42:00"),
        ("3/12/2024 7:00:00 AM (GMT)", "2024-03-12 07:00:00"),
        ("Jun 09, 2018 09:30 pm", "2018-06-10 01:30:00"),
        ("March 12, 2024, 12:00 AM", "2024-03-12 04:00:00"),
        ("2024/3/1 下午3:05", "2024-03-01 20:05:00"),
        ("2026年03月24日17时33分05秒", "2026-03-24 21:33:05"),
        ("45352.5", "2024-03-01 17:00:00"),
        ("01-Mar-2025 10:05 AM PST", "2025-03-01 18:05:00"),
        ("2025-07-01 10:00:00 (CEST)", "2025-07-01 08:00:00"),
        ("2025-03-01 10:00:00+00", "2025-03-01 10:00:00"),
        ("2025-03-01 10:00 (GMT+8)", "2025-03-01 02:00:00"),
        ("2025-03-01 10:05 PM -03:30", "2025-03-02 01:35:00"),
    ],
)
def test_a_timestamp_becomes_utc(values, cell: str, instant: str) -> None:
    expression = f"om_timestamp($cell, 'mdy', {SEEN_ON}, 'America/New_York')"
    assert read(values, expression, cell) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("zone", "instant"),
    [("America/Chicago", "2025-03-01 16:00:00"), ("Asia/Shanghai", "2025-03-01 02:00:00")],
)
def test_cst_is_the_time_of_china_where_the_account_is_in_asia(
    values, zone: str, instant: str
) -> None:
    expression = f"om_timestamp($cell, 'mdy', {SEEN_ON}, '{zone}')"
    assert read(values, expression, "2025-03-01 10:00:00 CST") == datetime.fromisoformat(instant)


@pytest.mark.parametrize("cell", ["2024-03-04 25:00", "12:30", "Ongoing", "Lifetime"])
def test_what_is_no_timestamp_is_not_read_as_one(values, cell: str) -> None:
    assert read(values, f"om_timestamp($cell, 'mdy', {SEEN_ON}, 'UTC')", cell) is None


@pytest.mark.parametrize(
    ("cell", "hour"),
    [
        ("9", "9"),
        ("09", "9"),
        ("00:00", "0"),
        ("9点", "9"),
        ("09:00-09:59", "9"),
        ("09:00:00 - 09:59:59", "9"),
        ("9时~10时", "9"),
        ("12 AM", "0"),
        ("3 PM", "15"),
        ("2026-07-01 09:00:00", "2026-07-01 09:00"),
        ("2026/7/1 9:00", "2026-07-01 09:00"),
        ("全天", "全天"),
        ("99", "99"),
    ],
)
def test_an_hour_is_the_same_however_it_is_spelt(values, cell: str, hour: str) -> None:
    assert read(values, "om_hour($cell)", cell) == hour


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("0:03:53", 233),
        ("3:53", 233),
        ("233", 233),
        ("12秒", 12),
        ("1小时2分3秒", 3723),
        ("1 min 20s", 80),
        ("50 minutes and 3 seconds", 3003),
        ("soon", None),
    ],
)
def test_a_duration_becomes_seconds(values, cell: str, seconds: int | None) -> None:
    assert read(values, "om_duration($cell)", cell) == seconds


def test_epochs_become_utc(values) -> None:
    instant = datetime(2024, 3, 4, 15, 2, 13)
    assert read(values, "om_epoch($cell, 1)", "1709564533") == instant
    assert read(values, "om_epoch($cell, 1000)", "1709564533000") == instant
    assert read(values, "om_epoch($cell, 1000000)", "1709564533000000") == instant
    assert read(values, "om_epoch($cell, 1)", "99999999999999999") is None


def test_shares_are_fractions_of_one(values) -> None:
    assert read(values, "om_share($cell, '.', false)", "2.5%") == pytest.approx(0.025)
    assert read(values, "om_share($cell, '.', true)", "2.5") == pytest.approx(0.025)
    assert read(values, "om_share($cell, '.', false)", "0.025") == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("cell", "truth"), [("Yes", True), ("0", False), ("是", True), ("?", None)]
)
def test_booleans_are_read_in_several_languages(values, cell: str, truth: bool | None) -> None:
    assert read(values, "om_boolean($cell)", cell) is truth


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\ufeff", "\u202f", "\u3000", "\r\n"])
def test_outer_blanks_of_any_kind_are_trimmed(values, blank: str) -> None:
    assert read(values, "om_clean($cell)", f"{blank}a b{blank}") == "a b"
    assert read(values, "om_clean($cell)", f"a{blank}") == "a"
    assert read(values, "om_clean($cell)", blank) is None


QUICKLY = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("a~活é \t\n\r\x01\x7f\u00a0\u2007\u200b\u200e\u200f\u202f\u3000\ufeff", max_size=6))
def test_a_cell_is_cleaned_as_it_is_stripped(values, cell: str) -> None:
    assert read(values, "om_clean($cell)", cell) == read(values, "om_strip($cell)", cell)


@QUICKLY
@given(st.decimals("-9999999", "9999999", places=2))
def test_a_number_is_the_same_in_every_common_spelling(values, number: Decimal) -> None:
    sign, digits = ("-" if number < 0 else ""), abs(number)
    for spelling in (f"{number}", f"{number:,}", f"{sign}${digits:,}", f"{number:,} EUR"):
        assert read(values, "om_number($cell, '.')", spelling) == number, spelling
    comma = f"{number:,}".translate(str.maketrans(",.", ".,"))
    assert read(values, "om_number($cell, ',')", comma) == number
    for spelling in (f"{number}%", f"{number:,}%"):
        share = read(values, "om_share($cell, '.', false)", spelling)
        assert share == pytest.approx(float(number / 100)), spelling
    whole = int(number)
    for spelling in (f"{whole}", f"{whole:,}", f"{whole}.0"):
        assert read(values, "om_integer($cell, '.')", spelling) == whole, spelling


DAYS = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%b %d, %Y", "%d %B %Y", "{m}/{d}/%Y"]
CLOCKS = ["%H:%M:%S", "%I:%M:%S %p", "%I:%M:%S%p"]


@QUICKLY
@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2068, 12, 31)).map(
        lambda at: at.replace(microsecond=0)
    )
)
def test_a_moment_is_the_same_in_every_common_spelling(values, moment: datetime) -> None:
    for day_format in DAYS:
        spelt = moment.strftime(day_format).format(m=moment.month, d=moment.day)
        day = read(values, f"om_date($cell, 'mdy', {SEEN_ON})", spelt)
        assert day == moment.date(), spelt
        for clock in CLOCKS:
            for cell in (f"{spelt} {moment.strftime(clock)}", f"{spelt}, {moment.strftime(clock)}"):
                if day_format != "%Y%m%d":
                    at = read(values, f"om_timestamp($cell, 'mdy', {SEEN_ON}, 'UTC')", cell)
                    assert at == moment, cell
    european = f"{moment.day}/{moment.month}/{moment.year}"
    assert read(values, f"om_date($cell, 'dmy', {SEEN_ON})", european) == moment.date()
    at_noon = moment.replace(hour=12, minute=5, second=0)
    for cell in (f"{european} 12:05", f"{european} 12:05 PM", f"{european}, 12:05"):
        assert read(values, f"om_timestamp($cell, 'dmy', {SEEN_ON}, 'UTC')", cell) == at_noon, cell
