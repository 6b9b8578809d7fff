import json
import os
import signal
import subprocess
import sys
import time

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.catalogue import load_catalogue
from ingestion.loading import close_audit, ensure_raw_tables, load_family, reset_raw
from ingestion.merging import append_staged
from ingestion.raw_tables import WrongTypeError
from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.source_settings import SourcesFileError
from ingestion.warehouse import connect

SPEND = "omnimart_spend_date,source,campaign,spend\n"
CONTENT = "select * exclude (_loaded_at) from raw_omnimart.spend order by _source_file, _source_row"


def spend(*rows: tuple[str, str, float]) -> str:
    return SPEND + "".join(f"{day},radio,{campaign},{amount}\n" for day, campaign, amount in rows)


EXPORTS = {
    "june.csv": ("2026-07-01", spend(("2026-06-29", "a", 1), ("2026-06-30", "a", 2))),
    "july.csv": ("2026-07-03", spend(("2026-06-30", "a", 3), ("2026-07-01", "a", 4))),
    "august.csv": ("2026-08-01", spend(("2026-06-30", "b", 5), ("2026-06-30", "a", 6))),
}


def test_the_newest_export_of_a_grain_wins_in_any_order_of_loading(
    landing, settings: Settings
) -> None:
    outcomes = []
    for order in (tuple(EXPORTS), tuple(EXPORTS)[::-1], ("july.csv", "august.csv", "june.csv")):
        for name in order:
            day, content = EXPORTS[name]
            landing.drop(name, content, day)
            landing.load("ads")
        rows = landing.query(CONTENT)
        superseded = landing.query(
            "select path, rows_superseded from raw_audit.files order by path"
        )
        spent = landing.query("select sum(spend) from raw_omnimart.spend")
        outcomes.append((rows, superseded))
        for name in order:
            (landing.folder / name).unlink()
        reset_raw(settings)
    assert outcomes[0] == outcomes[1] == outcomes[2]
    rows, superseded = outcomes[0]
    assert len(rows) == 4
    assert spent == [(1 + 5 + 6 + 4,)]
    assert superseded == [("august.csv", 0), ("july.csv", 1), ("june.csv", 1)]


def test_a_table_of_other_types_says_what_to_do(landing, settings: Settings) -> None:
    landing.drop("june.csv", EXPORTS["june.csv"][1], "2026-07-01")
    landing.load("ads")
    with connect(settings) as warehouse:
        warehouse.execute("alter table raw_omnimart.spend alter spend type varchar")
    with pytest.raises(WrongTypeError, match=r"spend\.spend is varchar.*full-refresh"):
        ensure_raw_tables(settings)


def test_all_at_once_equals_one_by_one(landing, settings: Settings) -> None:
    for name, (day, content) in EXPORTS.items():
        landing.drop(name, content, day)
        landing.load("ads")
    one_by_one = landing.query(CONTENT)
    reset_raw(settings)
    landing.load("ads")
    assert landing.query(CONTENT) == one_by_one


def test_a_second_run_changes_nothing(landing) -> None:
    landing.drop("a.csv", EXPORTS["june.csv"][1])
    landing.drop("b.png.csv", b"\x89PNG\r\n")
    first = landing.load()
    before = landing.query("from raw_audit.files order by path")
    second = landing.load()
    assert first.written == {"loaded": 1, "quarantined": 1}
    assert second.written == {}
    assert second.counts == first.counts == {"loaded": 1, "quarantined": 1}
    assert landing.query("from raw_audit.files order by path") == before


def test_equal_rows_of_one_file_all_stay(landing) -> None:
    landing.drop("a.csv", spend(("2026-07-01", "a", 5), ("2026-07-01", "a", 5)))
    landing.load("ads")
    assert landing.query("select count(*), sum(spend) from raw_omnimart.spend") == [(2, 10)]


def test_a_load_reads_any_script_and_reckons_in_utc(landing, settings: Settings) -> None:
    settings.sources_file.write_text(
        "sources: {omnimart: {timezone: Asia/Shanghai}}", encoding="utf-8"
    )
    landing.drop(
        "门店.csv",
        "omnimart_order_id,source,ordered_at,net,place\n一,门店,2026-07-01 07:00,1, 静安店 \n",
    )
    landing.load()
    assert landing.query(
        "select omnimart_order_id, source, place, ordered_at::varchar from raw_omnimart.orders"
    ) == [("一", "门店", "静安店", "2026-06-30 23:00:00")]


