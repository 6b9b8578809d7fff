"""The shipped sample: reproducible, harmless, understood in full, and one story throughout."""

import csv
import gzip
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

from ingestion.inspection import Inspection, inspect_file
from ingestion.settings import Settings
from ingestion.simulator import simulate
from ingestion.simulator.exports.periods import at_hour
from ingestion.simulator.plan import make_plan
from orchestration.cli import SAMPLE_EXPORTED_AT

SAMPLE = Path(__file__).parents[2] / "seeds" / "sample"
MAIL_ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
RESERVED_DOMAINS = {"example.com", "example.net", "example.org"}
# Numbers not given out, or not to people: see ingestion/simulator/people.py. Slips lose a digit.
NOBODYS_NUMBERS = re.compile(
    r"^(1?\d{3}555\d{3,4}|(44|0)?71\d{7,8}|(49|0)?150\d{7,8}|(86)?14[57]\d{7,8})$"
)
PHONE_COLUMN = re.compile(r"phone|手机号?$|^from$|^to$", re.IGNORECASE)


def files() -> list[Path]:
    return sorted(path for path in SAMPLE.rglob("*") if path.is_file())


def opened(path: Path) -> bytes:
    """Return a file's bytes; a gzip member's content, since compressors differ between builds."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def decoded(content: bytes) -> str:
    return content.decode("utf-16" if content[:2] == b"\xff\xfe" else "utf-8-sig")


@cache
def texts() -> list[tuple[Path, str]]:
    """Return every file as text, the members of archives one by one, workbooks tab-separated."""
    return list(_texts())


def _texts() -> Iterator[tuple[Path, str]]:
    for path in files():
        if path.suffix == ".xlsx":
            sheet = load_workbook(path).active
            rows = sheet.iter_rows(values_only=True)
            yield path, "\n".join("\t".join(str(cell or "") for cell in row) for row in rows)
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield path, decoded(archive.read(name))
        else:
            yield path, decoded(opened(path))


def table(path: Path, header_starts: str = "", delimiter: str = ",") -> list[dict[str, str]]:
    """Return the rows below the header line that starts so (the first line when not said)."""
    text = decoded(opened(path))
    start = text.index(header_starts) if header_starts else 0
    return list(csv.DictReader(io.StringIO(text[start:], newline=""), delimiter=delimiter))


@cache
def objects(pattern: str) -> list[dict[str, Any]]:
    paths = sorted(SAMPLE.glob(pattern))
    return [json.loads(line) for path in paths for line in decoded(opened(path)).splitlines()]


def shopify_orders() -> list[dict[str, str]]:
    paths = sorted((SAMPLE / "shopify").iterdir())
    return [row for path in paths for row in table(path) if row["Id"]]


@pytest.fixture(scope="module")
def inspections(tmp_path_factory: pytest.TempPathFactory) -> list[Inspection]:
    """Return what a load would make of every file and archive member."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    found = [inspect_file(path, settings) for path in files()]
    return [member for item in found for member in (item.members or (item,))]


@cache
def campaigns_and_clicks() -> dict[str, tuple[str, int]]:
    """Return campaign id -> (name, clicks) over all ad reports, each day once."""
    days: dict[tuple[str, ...], tuple[str, int]] = {}
    for path in sorted((SAMPLE / "google_ads").iterdir()):
        delimiter = "\t" if opened(path)[:2] == b"\xff\xfe" else ","
        for row in table(path, "Campaign status", delimiter):
            if not row["Campaign status"].startswith("Total"):
                key = (row["Campaign ID"], row["Day"])
                days[key] = (row["Campaign"], int(row["Clicks"].replace(",", "")))
    for path in sorted((SAMPLE / "meta_ads").iterdir()):
        for row in table(path):
            identity = row.get("Campaign ID") or row.get("广告系列编号")
            if identity:
                name = row.get("Campaign name") or row["广告系列名称"]
                day = row.get("Day") or row["报告开始日期"]
                days[identity, day] = (name, int(row.get("Link clicks") or row["链接点击量"]))
    for row in table(next((SAMPLE / "linkedin_ads").iterdir()), "Start Date", "\t"):
        clicks = int(row["Clicks"].replace(",", ""))
        days[row["Campaign ID"], row["Start Date (in UTC)"]] = (row["Campaign Name"], clicks)
    sheet = load_workbook(next((SAMPLE / "tiktok_ads").iterdir())).active
    header, *body = sheet.iter_rows(values_only=True)
    for cells in body:
        row = dict(zip(header, cells, strict=True))
        if row["Campaign ID"] != "-":
            key = (row["Campaign ID"], row["By Day"], row["Ad group name"])
            days[key] = (row["Campaign name"], row["Clicks (destination)"])
    total: dict[str, tuple[str, int]] = {}
    for (identity, *_), (name, clicks) in days.items():
        total[identity] = (name, total.get(identity, ("", 0))[1] + clicks)
    return total


