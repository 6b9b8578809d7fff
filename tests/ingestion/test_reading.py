"""From bytes to typed rows, without a warehouse: `inspect_file` takes the path of a load."""

import io
import json
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.delimited import sample_lines, tolerant_records
from ingestion.inspection import Inspection, inspect_file
from ingestion.settings import Settings

ORDERS = "omnimart_order_id,source,ordered_at,status,net\n"


@pytest.fixture
def look(tmp_path: Path, settings: Settings):
    def inspect(content: str | bytes, name: str = "file.csv", sources: str = "") -> Inspection:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        settings.data_dir.mkdir(exist_ok=True)
        settings.sources_file.write_text(sources, encoding="utf-8")
        return inspect_file(path, settings)

    return inspect


def counts(inspection: Inspection) -> tuple[int, int, int, int]:
    return (
        inspection.rows_read,
        inspection.rows_loaded,
        inspection.rows_rejected,
        inspection.rows_ignored,
    )


ROWS = "a-1,shop,2026-07-01T10:00:00Z,paid,12.50\na-2,shop,2026-07-02T10:00:00Z,paid,7\n"


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: b"sep=,\n" + text.encode(),
        lambda text: b'"Orders of July"\n\n' + text.encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("\n", "\n\n").encode(),
        lambda text: text.replace("shop", "sh\0op").encode(),
        lambda text: text.replace("\n", "\r\n", 1).encode(),
        lambda text: b"Orders of July\r\n\r\n" + text.encode(),
        lambda text: "".join(f'"{line}"\n' for line in text.splitlines()).encode(),
    ],
)
def test_the_same_rows_are_read_from_any_spelling_of_the_file(look, encode) -> None:
    inspection = look(encode(ORDERS + ROWS))
    assert inspection.format == "omnimart.orders"
    assert counts(inspection) == (2, 2, 0, 0)
    assert inspection.cells_nulled == 0


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("广告系列报告 华东区", "gb18030"),
        ("Café Zoë, Málaga", "cp1252"),
        ("Кампания Новая весна", "cp1251"),
    ],
)
def test_encodings_without_a_mark_are_told_apart(look, text: str, encoding: str) -> None:
    content = (ORDERS + f'a-1,"{text}",2026-07-01,paid,1\n' * 3).encode(encoding)
    assert look(content).encoding == encoding


def test_a_header_longer_in_utf8_than_in_its_own_encoding_is_seen_whole(look) -> None:
    header = "日期,项目ID,项目名称,广告ID,消耗,展示数,点击数"
    assert look(header.encode("gb18030")).format == "ocean_engine.oceanengine_report"


def test_bytes_that_are_no_text_are_replaced_and_said(look) -> None:
    content = (ORDERS + 'a-1,"café 东 é é é é é é é é é é é",2026-07-01,paid,1\n').encode()
    inspection = look(content.replace(b"1\n", b"1\nx\xff,shop,2026-07-01,paid,1\n", 1))
    assert inspection.encoding == "utf-8"
    assert "replaced" in inspection.notes[0]


def test_a_long_row_is_rejected_and_a_short_one_padded(look) -> None:
    inspection = look(ORDERS + ROWS + "a-3,shop,2026-07-03,paid,1,surplus\na-4,shop,2026-07-04\n")
    assert counts(inspection) == (4, 3, 1, 0)
    (row,) = inspection.rejected
    assert row.source_row == 3
    assert row.reason.startswith("row has 6 cells, header has 5:")
    assert row.raw_text == "a-3,shop,2026-07-03,paid,1,surplus"


@pytest.mark.parametrize("shift", range(3))
def test_a_long_row_of_wide_letters_is_rejected(look, shift: int) -> None:
    # DuckDB cuts the row it complains of, somewhere
    surplus = "x" * shift + "茶" * 9_000
    inspection = look(ORDERS + ROWS + f"a-3,shop,2026-07-03,paid,1,{surplus}\n")
    assert counts(inspection) == (3, 2, 1, 0)


def test_columns_may_be_a_thousand_and_more(look) -> None:
    headers = ",".join(f"column {number}" for number in range(1_500))
    rows = "\n".join(line + "," + "," * 1_498 + "x" for line in ROWS.splitlines())
    inspection = look(f"{ORDERS.strip()},{headers}\n{rows}\nTotal{',' * 1_504}\n")
    assert counts(inspection) == (3, 2, 0, 1)


@pytest.mark.parametrize("below", [ROWS, ROWS.replace("shop", '"the ""shop"", new"')])
def test_an_open_quote_costs_its_own_row_only(look, below: str) -> None:
    inspection = look(ORDERS + 'a-1,"shop,2026-07-01,paid,1\n' + below)
    assert counts(inspection) == (3, 2, 1, 0)
    assert "quote is not closed" in inspection.rejected[0].reason