def test_of_a_format_with_event_ids_the_first_row_stays(landing) -> None:
    rows = "1,s,2026-07-01,5\n1,s,2026-07-01,6\n2,s,2026-07-01,7\n"
    landing.drop("a.csv", "omnimart_order_id,source,ordered_at,net\n" + rows)
    landing.load("pos")
    assert landing.query("select net from raw_omnimart.orders order by net") == [(5,), (7,)]
    (counted,) = landing.query("select rows_loaded, rows_superseded from raw_audit.files")
    assert counted == (3, 1)


def test_the_same_content_under_another_name_is_a_duplicate(landing) -> None:
    landing.drop("first.csv", EXPORTS["june.csv"][1])
    landing.drop("second.csv", EXPORTS["june.csv"][1], "2026-09-01")
    landing.load("ads")
    landing.drop("third.csv", EXPORTS["june.csv"][1], "2026-10-01")
    landing.load("ads")
    assert landing.statuses() == {
        "first.csv": "loaded", "second.csv": "duplicate", "third.csv": "duplicate",
    }  # fmt: skip
    assert landing.reason("third.csv") == "has the same content as first.csv"


def test_a_copy_of_a_quarantined_file_is_quarantined_too(landing) -> None:
    ambiguous = "omnimart_order_id,source,ordered_at,net\n1,s,03/04/2026,1\n"
    landing.drop("a.csv", ambiguous)
    landing.drop("b.csv", ambiguous)
    landing.load("pos")
    assert set(landing.statuses().values()) == {"quarantined"}


def test_a_changed_file_is_a_new_row_of_the_ledger(landing) -> None:
    landing.drop("a.csv", spend(("2026-07-01", "a", 1)), "2026-07-02")
    landing.load("ads")
    landing.drop("a.csv", spend(("2026-07-01", "a", 2), ("2026-07-02", "a", 3)), "2026-07-03")
    landing.load("ads")
    assert landing.query("select sum(spend) from raw_omnimart.spend") == [(5,)]
    assert landing.query("select count(*) from raw_audit.files where path = 'a.csv'") == [(2,)]


def test_a_touched_file_is_not_loaded_again(landing) -> None:
    path = landing.drop(
        "a.csv", "omnimart_order_id,source,ordered_at,net\n1,s,x,1\n2,s,2026-07-01,1\n"
    )
    landing.load("pos")
    landing.date(path, "2026-09-01")
    second = landing.load("pos")
    assert second.written == {}
    assert second.counts == {"loaded": 1}
    assert landing.query("select count(*) from raw_audit.rejected_rows") == [(1,)]


def test_a_quarantined_file_is_tried_again_when_sources_yml_changes(
    landing, settings: Settings
) -> None:
    landing.drop("a.csv", "omnimart_order_id,source,ordered_at,net\n1,s,03/04/2026,1\n")
    first = landing.load("pos")
    assert first.counts == {"quarantined": 1}
    (text,) = settings.quarantine_dir.glob("*.reason.txt")
    assert "date_order" in text.read_text(encoding="utf-8")
    settings.sources_file.write_text("sources: {omnimart: {date_order: dmy}}", encoding="utf-8")
    second = landing.load("pos")
    assert second.counts == {"loaded": 1}
    assert landing.query("select ordered_at::date::varchar from raw_omnimart.orders") == [
        ("2026-04-03",)
    ]
    assert list(settings.quarantine_dir.iterdir()) == []


def test_the_quarantine_folder_explains_what_stands_in_the_landing(
    landing, settings: Settings
) -> None:
    path = landing.drop("an odd/na'me.csv", b"\x89PNG\r\n")
    landing.load("web")
    (found,) = settings.quarantine_dir.glob("*.reason.json")
    facts = json.loads(found.read_text(encoding="utf-8"))
    assert facts["path"] == "an odd/na'me.csv"
    assert "PNG" in facts["reason"]
    assert found.name.endswith("-na_me.csv.reason.json")
    path.unlink()
    assert landing.load("web").counts == {}
    assert list(settings.quarantine_dir.iterdir()) == []


