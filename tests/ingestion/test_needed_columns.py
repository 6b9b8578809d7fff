"""A file without a column that the marts cannot do without is refused, and told which it is."""

from pathlib import Path

import pytest

from ingestion.catalogue import Format, load_catalogue
from ingestion.staging import MissingColumnError
from tests.ingestion.format_reader import FormatReader, write_lines

FORMATS = list(load_catalogue().loaded_formats())


def needs(least: int = 1) -> list:
    """Return each format with the columns, so many at least, of which its files need one."""
    return [
        pytest.param(item, names, id=f"{item.id}-{'|'.join(names)}")
        for item in FORMATS
        if "delimited" in item.reads and item.header == "row"
        for names in item.needed_columns
        if len(names) >= least and not set(names) & set(item.signature.required)
    ]


def write_without(folder: Path, export_format: Format, absent: set[str]) -> Path:
    columns = export_format.columns.items()
    header = [name for name, column in columns if not column.compose and name not in absent]
    return write_lines(folder, ",".join(header))


@pytest.mark.parametrize(("export_format", "names"), needs())
def test_a_file_that_lacks_what_its_format_needs_is_refused_by_name(
    reader: FormatReader, tmp_path: Path, export_format: Format, names: tuple[str, ...]
) -> None:
    with pytest.raises(MissingColumnError) as error:
        reader.read(write_without(tmp_path, export_format, set(names)))
    assert str(error.value).startswith(f"is {export_format.id} but lacks the column {names[0]}")
    assert all(name in str(error.value) for name in names)


@pytest.mark.parametrize(("export_format", "names"), needs(least=2))
def test_one_of_several_columns_is_enough(
    reader: FormatReader, tmp_path: Path, export_format: Format, names: tuple[str, ...]
) -> None:
    for name in names:
        path = write_without(tmp_path, export_format, set(names) - {name})
        assert reader.read(path).format.id == export_format.id


def test_every_format_of_spend_or_sales_needs_its_money() -> None:
    def demands_money(item: Format) -> bool:
        demanded = (*item.needed_columns, *((name,) for name in item.signature.required))
        return any(all(item.columns[name].type == "money" for name in names) for names in demanded)

    # conversions by action are neither: platforms split no cost by them, and no mart reads them
    by_action = {"google_ads.conversion_report", "linkedin_ads.conversion_performance_report"}
    assert [
        item.id
        for item in FORMATS
        if item.family in {"ads", "pos"}
        and item.id not in by_action
        and {"delimited", "sheet"} & set(item.reads)
        and not demands_money(item)
    ] == []
