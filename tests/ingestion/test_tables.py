"""Files with several tables: every one is read, and stands in the ledger by its place."""

from pathlib import Path

import pytest

from tests.ingestion.conftest import Landing
from tests.ingestion.format_reader import SHARED_EXPORTS, FormatReader, write_lines, write_sheet

ORDERS = ["omnimart_order_id", "source", "ordered_at", "net"]
SPEND = ["omnimart_spend_date", "source", "channel", "spend"]
ORDER = ["A-1", "till", "2026-07-01T10:00:00Z", "12.50"]
COST = ["2026-07-01", "radio", "Audio", "99"]


def found(reader: FormatReader, path: Path) -> list[tuple[str, str, int]]:
    """Return place, format and rows of each table."""
    return [
        (
            reading.staged.recognised.table_name,
            reading.format.id,
            reading.staged.rows_loaded,
        )
        for reading in reader.read_tables(path)
    ]


def test_tables_side_by_side(reader: FormatReader, tmp_path: Path) -> None:
    rows = [
        ["Report of July"],
        [*ORDERS, "", *SPEND],
        [*ORDER, "", *COST],
        ["", "", "", "", "", "2026-07-02", *COST[1:]],
    ]
    assert found(reader, write_sheet(tmp_path / "abreast.xlsx", rows)) == [
        ("Sheet1 A2:D4", "omnimart.orders", 1),
        ("Sheet1 F2:I4", "omnimart.spend", 2),
    ]


def test_tables_below_each_other(reader: FormatReader, tmp_path: Path) -> None:
    lines = [
        "# Orders", ",".join(ORDERS), ",".join(ORDER), ",".join(ORDER).replace("1", "2"), "",
        "# Costs of July", "", ",".join(SPEND), ",".join(COST),
    ]  # fmt: skip
    path = write_lines(tmp_path, *lines)
    assert found(reader, path) == [("A2:D4", "omnimart.orders", 2), ("A6:D7", "omnimart.spend", 1)]


def test_a_header_once_more_begins_no_table(reader: FormatReader, tmp_path: Path) -> None:
    line, row = ",".join(ORDERS), ",".join(ORDER)
    path = write_lines(tmp_path, f"\ufeff{line}", row, line, row.replace("A-1", "A-2"))
    (reading,) = reader.read_tables(path)
    assert (reading.staged.rows_loaded, reading.staged.rows_ignored) == (2, 1)


def test_the_traffic_analysis_of_wechat_is_three_tables(reader: FormatReader) -> None:
    path = SHARED_EXPORTS / "reconstructed" / "wechat_oa" / "内容分析_流量数据.xls"
    if not path.is_file():
        pytest.skip("the sample is not here")
    assert found(reader, path) == [
        ("New Sheet1 B2:D8", "wechat_oa.reading_days", 6),
        ("New Sheet1 F2:J8", "wechat_oa.sharing_days", 2),
        ("New Sheet1 L2:P8", "wechat_oa.article_channels", 2),
    ]


def test_a_file_of_several_tables_is_settled_by_one_run(landing: Landing) -> None:
    write_sheet(landing.folder / "both.xlsx", [ORDERS, ORDER, SPEND, COST])
    first = landing.load()
    assert first.counts == {"loaded": 2, "ignored": 1}
    assert landing.query("select path, status from raw_audit.files order by path") == [
        ("both.xlsx", "ignored"),
        ("both.xlsx!Sheet1 A1:D2", "loaded"),
        ("both.xlsx!Sheet1 A3:D4", "loaded"),
    ]
    assert landing.query("select net, _source_row from raw_omnimart.orders") == [(12.5, 1)]
    assert landing.load().written == {}