@cache
def landings() -> list[dict[str, str]]:
    """Return the campaign tags of every visit to the shop."""
    starts = (event for event in objects("ga4/*") if event["event_name"] == "session_start")
    return [event.get("collected_traffic_source", {}) for event in starts]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the sample, written anew."""
    out = tmp_path_factory.mktemp("tiny")
    simulate(make_plan("tiny"), out)
    return out


def planted(written: Path) -> list[tuple[str, str]]:
    """Return (file, expectation) of every planted defect."""
    return duckdb.sql(
        f"select file, expected from '{written / 'truth' / 'defects.parquet'}'"
    ).fetchall()


def test_the_scenario_writes_the_committed_files(written: Path) -> None:
    again = sorted(path for path in written.rglob("*") if path.is_file())
    again = [path for path in again if path.parent.name != "truth"]
    assert [path.relative_to(written) for path in again] == [
        path.relative_to(SAMPLE) for path in files()
    ]
    for path in again:
        assert opened(path) == opened(SAMPLE / path.relative_to(written)), path.name


def test_the_sample_is_dated_as_the_scenario_has_it(written: Path) -> None:
    plan = make_plan("tiny")
    assert at_hour(plan.last_day + timedelta(days=1), 9).replace(tzinfo=UTC) == SAMPLE_EXPORTED_AT
    assert max(path.stat().st_mtime for path in written.rglob("*.csv")) >= (
        SAMPLE_EXPORTED_AT.timestamp()
    )


def test_the_sample_stays_small() -> None:
    assert sum(path.stat().st_size for path in files()) < 3_000_000


def test_every_file_is_understood_column_by_column(inspections: list[Inspection]) -> None:
    assert [(item.path, item.reason) for item in inspections if item.status != "loaded"] == []
    assert [(item.path, item.unknown_columns) for item in inspections if item.unknown_columns] == []
    assert len({item.format for item in inspections}) >= 18


def test_only_the_rows_spoilt_on_purpose_are_rejected(
    inspections: list[Inspection], written: Path
) -> None:
    rejected = Counter({item.path: item.rows_rejected for item in inspections if item.rejected})
    assert rejected == Counter(
        Path(file).name for file, expected in planted(written) if expected == "rejected"
    )
    assert rejected.total() >= 2


def test_only_values_that_google_censors_are_emptied(inspections: list[Inspection]) -> None:
    emptied = {item.format for item in inspections if item.cells_nulled}
    assert emptied == {"google_ads.campaign_report"}


def test_every_stated_total_is_the_sum_of_its_rows(inspections: list[Inspection]) -> None:
    controls = [(item, control) for item in inspections for control in item.controls]
    assert {item.format for item, _ in controls} >= {
        "google_ads.campaign_report",
        "ocean_engine.qianchuan_report",
        "tiktok_ads.ads_report",
    }
    for item, control in controls:
        assert abs(control.stated - control.computed) <= 0.01 * item.rows_loaded, item.path


def test_every_mail_address_stands_in_a_domain_kept_for_examples() -> None:
    domains = Counter(
        domain.lower() for _, text in texts() for domain in MAIL_ADDRESS.findall(text)
    )
    assert set(domains) == RESERVED_DOMAINS


def test_every_phone_number_is_nobodys() -> None:
    numbers = set()
    for path, text in texts():
        if path.suffix in (".gz", ".json"):
            numbers |= set(re.findall(r'"phone":"([^"]+)"', text))
            continue
        delimiter = "\t" if path.suffix == ".xlsx" else ","
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        header = next(rows)
        columns = [i for i, name in enumerate(header) if PHONE_COLUMN.search(name)]
        cells = (row[i] for row in rows if len(row) == len(header) for i in columns)
        numbers |= {number for cell in cells for number in cell.split(";") if number}
    masked = {number for number in numbers if "*" in number}
    digits = {re.sub(r"\(0\)|\D", "", number) for number in numbers - masked}
    assert len(digits) > 500
    assert [number for number in digits if not NOBODYS_NUMBERS.match(number)] == []
    assert masked
    assert [number for number in masked if not re.match(r"\D*14\d?\*{4}", number)] == []


def test_every_order_that_analytics_saw_is_an_order_of_the_shop() -> None:
    names = {order["Name"] for order in shopify_orders()}
    bought = [event for event in objects("ga4/*") if event["event_name"] == "purchase"]
    seen = [event["ecommerce"]["transaction_id"] for event in bought]
    completed = [e for e in objects("segment/*") if e.get("event") == "Order Completed"]
    assert len(seen) > 80
    assert set(seen) <= names
    assert {event["properties"]["order_id"] for event in completed} <= names


def test_every_other_report_of_an_order_is_an_order_of_the_shop() -> None:
    orders = shopify_orders()
    totals = {order["Name"]: order["Total"] for order in orders}
    placed = [
        event["attributes"]["event_properties"]
        for event in objects("klaviyo/*.gz")
        if "$event_id" in event["attributes"]["event_properties"]
    ]
    payments = [row for path in sorted((SAMPLE / "stripe").iterdir()) for row in table(path)]
    paid = {p["Client Reference ID"]: p["Amount"] for p in payments if p["Client Reference ID"]}
    assert {properties["$event_id"] for properties in placed} <= {order["Id"] for order in orders}
    assert len(paid) > 100
    assert all(totals[name] == amount for name, amount in paid.items())


def test_every_tagged_visit_names_a_campaign_of_an_ad_report() -> None:
    tagged = [tags for tags in landings() if "manual_campaign_id" in tags]
    known = {identity: name for identity, (name, _) in campaigns_and_clicks().items()}
    assert len(tagged) > 1500
    assert all(known[t["manual_campaign_id"]] == t["manual_campaign_name"] for t in tagged)


def test_every_click_id_belongs_to_one_campaign() -> None:
    campaign_of: dict[str, str] = {}
    for tags in landings():
        if "gclid" in tags and "manual_campaign_id" in tags:
            campaign = campaign_of.setdefault(tags["gclid"], tags["manual_campaign_id"])
            assert campaign == tags["manual_campaign_id"]
    assert {identity[:3] for identity in campaign_of.values()} == {"218"}


def test_no_campaign_brought_more_visits_than_clicks() -> None:
    visits = Counter(
        tags["manual_campaign_id"] for tags in landings() if "manual_campaign_id" in tags
    )
    clicks = {identity: count for identity, (_, count) in campaigns_and_clicks().items()}
    assert all(visits[identity] <= clicks[identity] for identity in visits)
    assert 0.7 < visits.total() / sum(clicks[identity] for identity in visits) < 0.95


def test_no_file_tells_when_or_where_it_was_written() -> None:
    for path in files():
        if path.suffix in (".zip", ".xlsx"):
            with zipfile.ZipFile(path) as archive:
                assert {entry.date_time for entry in archive.infolist()} == {(2026, 10, 1, 9, 0, 0)}
        elif path.suffix == ".gz":
            assert path.read_bytes()[3:8] == bytes(5)  # neither a name nor a time