def test_a_quote_amid_a_cell_is_a_letter(look) -> None:
    inspection = look(ORDERS + 'a-1,"the" shop,2026-07-01,paid,1\n' + ROWS)
    assert counts(inspection) == (3, 3, 0, 0)


def test_an_unquoted_comma_is_told_by_the_cells_it_pushes(look) -> None:
    inspection = look(ORDERS + "a-1,shop, new,2026-07-01,paid,\n" + ROWS)
    assert counts(inspection) == (3, 2, 1, 0)
    assert inspection.rejected[0].reason.startswith("row has 6 cells, header has 5:")


def test_cells_beyond_the_header_pass_where_all_rows_have_them(look) -> None:
    assert counts(look(ORDERS + ROWS.replace("\n", ",,\n"))) == (2, 2, 0, 0)


def test_a_quoted_cell_may_hold_lines_and_quotes(look) -> None:
    inspection = look(ORDERS + 'a-1,"the ""corner""\nshop, 2nd",2026-07-01,paid,1\n' + ROWS)
    assert counts(inspection) == (3, 3, 0, 0)


def test_only_an_unreadable_key_rejects_a_row(look) -> None:
    inspection = look(
        ORDERS
        + ",shop,2026-07-01,paid,1\n"
        + "1.20211E+17,shop,2026-07-01,paid,1\n"
        + "a-3,shop,yesterday,paid,1\n"
        + "a-4,shop,2026-07-01,paid,a lot\n"
    )
    assert counts(inspection) == (4, 1, 3, 0)
    assert inspection.cells_nulled == 1
    reasons = [row.reason for row in inspection.rejected]
    assert "is empty" in reasons[0]
    assert "lost digits" in reasons[1]
    assert reasons[2].startswith("ordered_at is 'yesterday', expected a time such as 2026-07-31")


def test_of_rows_rejected_alike_the_first_is_shown(look) -> None:
    unread = "".join(f"b-{number},shop,some day {number},paid,1\n" for number in range(500))
    long = "".join(f"c-{number},shop,2026-07-03,paid,1,x{',' * number}\n" for number in range(9))
    inspection = look(ORDERS + ROWS + ",shop,2026-07-01,paid,1\n" + unread + long)
    assert counts(inspection) == (512, 2, 510, 0)
    assert [(row.source_row, row.column, row.rows) for row in inspection.rejected] == [
        (3, "omnimart_order_id", 1), (4, "ordered_at", 500), (504, None, 9),
    ]  # fmt: skip


def test_repeated_headers_blank_rows_and_footers_are_ignored(look) -> None:
    inspection = look(ORDERS + ROWS + ORDERS + ",,,,\n" + "© 2026 Example,,,,\n")
    assert counts(inspection) == (5, 2, 0, 3)


def test_a_repeated_header_is_known_by_its_wide_brackets(look) -> None:
    header = "报告开始日期,报告结束日期,广告系列名称,已花费金额 (CNY),CPM（千次）,展示次数\n"
    row = "2026-07-01,2026-07-01,夏季,12.50,20.00,100\n"
    assert counts(look(header + row + header)) == (2, 1, 0, 1)


@pytest.mark.parametrize("label", ["Total", "grand totals:", "合计", "Итого"])
def test_totals_that_somebody_added_are_ignored(look, label: str) -> None:
    assert counts(look(ORDERS + ROWS + f"{label},,,,19.50\n")) == (3, 2, 0, 1)


def test_a_row_called_total_with_texts_of_its_own_is_data(look) -> None:
    assert counts(look(ORDERS + ROWS + "Total,shop,2026-07-01,paid,1\n")) == (3, 3, 0, 0)


def test_none_is_no_number_and_no_time_but_may_be_a_name(look) -> None:
    inspection = look(ORDERS + "a-1,None,2026-07-01,paid,None\n")
    assert counts(inspection) == (1, 1, 0, 0)
    assert inspection.cells_nulled == 0


def test_a_file_without_a_column_that_every_row_needs_is_quarantined(
    look, settings: Settings
) -> None:
    inspection = look("omnimart_order_id,source,status,net,currency\na,s,paid,1,EUR\n")
    assert inspection.status == "quarantined"
    assert "is omnimart.orders but lacks the column ordered_at" in inspection.reason
    assert "ingestion/formats/omnimart.yml" in inspection.reason


def test_a_header_alone_is_an_export_without_rows(look) -> None:
    inspection = look(ORDERS)
    assert inspection.status == "loaded"
    assert counts(inspection) == (0, 0, 0, 0)