def test_every_hostile_file_is_decided_and_none_stops_the_others(landing) -> None:
    landing.drop("picture.csv", b"\x89PNG\r\n\x1a\n" + os.urandom(2000))
    landing.drop("empty.csv", b"")
    landing.drop("rows 0.csv", SPEND)
    landing.drop("nul.csv", spend(("2026-07-01", "n\0ul", 1)))
    landing.drop('it\'s [0-9] "..".csv', spend(("2026-07-01", "name", 1)))
    landing.drop("noise.json", b"{" + os.urandom(2000))
    landing.drop("noise.bin", os.urandom(5000))
    landing.drop("good.csv", spend(("2026-07-01", "good", 1)))
    (landing.folder / "broken.csv").symlink_to("nowhere")
    summary = landing.load()
    statuses = landing.statuses()
    assert len(statuses) == 9
    assert {path for path, status in statuses.items() if status == "loaded"} == {
        "rows 0.csv", "nul.csv", "it's [0-9] \"..\".csv", "good.csv",
    }  # fmt: skip
    assert summary.counts == {"loaded": 4, "quarantined": 5}
    assert all(record.reason for record in summary.quarantined)
    assert landing.reason("nul.csv") == "1 NUL bytes were removed"
    assert landing.query("select campaign from raw_omnimart.spend order by campaign") == [
        ("good",), ("name",), ("nul",),
    ]  # fmt: skip


def test_an_answer_without_records_raises_no_alarm(landing) -> None:
    landing.drop("quiet_day.json", '{"results": [], "paging": {}}')
    landing.load("ads")
    summary = close_audit(landing.settings)
    assert (summary.counts, summary.quarantined) == ({"ignored": 1}, ())
    assert "holds no records" in landing.reason("quiet_day.json")


def test_every_row_is_accounted_for_and_refused_ones_are_kept(landing) -> None:
    landing.drop("a.csv", SPEND + "2026-07-01,radio,a,1\nsoon,radio,b,2\n2026-07-01,radio,c,x,y\n")
    landing.load("ads")
    (counted,) = landing.query(
        "select rows_read, rows_loaded, rows_rejected, rows_ignored from raw_audit.files"
    )
    assert counted == (3, 1, 2, 0)
    refused = landing.query(
        "select source_row, raw_text, column_name, found, split_part(reason, '. ', 1), "
        "contains(reason, 'xport it again') from raw_audit.rejected_rows order by source_row"
    )
    assert refused == [
        (2, "soon,radio,b,2", "omnimart_spend_date", "soon",
         "omnimart_spend_date is 'soon', expected a day such as 2026-07-31", True),
        (3, "2026-07-01,radio,c,x,y", None, None,
         "row has 5 cells, header has 4: a text holds the delimiter and stands without quotes, or "
         "cells were shifted", True),
    ]  # fmt: skip


def test_lineage_and_unknown_cells_stand_beside_the_row(landing) -> None:
    landing.drop(
        "uk/a.csv",
        "omnimart_spend_date,source,spend,clicks,Mood\n2026-07-01,radio,1,many,bright\n",
    )
    landing.load("ads")
    ((file, row, currency, extra, loaded),) = landing.query(
        "select _source_file, _source_row, _currency, _extra, _loaded_at is not null "
        "from raw_omnimart.spend"
    )
    assert (file, row, currency, loaded) == ("uk/a.csv", 1, "USD", True)
    assert json.loads(extra) == {"Mood": "bright", "clicks": "many"}


SNAPSHOT = "Id,IsDeleted,AccountId,LastName,MailingStreet,SystemModstamp\n"


def contacts(*ids: str) -> str:
    rows = (f'"{id_}","0","000000000000000AAA","N","Main St","2026-07-01 10:00:00"\n'
            for id_ in ids)  # fmt: skip
    return SNAPSHOT + "".join(rows)


@pytest.mark.parametrize("is_newest_first", [False, True])
def test_a_row_absent_from_a_newer_full_snapshot_is_marked_deleted(
    landing, is_newest_first: bool
) -> None:
    exports = [
        ("june/Contact.csv", contacts("003000000000001AAA", "003000000000002AAA"), "2026-06-01"),
        ("july/Contact.csv", contacts("003000000000002AAA", "003000000000003AAA"), "2026-07-01"),
    ]
    for export in reversed(exports) if is_newest_first else exports:
        landing.drop(*export)
        landing.load("crm")
    ids = landing.query("select id[15], _is_deleted from raw_salesforce.contact order by id")
    assert ids == [("1", True), ("2", False), ("3", False)]
    assert landing.query(
        "select rows_superseded from raw_audit.files where path = 'june/Contact.csv'"
    ) == [(1,)]


