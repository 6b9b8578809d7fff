"""Where the records stand in a JSON document, and what becomes of documents that hold none."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.catalogue import load_catalogue
from ingestion.recognition import UnrecognisedError
from tests.ingestion.format_reader import FormatReader, counts, write_lines

CATALOGUE = """
source: radio
vendor: Radio
family: web
timezone: UTC
currency: account
formats:
  spots:
    description: Spots; one row per spot.
    knowledge: M
    reads: [json]
    signature: {required: [spot_id, aired_at]}
    columns:
      spot_id: {type: id, required: true}
      aired_at: timestamp
    grain: [spot_id]
    json: {records: ['$', '$.page.spots', '$.days[*].hours[*].spots']}
  ratings:
    description: Ratings; one row per spot.
    knowledge: M
    reads: [json]
    signature: {required: [rated_spot, listeners]}
    columns:
      rated_spot: {type: id, required: true}
      listeners: integer
    grain: [rated_spot]
    json:
      records: $.rows
      named: {'$.columns[*].name': '$.cells[*]'}
  invoices:
    description: Invoices; one row per booking of an invoice.
    knowledge: M
    reads: [json]
    signature: {required: [invoice_id, fee]}
    columns:
      invoice_id: {type: id, required: true}
      spot: {type: id, path: $.bookings.spot}
      fee: {type: money, path: $.bookings.fee, minor_units: {currency: currency, digits: {BHD: 2}}}
      paid: {type: money, path: '$.payments[*].amount', where: {state: done}}
      paid_on: {type: date, path: '$.payments[*].day'}
      notes: {type: text, path: '$.notes[*]', lines: [by, text]}
      stations: {type: text, path: ['$.stations[*]', $.station]}
      currency: {type: text, currency: true}
      posted_at: {type: timestamp, json_type: epoch_s, path: $._envelope.at}
    grain: [invoice_id]
    json:
      records: ['$', '$.posts']
      content: $.post.invoice
      keys: [bookings]
      where: {kind: invoice}
      key: $.invoice_id
      newest: $.version
      each: bookings