def test_a_file_that_ends_amid_its_header_is_no_export_without_rows(look) -> None:
    inspection = look("omnimart_order_id,source,ordered_at,net,curren")
    assert inspection.status == "quarantined"
    assert "is omnimart.orders but ends amid its header, at 'curren'" in inspection.reason
    assert look("omnimart_order_id,source,ordered_at,net,currency").status == "loaded"
    assert look("omnimart_order_id,source,ordered_at,net,Gift wrap").status == "loaded"


def test_unknown_columns_are_named(look) -> None:
    inspection = look(
        "omnimart_order_id,source,ordered_at,net,Gift wrap,\na,s,2026-07-01,1,yes,x\n"
    )
    assert inspection.unknown_columns == ("Gift wrap", "column_6")


@pytest.mark.parametrize(
    ("dates", "order"),
    [(("13/02/2026", "01/02/2026"), "2026-02-01"), (("01/02/2026", "02/13/2026"), "2026-01-02")],
)
def test_a_part_above_twelve_anywhere_tells_day_from_month(
    look, settings: Settings, tmp_path: Path, dates: tuple[str, str], order: str
) -> None:
    rows = "".join(f"a{number},s,{day},paid,1\n" for number, day in enumerate(dates))
    assert counts(look(ORDERS + rows)) == (2, 2, 0, 0)


def test_an_ambiguous_date_is_quarantined_with_the_line_to_add(look) -> None:
    text = ORDERS + "a,s,03/04/2026,paid,1\n"
    inspection = look(text)
    assert inspection.status == "quarantined"
    assert "`omnimart: {date_order: dmy}`" in inspection.reason
    assert "03/04/2026" in inspection.reason
    told = look(text, sources="sources:\n  omnimart: {date_order: dmy}\n")
    assert told.status == "loaded"


def test_dates_that_read_the_same_both_ways_are_not_ambiguous(look) -> None:
    assert look(ORDERS + "a,s,04/04/2026,paid,1\n").status == "loaded"


def test_dates_of_both_orders_in_one_file_are_quarantined(look) -> None:
    inspection = look(ORDERS + "a,s,13/04/2026,paid,1\nb,s,04/13/2026,paid,1\n")
    assert inspection.status == "quarantined"
    assert "mixed" in inspection.reason


def test_an_unknown_table_says_what_the_nearest_format_lacks(look) -> None:
    inspection = look("Name,Colour\nx,red\n")
    assert inspection.status == "quarantined"
    assert "[Name, Colour]" in inspection.reason
    near = look("Id,IsDeleted,AccountId,FirstName,SystemModstamp\n1,0,2,Lee,2026-07-01 10:00:00\n")
    assert "salesforce.contact, which needs last_name" in near.reason


def test_json_lines_lose_only_the_broken_line(look) -> None:
    good = json.dumps(
        {"omnimart_order_id": "1", "source": "s", "orderedAt": "2026-07-01", "net": 2}
    )
    inspection = look(f"{good}\n{good[:-5]}\n\n[1]\n{good.replace('net', 'colour')}\n", "x.jsonl")
    assert inspection.format == "omnimart.orders"
    assert counts(inspection) == (4, 2, 2, 0)
    assert inspection.unknown_columns == ("colour",)


def test_json_lines_may_begin_with_a_broken_line(look) -> None:
    good = json.dumps({"omnimart_order_id": "1", "source": "s", "ordered_at": "2026-07-01"})
    inspection = look(f"null\n{good}\n", "x.jsonl")
    assert (inspection.format, counts(inspection)) == ("omnimart.orders", (2, 1, 1, 0))


def test_a_json_array_is_read_and_a_broken_one_quarantined(look) -> None:
    record = {"omnimart_order_id": 123456789012345678, "source": "s", "ordered_at": "2026-07-01"}
    text = json.dumps([record, record], indent=1)
    assert counts(look(text, "x.json")) == (2, 2, 0, 0)
    assert "broken JSON" in look(text[:-20], "y.json").reason


def test_workbook_numbers_keep_their_digits(look, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["omnimart_order_id", "source", "ordered_at", "net"])
    book.active.append([100000000001, "s", "2026-07-01", 0.1])
    book.active.append([120211000000000000, "s", "2026-07-01", 5])
    book.create_sheet("Notes").append(["nothing here"])
    buffer = io.BytesIO()
    book.save(buffer)
    inspection = look(buffer.getvalue(), "book.xlsx")
    assert counts(inspection) == (2, 1, 1, 0)
    assert "lost digits" in inspection.rejected[0].reason
    assert inspection.notes == ("other sheets were not read: Notes",)


def test_an_html_table_called_xls_is_read(look) -> None:
    cells = "".join(f"<th>{name}</th>" for name in ORDERS.strip().split(","))
    html = f"<html><table><tr>{cells}</tr><tr><td>1<td>s<td>2026-07-01<td>paid<td>2</tr></table>"
    assert counts(look(html, "page.xls")) == (1, 1, 0, 0)