def test_an_extract_of_chosen_columns_deletes_nothing(landing) -> None:
    snapshot = contacts("003000000000001AAA", "003000000000002AAA")
    landing.drop("june/Contact.csv", snapshot, "2026-06-01")
    landing.load("crm")
    landing.drop(
        "july/extract.csv",
        "Id,AccountId,LastName,SystemModstamp\n"
        '"003000000000002AAA","001000000000001AAA","New","2026-07-01 10:00:00"\n',
        "2026-07-01",
    )
    landing.load("crm")
    assert landing.query(
        "select id[15], last_name, _is_deleted from raw_salesforce.contact order by id"
    ) == [("1", "N", False), ("2", "New", False)]


def test_a_period_report_is_one_fact_per_covered_range(landing) -> None:
    header = "Campaign,Currency code,Impr.,Clicks,Cost\n"
    total = "Total: Campaigns,USD,30,3,12.00\nTotal: Account,USD,99,9,99.00\n"
    for month, last in (("June", 30), ("July", 31)):
        landing.drop(
            f"{month}.csv",
            f'Campaign report\n"{month} 1, 2026 - {month} {last}, 2026"\n{header}'
            f"Brand,USD,10,1,4.00\nOther,USD,20,2,8.00\n{total}",
        )
    landing.load("ads")
    assert landing.query(
        "select _period_start::varchar, sum(cost) from raw_google_ads.campaign_report "
        "group by all order by 1"
    ) == [("2026-06-01", 12), ("2026-07-01", 12)]
    rows = landing.query("select control_totals, rows_ignored from raw_audit.files order by path")
    assert {"column": "cost", "stated": 12.0, "computed": 12.0} in json.loads(rows[0][0])
    assert rows[0][1] == 2


def test_an_overlapping_daily_report_restates_its_days(landing) -> None:
    header = "Day,Campaign,Currency code,Impr.,Clicks,Cost\n"
    title = 'Campaign report\n"July 1, 2026 - July {}, 2026"\n'
    landing.drop(
        "a.csv", title.format(1) + header + "2026-07-01,Brand,USD,10,1,4.00\n", "2026-07-02"
    )
    landing.drop(
        "b.csv",
        title.format(2)
        + header
        + "2026-07-01,Brand,USD,10,1,5.00\n2026-07-02,Brand,USD,9,1,6.00\n",
        "2026-07-03",
    )
    landing.load("ads")
    assert landing.query("select sum(cost) from raw_google_ads.campaign_report") == [(11,)]


def test_all_raw_tables_exist_typed_even_when_empty(settings: Settings, landing) -> None:
    ensure_raw_tables(settings)
    ensure_raw_tables(settings)
    tables: dict[str, dict[str, str]] = {}
    for table, column, data_type in landing.query(
        "select schema_name || '.' || table_name, column_name, lower(data_type) "
        "from duckdb_columns() where starts_with(schema_name, 'raw_')"
    ):
        tables.setdefault(table, {})[column] = data_type
    for export_format in load_catalogue().loaded_formats():
        assert tables[export_format.raw_table] == export_format.raw_columns


def test_a_column_new_in_the_catalogue_is_added(settings: Settings, landing) -> None:
    ensure_raw_tables(settings)
    connection = connect(settings)
    connection.execute("alter table raw_omnimart.spend drop column clicks")
    connection.close()
    landing.drop("a.csv", "omnimart_spend_date,source,spend,clicks\n2026-07-01,radio,1,7\n")
    landing.load("ads")
    assert landing.query("select clicks from raw_omnimart.spend") == [(7,)]


def test_types_of_loaded_columns_are_those_of_the_catalogue(landing) -> None:
    landing.drop("a.csv", spend(("2026-07-01", "a", 1)))
    landing.load("ads")
    described = landing.query("describe raw_omnimart.spend")
    expected = load_catalogue().formats["omnimart.spend"].raw_columns
    assert {row[0]: row[1].lower() for row in described} == expected


def test_a_wrong_sources_yml_stops_the_load(landing, settings: Settings) -> None:
    settings.sources_file.write_text("sources: {omnimart: {timezone: Mars}}", encoding="utf-8")
    with pytest.raises(SourcesFileError):
        load_family(settings, "ads")


def test_a_family_that_does_not_exist_is_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="ads, social"):
        load_family(settings, "press")