"""
SPOTS = [{"spot_id": name, "aired_at": "2026-03-04T10:00:00Z"} for name in ("a", "b", "c")]


@pytest.fixture
def reader(tmp_path: Path) -> FormatReader:
    formats = tmp_path / "formats"
    formats.mkdir()
    (formats / "radio.yml").write_text(CATALOGUE, encoding="utf-8")
    found = FormatReader(tmp_path / "scratch")
    found.catalogue = load_catalogue(formats)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    landing = tmp_path / "landing"
    landing.mkdir()
    return landing


@pytest.mark.parametrize(
    "document",
    [
        SPOTS,
        {"page": {"number": 1, "spots": SPOTS}},
        {"days": [{"hours": [{"spots": SPOTS[:2]}, {"spots": []}]},
                  {"hours": [{"spots": SPOTS[2:]}]}]},
        {"days": [{"hours": [{"spots": SPOTS[0]}, {"spots": SPOTS[1:]}, {"quiet": True}]}]},
    ],
    ids=["array", "envelope", "nested lists", "object for a list"],
)  # fmt: skip
def test_records_are_found_at_any_of_the_places(
    reader: FormatReader, folder: Path, document: object
) -> None:
    for text in (json.dumps(document), json.dumps(document, indent=1)):
        reading = reader.read(write_lines(folder, text, name="spots.json"))
        assert sorted(reading.values("spot_id")) == ["a", "b", "c"]
        assert counts(reading) == (3, 0, 0)


@pytest.mark.parametrize("odd", ['{"page": {"number": 2}}', '{"page": {"spots": 7}}', "{broken"])
def test_a_line_without_records_is_a_rejected_row_of_its_own(
    reader: FormatReader, folder: Path, odd: str
) -> None:
    page = json.dumps({"page": {"spots": SPOTS}})
    empty = json.dumps({"page": {"spots": []}})
    reading = reader.read(write_lines(folder, page, empty, odd, page, name="spots.jsonl"))
    assert counts(reading) == (6, 1, 0)
    assert reading.rejected[0].raw_text in (odd, "7")


def test_values_that_the_document_names_are_columns(reader: FormatReader, folder: Path) -> None:
    def rated(names: list[str], rows: list[list[object]]) -> Path:
        document = {
            "columns": [{"name": name} for name in names], "rows": [{"cells": r} for r in rows],
        }  # fmt: skip
        return write_lines(folder, json.dumps(document), name="ratings.json")

    reading = reader.read(rated(["rated_spot", "listeners"], [["a", 3], ["b"], ["c", 5, 7]]))
    assert counts(reading) == (3, 0, 0)
    assert reading.values("listeners") == [3, None, 5]
    # of two columns of one name nobody knows which is meant
    reading = reader.read(rated(["rated_spot", "listeners", "listeners"], [["a", 3, 4]]))
    assert counts(reading) == (0, 1, 0)


def invoice(number: int, version: int = 1, **changes: object) -> dict[str, object]:
    return {
        "kind": "invoice", "invoice_id": f"i{number}", "version": version, "currency": "EUR",
        "bookings": [{"spot": "a", "fee": 1250}, {"spot": "b", "fee": 50}],
        **changes,
    }  # fmt: skip


def test_every_item_of_a_record_is_a_row_and_the_newest_record_counts(
    reader: FormatReader, folder: Path
) -> None:
    posts = [
        invoice(1, version=10),
        invoice(1, version=9, bookings=[]),
        invoice(2, currency="jpy", bookings=[{"spot": "c", "fee": 7}]),
        invoice(3, currency="BHD", bookings=[]),
        invoice(4, kind="draft"),
    ]
    lines = [json.dumps(post) for post in posts]
    for texts in (lines, [json.dumps({"posts": posts})]):
        reading = reader.read(write_lines(folder, *texts, name="invoices.jsonl"))
        assert counts(reading) == (4, 0, 2)
        assert reading.values("spot") == ["a", "b", "c", None]
        assert reading.values("fee") == [Decimal("12.5"), Decimal("0.5"), 7, None]
    reading = reader.read(write_lines(folder, lines[0], lines[0][:-9], name="cut.jsonl"))
    assert counts(reading) == (2, 1, 0)


def test_lists_within_a_record_are_summed_dated_and_joined(
    reader: FormatReader, folder: Path
) -> None:
    payments = [
        {"amount": "1.10", "state": "done", "day": "2026-03-09"},
        {"amount": "2", "state": "failed", "day": "2026-03-07"},
        {"amount": "0.40", "state": "done", "day": "2026-03-08"},
    ]
    notes = [{"by": "Ann", "text": "late"}, {"by": "Bob", "text": None}, {"by": "C", "text": "ok"}]
    record = invoice(1, bookings=[{"spot": "a", "fee": 1}], payments=payments, notes=notes)
    posted = {"at": 1782900000, "post": {"invoice": record | {"stations": ["One", "Two"]}}}
    lone = invoice(2, bookings=[{"spot": "b"}], station="Three", payments=[])
    reading = reader.read(
        write_lines(folder, json.dumps(posted), json.dumps(lone), name="invoices.jsonl")
    )
    assert reading.values("paid") == [Decimal("1.5"), None]
    assert reading.values("paid_on") == [date(2026, 3, 9), None]
    assert reading.values("notes") == ["Ann: late\nC: ok", None]
    assert reading.values("stations") == ["One, Two", "Three"]
    assert reading.values("posted_at") == [datetime(2026, 7, 1, 10), None]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps({"orders": [{"id": 1, "total_price": "2"}]}, indent=1), "at $.orders, begin "
         "with the fields [id, total_price]"),
        (json.dumps([{"id": 1, "lines": [{"sku": "a"}]}, {"id": 2}], indent=1), "at $, begin with "
         "the fields [id, lines]"),
        ('{"id": 1}\n{"id": 2}', "at $, begin with the fields [id]"),
    ],
    ids=["wrapped", "array", "lines"],
)  # fmt: skip
def test_unknown_json_is_described_by_the_fields_of_its_records(
    reader: FormatReader, tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(UnrecognisedError) as refusal:
        reader.recognise_file(write_lines(tmp_path, text, name="dump.json"))
    assert said in str(refusal.value)
    assert "CSV or XLSX" in str(refusal.value)