def test_parquet_is_read_with_its_own_types(look, tmp_path: Path) -> None:
    duckdb.sql(
        "select 7::bigint as omnimart_order_id, 's' as source, "
        "timestamptz '2026-07-01 10:00:00+02' as ordered_at, 1.5::decimal(9,2) as net, "
        "{'a': 1} as gift"
    ).write_parquet(str(tmp_path / "x.parquet"))
    inspection = inspect_file(tmp_path / "x.parquet", Settings(data_dir=tmp_path / "data"))
    assert counts(inspection) == (1, 1, 0, 0)
    assert inspection.cells_nulled == 0
    assert inspection.unknown_columns == ("gift",)


@pytest.mark.parametrize(
    "name",
    ["it's.csv", 'q"uote.csv', "a b; drop table x.csv", "rep[0-9].csv", "new\nline.csv", "*"],
)
def test_no_file_name_is_ever_a_pattern_or_a_query(look, tmp_path: Path, name: str) -> None:
    (tmp_path / "rep1.csv").write_text("another,file\n")
    assert counts(look(ORDERS + ROWS, name)) == (2, 2, 0, 0)


@pytest.mark.parametrize("header", ['x"; drop table cells; --', "select", "NET", "it's", "a,b"])
def test_no_header_is_ever_a_query(look, header: str) -> None:
    quoted = '"' + header.replace('"', '""') + '"'
    inspection = look(f"omnimart_order_id,source,ordered_at,net,{quoted}\n1,s,2026-07-01,2,x\n")
    assert counts(inspection) == (1, 1, 0, 0)
    assert len(inspection.unknown_columns) == 1


def test_a_line_no_export_has_is_quarantined(look) -> None:
    inspection = look(ORDERS + "a," + "x" * (17 * 2**20))
    assert inspection.status == "quarantined"
    assert "16 MB" in inspection.reason


def test_archives_are_inspected_member_by_member(look) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("orders.csv", ORDERS + ROWS)
        archive.writestr("readme.txt", "hello")
    inspection = look(buffer.getvalue(), "all.zip")
    assert [(item.path, item.status) for item in inspection.members] == [
        ("all.zip!orders.csv", "loaded"),
        ("all.zip!readme.txt", "quarantined"),
    ]


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from('",;\n\r\t'),
    max_size=8,
)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.lists(CELL, max_size=7), max_size=12), data=st.data())
def test_every_row_of_any_file_is_accounted_for(look, tmp_path: Path, rows, data) -> None:
    lines = []
    for row in rows:
        is_quoted = data.draw(st.booleans())
        cells = ['"' + cell.replace('"', '""') + '"' if is_quoted else cell for cell in row]
        lines.append(",".join(cells))
    newline = data.draw(st.sampled_from(["\n", "\r\n"]))
    text = ORDERS + newline.join(lines)
    inspection = look(text)
    assert inspection.status == "loaded"
    assert inspection.rows_read == (
        inspection.rows_loaded + inspection.rows_rejected + inspection.rows_ignored
    )
    records = list(tolerant_records(tmp_path / "file.csv", ",", 1))
    assert inspection.rows_read == len(records)


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=20))
def test_the_strict_and_the_tolerant_reader_agree(look, rows) -> None:
    quoted = [
        ['"' + cell.replace("\r", " ").replace('"', '""') + '"' for cell in row] for row in rows
    ]
    regular = ORDERS + "".join(
        f"a{number},{source},2026-07-01,{status},1\n"
        for number, (source, status) in enumerate(quoted)
    )
    strict = look(regular)
    tolerant = look(regular + "z,s,2026-07-01,paid\n")
    assert tolerant.rows_read == strict.rows_read + 1
    assert tolerant.rows_loaded == strict.rows_loaded + 1


@given(st.lists(st.text("ab,", max_size=9), max_size=60), st.integers(0, 3))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_sample_has_whole_lines_with_the_first_and_the_last_among_them(
    tmp_path: Path, lines: list[str], skip_lines: int
) -> None:
    path = tmp_path / "text.csv"
    path.write_text("".join(f"{number} {line}\n" for number, line in enumerate(lines)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ingestion.delimited._SAMPLES", 3)
        patched.setattr("ingestion.delimited._SAMPLE_BYTES", 24)
        sampled = b"".join(sample_lines(path, skip_lines)).decode().splitlines()
    written = path.read_text().splitlines()
    assert set(sampled) <= set(written)
    assert sampled[: skip_lines + 1] == written[: skip_lines + 1]
    assert sampled[-1:] == written[-1:]
    assert len(sampled) == len(set(sampled))