def test_each_file_is_told_as_it_is_decided(landing, settings: Settings) -> None:
    landing.drop("a.csv", spend(("2026-07-01", "a", 1)))
    seen = []
    loads = load_family(settings, "ads", on_file=seen.append)
    assert [(record.path, record.status) for record in seen] == [("a.csv", "loaded")]
    brought = [(load.table, load.files, load.rows_loaded) for load in loads if load.files]
    assert brought == [("spend", 1, 1)]
    close_audit(settings)


KILLED_LOAD = """
import sys
from pathlib import Path
from ingestion.loading import close_audit, load_family
from ingestion.settings import Settings
settings = Settings(data_dir=Path(sys.argv[1]))
for family in ("ads", "pos"):
    load_family(settings, family)
close_audit(settings)
"""


@pytest.mark.parametrize("share", [0.5, 0.85])
def test_a_killed_load_and_a_second_one_equal_one_clean_load(
    landing, settings: Settings, share: float
) -> None:
    for number in range(3):
        rows = [(f"2026-07-{day:02d}", f"c{number}-{day}", day) for day in range(1, 29)] * 30
        landing.drop(f"spend{number}.csv", spend(*rows))
    orders = "".join(f"{number},s,2026-07-01,{number}\n" for number in range(500))
    landing.drop("orders.csv", "omnimart_order_id,source,ordered_at,net\n" + orders)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
    command = [sys.executable, "-c", KILLED_LOAD, str(settings.data_dir)]
    started = time.monotonic()
    subprocess.run(command, env=environment, check=True)
    duration = time.monotonic() - started
    counted = "select count(*), sum(spend) from raw_omnimart.spend"
    ordered = "select count(*), sum(net) from raw_omnimart.orders"
    clean = (landing.query(counted), landing.query(ordered), landing.query(CONTENT))
    reset_raw(settings)
    process = subprocess.Popen(command, env=environment)
    time.sleep(duration * share)
    process.send_signal(signal.SIGKILL)
    process.wait()
    landing.load()
    assert (landing.query(counted), landing.query(ordered), landing.query(CONTENT)) == clean
    assert landing.statuses().keys() == {"spend0.csv", "spend1.csv", "spend2.csv", "orders.csv"}


ROW = st.tuples(
    st.sampled_from(["2026-07-01", "2026-07-02"]), st.sampled_from("ab"), st.integers(1, 9)
)


@hypothesis_settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    exports=st.lists(st.lists(ROW, min_size=1, max_size=4), min_size=2, max_size=4), data=st.data()
)
def test_any_order_of_dropping_leaves_the_newest_rows_of_each_grain(
    landing, settings: Settings, exports: list[list[tuple[str, str, int]]], data: st.DataObject
) -> None:
    newest = {
        row[:2]: number for number, rows in enumerate(exports) for row in rows
    }  # later exports are newer
    expected = sorted(
        row for number, rows in enumerate(exports) for row in rows if newest[row[:2]] == number
    )
    reset_raw(settings)
    for path in landing.folder.iterdir():
        path.unlink()

    for number in data.draw(st.permutations(range(len(exports)))):
        # the last line makes the content of each file its own
        rows = [*exports[number], (f"2026-08-{number + 1:02}", "own", 1)]
        landing.drop(f"{number}.csv", spend(*rows), f"2026-09-{number + 1:02}")
        if data.draw(st.booleans()):
            landing.load("ads")
    landing.load("ads")

    assert (
        landing.query(
            "select omnimart_spend_date::varchar, campaign, spend::integer from raw_omnimart.spend "
            "where campaign != 'own' order by all"
        )
        == expected
    )


