import pytest

from ingestion.headers import clean_text, match_keys, number_repeats, parse_header, snake_case


@pytest.mark.parametrize(
    ("header", "key", "currency"),
    [
        ("Amount spent (USD)", "amount spent", "USD"),
        ("消耗(元)", "消耗", "CNY"),
        ("CPM（千次展示费用） (EUR)", "cpm(千次展示费用)", "EUR"),
        ("Click-Thru Rate (CTR)", "click-thru rate (ctr)", None),
        ("\ufeffPhone number clicks\u00a0", "phone number clicks", None),
        ("姓名（必填）", "姓名", None),
    ],
)
def test_a_header_is_taken_apart(header: str, key: str, currency: str | None) -> None:
    parsed = parse_header(header)
    assert (parsed.key, parsed.currency) == (key, currency)


def test_marks_of_unit_and_zone_are_found() -> None:
    assert parse_header("点击率(%)").is_percent
    assert parse_header("Start Date (in UTC)").is_utc
    assert parse_header("Created date (UTC)").is_utc
    assert not parse_header("Created date").is_utc


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("BillingStreet", "billing_street"),
        ("Billing street", "billing_street"),
        ("Conv. value / cost", "conv_value_cost"),
        ("LastCURequestDate", "last_cu_request_date"),
        ("Level__c", "level_c"),
        ("receivedAt", "received_at"),
        ("展示次数", "展示次数"),
    ],
)
def test_snake_case_is_one_for_all_spellings(text: str, name: str) -> None:
    assert snake_case(text) == name


def test_a_header_is_found_by_its_name_with_and_without_marks() -> None:
    assert {"amount spent", "amount_spent", "amount_spent_usd"} <= match_keys("Amount spent (USD)")


def test_repeated_headers_are_numbered_by_position() -> None:
    assert number_repeats(["Views", "Reach", "views", "", ""]) == [
        "Views",
        "Reach",
        "views_2",
        "",
        "",
    ]


def test_clean_text_folds_width_and_drops_what_cannot_be_seen() -> None:
    assert clean_text("\ufeff Ａｄ（１） ") == "Ad(1)"
