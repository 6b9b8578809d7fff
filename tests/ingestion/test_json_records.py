"""Where the records stand in a JSON document, and what becomes of documents that hold none."""

import json
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
    assert reading.staged.rejected[0].raw_text in (odd, "7")


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