def test_rows_of_a_load_that_never_reached_the_ledger_are_removed(
    landing, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing.drop("june.csv", EXPORTS["june.csv"][1])
    landing.load("ads")
    landing.drop("july.csv", EXPORTS["july.csv"][1])

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("ingestion.loading._enter", fail)
        with pytest.raises(KeyboardInterrupt):
            landing.load("ads")
    assert landing.query("select count(*) from raw_omnimart.spend") == [(4,)]

    (landing.folder / "july.csv").unlink()
    landing.drop("august.csv", EXPORTS["august.csv"][1])
    landing.load("ads")

    sources = landing.query("select distinct _source_file from raw_omnimart.spend order by all")
    assert sources == [("august.csv",), ("june.csv",)]
    assert landing.query("from raw_audit.unsettled") == []


def test_a_large_file_gives_the_rows_that_small_ones_give(
    landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(f"2026-07-{day:02}", f"campaign {day}", day) for day in range(1, 29)]
    landing.drop("large.csv", spend(*rows) + "Total,,,406\n2026-07-32,radio,a,1\n")
    landing.drop("small.csv", spend(*rows).replace("radio", "tv"))
    monkeypatch.setattr("ingestion.staging._LARGE_ROWS", 28)

    landing.load("ads")

    assert landing.query(
        "select path, rows_read, rows_loaded, rows_rejected, rows_ignored "
        "from raw_audit.files order by path"
    ) == [("large.csv", 30, 28, 1, 1), ("small.csv", 28, 28, 0, 0)]
    columns = "* exclude (source, _source_file, _file_version, _grain_key)"
    large, small = (
        landing.query(f"select {columns} from raw_omnimart.spend where source = '{source}' "
                      "order by _source_row")
        for source in ("radio", "tv")
    )  # fmt: skip
    assert large == small


@pytest.fixture
def reads_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read texts of any size in place, as those of more than 16 MB are."""
    monkeypatch.setattr("ingestion.reading._IN_PLACE_BYTES", 0)
    monkeypatch.setattr("ingestion.delimited._ONE_PART_BYTES", 0)


@pytest.mark.usefixtures("reads_in_place")
def test_rows_read_in_place_have_the_numbers_of_the_file(landing) -> None:
    landing.drop("june.csv", EXPORTS["june.csv"][1])
    landing.load("ads")
    rows = "".join(f"2026-07-01,radio,{number:060},{number}\n" for number in range(1, 300_001))
    landing.drop("july.csv", SPEND + rows)  # of several parts, which are read side by side
    landing.load("ads")
    numbered = "select count(*), count(distinct spend), max(_source_row) from raw_omnimart.spend "
    of_july = "where _source_file = 'july.csv' and _source_row = spend"
    assert landing.query(numbered + of_july) == [(300_000, 300_000, 300_000)]


@pytest.mark.usefixtures("reads_in_place")
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_quotes_blanks_and_other_letters_are_read_in_place(
    landing, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr("ingestion.staging._stage", refuse_to_keep_cells)
    row = '2026-07-{day:02}, 电台\u3000," ""夏日,\n{day}""","{day}"\n'
    rows = "".join(row.format(day=day) for day in range(10, 31))
    landing.drop("july.csv", (SPEND + rows).replace("\n", end))
    landing.load("ads")
    assert landing.query(
        "select count(*), min(source), min(campaign), sum(spend), "
        "count(*) filter (_source_row != spend - 9) from raw_omnimart.spend"
    ) == [(21, "电台", f'"夏日,{end}10"', 420, 0)]


def refuse_to_keep_cells(*_) -> None:
    raise AssertionError("the cells of a promised text are kept")


@pytest.mark.usefixtures("reads_in_place")
@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ("2026-07-04,radio,a,7\n", (5, 5, 0, 0)),
        (",radio,a,7\n", (5, 4, 1, 0)),
        ('2026-07-04,radio,a,"1,234.5"\n', (5, 5, 0, 0)),
        ("Total,,,10\n", (5, 4, 0, 1)),
        ("2026-07-04,radio,a,7,8\n", (5, 4, 1, 0)),
        ("2026-07-04,radio,a,seven\n", (5, 5, 0, 0)),
    ],
)
def test_what_is_not_plain_is_no_other_when_read_in_place(
    landing, row: str, counts: tuple[int, ...]
) -> None:
    rows = spend(*((f"2026-07-0{day}", "a", day) for day in (1, 2, 3)))
    landing.drop("july.csv", rows + row + "2026-07-05,radio,a,5\n")
    landing.drop("empty.csv", SPEND)
    landing.load("ads")
    assert landing.statuses()["empty.csv"] == "loaded"
    assert landing.query(
        "select rows_read, rows_loaded, rows_rejected, rows_ignored from raw_audit.files "
        "where path = 'july.csv'"
    ) == [counts]
    last = "select _source_row from raw_omnimart.spend where spend = 5"
    assert landing.query(last) == [(5,)]


