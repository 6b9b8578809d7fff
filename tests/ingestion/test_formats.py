"""The catalogue's own rules: valid files, clear signatures, one name for one thing."""

import csv
from pathlib import Path

import pytest

from ingestion.catalogue import Format, load_catalogue, validate_files
from ingestion.recognition import UnrecognisedError
from tests.ingestion.format_reader import FormatReader

FORMATS = load_catalogue().formats
OWN_FORMATS = {
    "customers": "omnimart_customer_ref, source, email, phone, loyalty_id, external_ids, "
    "given_name, family_name, full_name, birth_date, national_id, street, city, region, "
    "postal_code, country, consent_email, consent_sms, consent_ads, created_at, updated_at, "
    "merged_into_ref",
    "orders": "omnimart_order_id, source, ordered_at, status, customer_ref, email, phone, "
    "currency, gross, discount, tax, shipping, refund, net, place, sales_channel",
    "order_lines": "omnimart_order_line, source, order_id, sku, product, category, quantity, "
    "unit_price, discount, net",
    "touchpoints": "omnimart_touchpoint_ref, source, occurred_at, interaction, channel, "
    "utm_source, utm_medium, utm_campaign, utm_content, customer_ref, email, phone, device_id, "
    "cost, currency",
    "spend": "omnimart_spend_date, source, account, channel, campaign_id, campaign, ad_group, ad, "
    "impressions, clicks, conversions, conversion_value, spend, currency",
}
# headers that many systems write; none of them says which
GENERIC_HEADERS = [
    "date,value",
    "date,views",
    "date,campaign,impressions,clicks,cost",
    "date,campaign,impressions,clicks,spend",
    "date,campaign_name,ad_group_name,impressions,clicks,cost,conversions",
    "date,ad_id,ad_name,impressions,clicks,cost",
    "campaign,ad_group,keyword,clicks,cost",
    "id,created,amount,currency,status,customer_id",
    "order_id,created_at,email,total,currency",
    "id,name,email,phone,created_at",
    "first_name,last_name,email,phone,lifecycle_stage",
    "transaction_id,date,item,amount",
    "product_id,product_name,cost,impressions,clicks",
    "channel,readers,report_date",
    "country,views",
    "report_date,new_followers,total_followers",
    "title,published_at,plays,likes",
    "post_id,content,published_at,reposts,likes",
    "user_id,plan_id,plan_name,cost",
    "report_date,product_line,search_term,impressions,clicks,cost",
    "campaign_name,impressions,clicks,spend,acos",
]


def write_header(folder: Path, names: list[str]) -> Path:
    path = folder / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(names)
    return path


def headed_formats() -> list[Format]:
    """Return the formats that a header alone tells, whatever stands around it."""
    return [
        item
        for item in FORMATS.values()
        if "delimited" in item.reads
        and item.header == "row"
        and not item.signature.preamble
        and not item.signature.file_name
        and not item.signature.sheet_name
    ]


def test_every_format_file_is_valid() -> None:
    assert validate_files() == {}


@pytest.mark.parametrize(("table", "columns"), OWN_FORMATS.items())
def test_own_formats_have_the_documented_columns_in_order(table: str, columns: str) -> None:
    export_format = FORMATS[f"omnimart.{table}"]
    assert list(export_format.columns) == columns.split(", ")
    assert set(export_format.reads) >= {"delimited", "json", "parquet"}


@pytest.mark.parametrize("export_format", headed_formats(), ids=lambda item: item.id)
def test_a_full_header_is_recognised_as_its_own_format(
    reader: FormatReader, tmp_path: Path, export_format: Format
) -> None:
    names = [name for name, column in export_format.columns.items() if column.compose is None]
    assert reader.recognise_file(write_header(tmp_path, names)).id == export_format.id


@pytest.mark.parametrize("header", GENERIC_HEADERS)
def test_a_header_that_any_system_writes_is_claimed_by_none(
    reader: FormatReader, tmp_path: Path, header: str
) -> None:
    path = write_header(tmp_path, header.split(","))
    with pytest.raises(UnrecognisedError):
        reader.recognise_file(path)


@pytest.mark.parametrize("source", load_catalogue().sources(), ids=lambda item: item.source)
def test_a_header_means_one_column_in_all_formats_of_a_source(source) -> None:
    meanings: dict[str, set[str]] = {}
    for export_format in source.formats.values():
        for key, name in export_format.columns_by_key.items():
            meanings.setdefault(key, set()).add(name)
    assert {key: names for key, names in meanings.items() if len(names) > 1} == {}


def test_money_of_ads_is_money_and_counts_are_counts() -> None:
    types = {
        (export_format.id, name): export_format.columns[name].type
        for export_format in FORMATS.values()
        if export_format.family == "ads" and export_format.is_loaded
        for name in export_format.columns
    }
    spend = {"cost", "spend", "amount_spent", "total_spent"}
    assert {types[key] for key in types if key[1] in spend} == {"money"}
    counts = {"impr", "impressions", "clicks", "exposures"}
    assert {types[key] for key in types if key[1] in counts} == {"integer"}


def test_identifiers_are_never_numbers() -> None:
    numbers = {"integer", "decimal", "money"}
    wrong = [
        f"{item.id}.{name}"
        for item in FORMATS.values()
        for name, column in item.columns.items()
        if (name == "id" or name.endswith("_id")) and column.type in numbers
    ]
    assert wrong == []


def test_every_loaded_format_says_where_its_knowledge_comes_from() -> None:
    silent = [
        item.id
        for item in FORMATS.values()
        if item.is_loaded and item.source != "omnimart" and not item.source_note
    ]
    assert silent == []


def test_people_are_marked_wherever_a_format_carries_them() -> None:
    personal = {"email", "phone", "customer_email", "buyer_phone", "email_address", "mobile"}
    unmarked = [
        f"{item.id}.{name}"
        for item in FORMATS.values()
        if item.is_loaded
        for name in personal & item.columns.keys()
        if name not in item.identity
    ]
    assert unmarked == []
