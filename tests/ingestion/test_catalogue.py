from pathlib import Path

import pytest
from pydantic import ValidationError

from ingestion import dbt_sources
from ingestion.catalogue import Source, load_catalogue, validate_files
from ingestion.catalogue_page import as_markdown
from ingestion.settings import PROJECT_ROOT

MINIMAL = """
source: radio
vendor: Radio
family: ads
timezone: account
currency: account
formats:
  spots:
    description: Spots; one row per spot.
    knowledge: M
    reads: [delimited]
    signature: {required: [spot_id]}
    columns:
      spot_id: {type: id, required: true}
      aired_at: timestamp
      price: {type: money, aliases: [Cost]}
    grain: [spot_id]
"""


def broken(old: str, new: str) -> str:
    assert old in MINIMAL
    return MINIMAL.replace(old, new)


def test_a_format_knows_its_table_and_inherits_from_its_source(tmp_path: Path) -> None:
    (tmp_path / "radio.yml").write_text(MINIMAL, encoding="utf-8")
    catalogue = load_catalogue(tmp_path)
    spots = catalogue.formats["radio.spots"]
    assert (spots.raw_table, spots.family, spots.vendor) == ("raw_radio.spots", "ads", "Radio")
    assert catalogue.tables() == [("radio", "spots")]
    assert list(spots.raw_columns)[:4] == ["spot_id", "aired_at", "price", "_source_file"]
    assert spots.columns_by_key["cost"] == "price"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("grain: [spot_id]", "grain: [spot]", "grain names undeclared columns"),
        ("grain: [spot_id]", "", "needs a grain"),
        ("aliases: [Cost]", "aliases: [Aired_at]", "both called"),
        ("type: money", "type: cash", "type"),
        ("type: money", "type: money, path: $.a, where: {b: c}", "need a path through a list"),
        ("type: money", "type: money, json_type: id", "stored as another type"),
        ("type: money", "type: money, minor_units: {currency: euro}", "undeclared column euro"),
        ("spot_id: {type", "SpotID: {type", "SpotID"),
        ("knowledge: M", "knowledge: M\n    surprise: 1", "surprise"),
        ("grain: [spot_id]", "grain: [spot_id]\n    footer: ['(?=x)']", "look-around"),
        ("grain: [spot_id]", "grain: [spot_id]\n    footer: ['(']", "not a regular expression"),
        ("{required: [spot_id]}", "{}", "must name a column"),
    ],
)
def test_what_a_format_says_wrongly_is_reported_by_file(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    (tmp_path / "radio.yml").write_text(broken(old, new), encoding="utf-8")
    (messages,) = validate_files(tmp_path).values()
    assert any(problem in message for message in messages)


def test_a_file_is_named_like_its_source(tmp_path: Path) -> None:
    (tmp_path / "wireless.yml").write_text(MINIMAL, encoding="utf-8")
    assert validate_files(tmp_path) == {"wireless.yml": ["describes radio: name it radio.yml"]}


def test_a_source_without_formats_is_refused() -> None:
    with pytest.raises(ValidationError):
        Source.model_validate(
            {"source": "x", "vendor": "X", "family": "ads", "timezone": "UTC",
             "currency": "USD", "formats": {}}
        )  # fmt: skip


def test_the_shipped_catalogue_is_valid() -> None:
    assert validate_files() == {}


def test_dbt_sources_are_written_once_and_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path)]
    assert dbt_sources.main([*out, "--check"]) == 1
    assert dbt_sources.main(out) == 0
    assert dbt_sources.main([*out, "--check"]) == 0
    stale = tmp_path / "gone" / "_gone__sources.yml"
    stale.parent.mkdir()
    stale.write_text("sources: []")
    assert dbt_sources.main([*out, "--check"]) == 1
    assert "gone" in capsys.readouterr().out
    dbt_sources.main(out)
    assert not stale.exists()


def test_dbt_sources_declare_every_raw_column(tmp_path: Path) -> None:
    files = dbt_sources.render(load_catalogue())
    text = files[Path("omnimart/_omnimart__sources.yml")]
    for name in load_catalogue().formats["omnimart.spend"].raw_columns:
        assert f"- name: {name}\n" in text
    assert Path("raw_audit/_raw_audit__sources.yml") in files


def test_the_page_of_formats_is_that_of_the_catalogue() -> None:
    page = (PROJECT_ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert page == as_markdown(load_catalogue()), "omnimart formats --page docs/formats.md"