@pytest.mark.usefixtures("reads_in_place")
@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ("2026-07-04,radio,a,7\n", (21, 21, 0, 0)),
        ("2026-07-04,radio,,7\n", (21, 21, 0, 0)),
        ("2026-07-04,radio,N/A,7\n", (21, 21, 0, 0)),
        ("2026-07-04,radio,a,--\n", (21, 21, 0, 0)),
        (",radio,a,7\n", (21, 20, 1, 0)),
        ("2026-07-32,radio,a,7\n", (21, 20, 1, 0)),
        ('2026-07-04,radio,a,"1,234.5"\n', (21, 21, 0, 0)),
        ("Total,,,10\n", (21, 20, 0, 1)),
        ("2026-07-04,radio,a,7,8\n", (21, 20, 1, 0)),
        ("2026-07-04,radio\n", (21, 21, 0, 0)),
        ("2026-07-04,radio,a,seven\n", (21, 21, 0, 0)),
    ],
)
def test_a_row_that_no_sample_showed_is_read_as_it_is(
    landing, monkeypatch: pytest.MonkeyPatch, row: str, counts: tuple[int, ...]
) -> None:
    monkeypatch.setattr("ingestion.delimited._SAMPLES", 2)
    monkeypatch.setattr("ingestion.delimited._SAMPLE_BYTES", 60)
    rows = [f"2026-07-{day:02},radio,a,{day}\n" for day in range(5, 25)]
    landing.drop("a.csv", spend(("2026-06-01", "b", 1)))
    landing.drop("july.csv", SPEND + "".join([*rows[:10], row, *rows[10:]]))
    landing.drop("z.csv", spend(("2026-06-02", "b", 2)))
    landing.load("ads")
    assert landing.query(
        "select path, rows_read, rows_loaded, rows_rejected, rows_ignored from raw_audit.files "
        "order by path"
    ) == [("a.csv", 1, 1, 0, 0), ("july.csv", *counts), ("z.csv", 1, 1, 0, 0)]
    numbered = (
        "select _source_file, spend::integer, _source_row from raw_omnimart.spend "
        "where spend in (1, 2, 5, 15, 24) order by _source_file, spend"
    )
    assert landing.query(numbered) == [
        ("a.csv", 1, 1), ("july.csv", 5, 1), ("july.csv", 15, 12), ("july.csv", 24, 21),
        ("z.csv", 2, 1),
    ]  # fmt: skip
    assert landing.query("from raw_audit.unsettled") == []


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stage and append one file after the other, as large ones are."""
    monkeypatch.setattr("ingestion.portions._FIRST_STAGE_BYTES", 1)
    monkeypatch.setattr("ingestion.portions._STAGE_BYTES", 1)


@pytest.mark.usefixtures("one_by_one")
@pytest.mark.parametrize("entered_together", [1, 2, 1_000])
def test_files_entered_together_end_as_those_entered_one_by_one(
    landing, monkeypatch: pytest.MonkeyPatch, entered_together: int
) -> None:
    monkeypatch.setattr("ingestion.loading._ENTER_FILES", entered_together)
    for day in (1, 2, 3):
        text = spend(("2026-07-01", "a", day), (f"2026-07-0{day + 1}", "a", day))
        text += "2026-07-32,radio,a,1\n"
        landing.drop(f"{day}.csv", text, f"2026-08-0{day}")
    landing.load("ads")
    content = (
        "select _source_file, _source_row, spend::integer from raw_omnimart.spend order by all"
    )
    assert landing.query(content) == [("1.csv", 2, 1), ("2.csv", 2, 2), ("3.csv", 1, 3),
                                      ("3.csv", 2, 3)]  # fmt: skip
    superseded = "select rows_loaded, rows_superseded from raw_audit.files order by path"
    assert landing.query(superseded) == [(2, 1), (2, 1), (2, 0)]
    refused = "select path, source_row, found from raw_audit.rejected_rows order by all"
    assert landing.query(refused) == [(f"{day}.csv", 3, "2026-07-32") for day in (1, 2, 3)]


@pytest.mark.usefixtures("one_by_one")
def test_what_came_before_an_error_stays(landing, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (1, 2, 3):
        landing.drop(f"{day}.csv", spend((f"2026-07-0{day}", "a", day)))

    def append_and_fail(*arguments) -> None:
        append_staged(*arguments)
        if arguments[-1][0].recognised.content.path == "2.csv":
            raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("ingestion.loading.append_staged", append_and_fail)
        with pytest.raises(OSError, match="disk is full"):
            landing.load("ads")
    content = "select _source_file, spend::integer from raw_omnimart.spend order by all"
    assert landing.query(content) == [("1.csv", 1)]
    assert landing.statuses() == {"1.csv": "loaded"}
    landing.load("ads")
    assert landing.query(content) == [("1.csv", 1), ("2.csv", 2), ("3.csv", 3)]


@pytest.mark.usefixtures("one_by_one")
def test_what_does_not_fit_at_first_is_appended_once(
    landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (1, 2, 3):
        landing.drop(f"{day}.csv", spend((f"2026-07-0{day}", "a", day)))
    failing = ["2.csv"]

    def append_and_fail_once(*arguments) -> None:
        append_staged(*arguments)
        if [item.recognised.content.path for item in arguments[-1]] == failing:
            failing.clear()
            raise duckdb.OutOfMemoryException("Out of Memory Error: no")

    monkeypatch.setattr("ingestion.loading.append_staged", append_and_fail_once)
    landing.load("ads")
    content = "select _source_file, spend::integer from raw_omnimart.spend order by all"
    assert landing.query(content) == [("1.csv", 1), ("2.csv", 2), ("3.csv", 3)]


@pytest.mark.usefixtures("reads_in_place")
@pytest.mark.parametrize("cell", ["6", "6,7"])
def test_a_text_that_changes_while_it_is_read_in_place_is_left_to_the_next_load(
    landing, monkeypatch: pytest.MonkeyPatch, cell: str
) -> None:
    landing.drop("june.csv", EXPORTS["june.csv"][1])
    july = landing.drop("july.csv", spend(("2026-07-01", "b", 4)))

    def change_and_append(*arguments: object) -> None:
        if "b,4" in july.read_text():
            landing.drop("july.csv", SPEND + f"2026-07-01,radio,b,{cell}\n", "2026-07-02")
        append_staged(*arguments)

    monkeypatch.setattr("ingestion.loading.append_staged", change_and_append)
    landing.load("ads")
    loaded = "select _source_file, _source_row, spend::integer from raw_omnimart.spend order by all"
    assert landing.query(loaded) == [("june.csv", 1, 1), ("june.csv", 2, 2)]
    landing.load("ads")
    assert landing.statuses()["july.csv"] == "loaded"
    assert landing.query("from raw_audit.unsettled") == []


def test_a_file_beyond_the_memory_of_a_load_is_quarantined_with_what_to_do(
    landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise duckdb.OutOfMemoryException("no")

    landing.drop("june.csv", EXPORTS["june.csv"][1])
    with monkeypatch.context() as patched:
        patched.setattr("ingestion.portions.stage", fail)
        landing.load("ads")
    assert "Split the export" in landing.reason("june.csv")


def test_what_does_not_fit_into_the_limit_of_memory_is_loaded_without_it(landing) -> None:
    landing.settings = landing.settings.model_copy(update={"load_memory": "16MB"})
    records = [{"omnimart_order_id": str(number), "source": "s", "ordered_at": "2026-07-01",
                "note": "x" * 1_000} for number in range(30_000)]  # fmt: skip
    landing.drop("orders.json", json.dumps(records))
    landing.load("pos")
    assert landing.statuses() == {"orders.json": "loaded"}, landing.reason("orders.json")
    assert landing.query("select count(*) from raw_omnimart.orders") == [(30_000,)]


def test_each_days_export_of_totals_so_far_is_an_observation(landing) -> None:
    videos = "BV号,稿件标题,发布时间,播放量\nBV1xx411c7mD,A,2026-06-01 10:00:00,{}\n"
    landing.drop("first.csv", videos.format(10), "2026-07-01T08:00:00")
    landing.drop("corrected.csv", videos.format(12), "2026-07-01T20:00:00")
    landing.drop("later.csv", videos.format(30), "2026-07-08")
    landing.load("social")

    plays = landing.query("select plays from raw_bilibili.videos order by plays")
    assert plays == [(12,), (30,)]


def test_a_new_column_is_reported_once(landing) -> None:
    for month in ("july", "august"):
        landing.drop(
            f"{month}.csv", f"omnimart_spend_date,source,Mood,spend\n2026-07-01,{month},good,1\n"
        )
        landing.load("ads")

    assert landing.query("select format, column_name, path from raw_audit.new_columns") == [
        ("omnimart.spend", "Mood", "july.csv")
    ]
    assert "Mood" in landing.reason("august.csv")


def test_an_amount_that_rounding_makes_too_long_is_kept_as_it_stood(landing) -> None:
    amount = "99999999999999.99999"
    landing.drop("july.csv", f"{SPEND}2026-07-01,radio,a,{amount}\n")
    landing.load("ads")
    assert landing.query("select cells_nulled from raw_audit.files") == [(1,)]
    assert landing.query("select spend, _extra->>'spend' from raw_omnimart.spend") == [
        (None, amount)
    ]
