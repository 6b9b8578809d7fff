"""Files hold the rows of a query, dressed as a platform dresses them."""

import gzip
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.simulator.writing import Folder, WrittenFile

AT = datetime(2026, 10, 1, 9)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    connection = duckdb.connect()
    yield Folder(tmp_path, connection)
    connection.close()


def test_cells_are_quoted_where_they_must_be(folder: Folder) -> None:
    query = "select 'a,b' as \"one, two\", '' as empty, null as missing, 'say \"x\"' as said"
    path = folder.csv("shop/orders.csv", query, exported_at=AT)
    assert path.read_text() == '"one, two",empty,missing,said\n"a,b",,,"say ""x"""\n'
    assert folder.files == [WrittenFile("shop/orders.csv", 1, AT)]


def test_all_cells_can_be_quoted(folder: Folder) -> None:
    path = folder.csv("a.csv", "select 1 as a, null as b", quoting="all", exported_at=AT)
    assert path.read_text() == '"a","b"\n"1",""\n'


@pytest.mark.parametrize(
    ("quoting", "line"), [("commas", '"a,b"\tc d\t""""\n'), ("spaces", 'a,b\t"c d"\t""""\n')]
)
def test_cells_with_a_mark_can_be_quoted(folder: Folder, quoting: str, line: str) -> None:
    query = "select 'a,b' as a, 'c d' as b, '\"' as c"
    path = folder.csv("a.csv", query, delimiter="\t", quoting=quoting, exported_at=AT)
    assert path.read_text() == "a\tb\tc\n" + line


def test_a_table_stands_between_preamble_and_footer_in_another_encoding(folder: Folder) -> None:
    path = folder.csv(
        "a.csv",
        "select '茶' as tea from range(2)",
        encoding="utf-16-le",
        bom=True,
        preamble="Report\n\n",
        footer="Total\n",
        newline="\r\n",
        ends_with_newline=False,
        exported_at=AT,
    )
    assert path.read_bytes() == "\ufeffReport\r\n\r\ntea\r\n茶\r\n茶\r\nTotal".encode("utf-16-le")


def test_a_file_carries_the_time_of_its_export_and_leaves_nothing_beside_it(
    folder: Folder,
) -> None:
    path = folder.csv("a.csv", "select 1 as a", bom=True, exported_at=AT)
    assert path.stat().st_mtime == AT.replace(tzinfo=UTC).timestamp()
    assert list(folder.out.iterdir()) == [path]


def test_objects_stand_one_to_a_line(folder: Folder) -> None:
    query = """select '{"a":"x, \\"y\\""}' as line from range(2)"""
    plain = folder.json_lines("a.jsonl", query, exported_at=AT)
    packed = folder.json_lines("a.jsonl.gz", query, gzipped=True, exported_at=AT)
    assert plain.read_text() == '{"a":"x, \\"y\\""}\n' * 2
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()


def test_a_sheet_keeps_numbers_and_texts_apart(folder: Folder) -> None:
    path = folder.workbook(
        "a.xlsx",
        "select 'x < y' as name, n as number, if(n > 1, to_json(n), to_json('-')) as mixed, "
        "null as nothing from range(1, 3) as t(n) order by n",
        "Data",
        exported_at=AT,
    )
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert '<c r="A2" t="inlineStr"><is><t>x &lt; y</t></is></c>' in sheet
    assert '<c r="B2"><v>1</v></c><c r="C2" t="inlineStr"><is><t>-</t></is></c></row>' in sheet
    assert '<c r="C3"><v>2</v></c></row>' in sheet


def test_an_archive_holds_a_table_per_query(folder: Folder) -> None:
    members = {"a.csv": "select 1 as a", "b.csv": "select 2 as b"}
    path = folder.archive("all.zip", members, exported_at=AT)
    again = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "a.csv": b"a\n1\n",
            "b.csv": b"b\n2\n",
        }
    assert folder.archive("all.zip", members, exported_at=AT).read_bytes() == again


def test_nothing_is_written_where_there_are_no_rows(folder: Folder) -> None:
    nothing = "select 1 as a where false"
    assert folder.csv("a.csv", nothing, footer="Total\n", exported_at=AT) is None
    assert folder.json_lines("a.json", "select '{}' where false", exported_at=AT) is None
    assert folder.workbook("a.xlsx", nothing, "Sheet1", exported_at=AT) is None
    assert folder.archive("a.zip", {"a.csv": nothing}, exported_at=AT) is None
    assert [path for path in folder.out.rglob("*") if path.is_file()] == []
    assert folder.files == []
