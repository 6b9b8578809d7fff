"""Every exporter's files are what the formats know, and hold what the world holds."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingestion.inspection import inspect_file
from ingestion.settings import Settings
from ingestion.simulator.experiments import seconds_of
from ingestion.simulator.exports import PLATFORMS
from ingestion.simulator.exports.records import add_records
from tests.ingestion.simulator.hand_made_world import HandMadeWorld, make_world, write_all


@pytest.fixture(scope="module")
def world() -> Iterator[HandMadeWorld]:
    made = make_world()
    yield made
    made.connection.close()


@pytest.fixture(scope="module")
def exports(world: HandMadeWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exports")
    write_all(world, out)
    return out


def read_rows(paths: Iterable[Path], encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    """Return the rows of CSV files of one header."""
    return [row for path in paths for row in csv.DictReader(io.StringIO(path.read_text(encoding)))]


def read_objects(paths: Iterable[Path]) -> list[dict]:
    """Return the objects of files of JSON lines."""
    return [
        json.loads(line)
        for path in paths
        for line in (gzip.open(path, "rt") if path.suffix == ".gz" else path.open())
    ]


def count(world: HandMadeWorld, query: str) -> int:
    """Return the one number that a query gives."""
    return world.connection.execute(query).fetchone()[0]


def test_every_file_is_recognised_and_loses_no_row(exports: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    found = [inspect_file(path, settings) for path in sorted(exports.rglob("*.*"))]
    inspected = [item for one in found for item in (one.members or (one,))]
    assert [item.path for item in inspected if item.status != "loaded"] == []
    assert [(item.path, item.rejected) for item in inspected if item.rows_rejected] == []
    assert [(item.path, item.unknown_columns) for item in inspected if item.unknown_columns] == []
    vendors = {item.format.split(".")[0] for item in inspected}
    assert vendors == {
        "fxiaoke", "ga4", "google_ads", "hubspot", "klaviyo", "linkedin_ads", "mailchimp",
        "meta_ads", "meta_organic", "ocean_engine", "omnimart", "salesforce", "segment",
        "sendgrid", "shopify", "square", "stripe", "tiktok_ads", "twilio", "wechat_oa", "wecom",
        "xiaohongshu", "youtube", "youzan",
    }  # fmt: skip


def test_totals_that_a_platform_prints_are_the_sums_of_its_rows(
    exports: Path, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path)
    folders = ("google_ads", "tiktok_ads", "ocean_engine")
    controls = [
        control
        for folder in folders
        for path in sorted((exports / folder).iterdir())
        for control in inspect_file(path, settings).controls
    ]
    assert controls
    assert [c for c in controls if abs(c.stated - c.computed) > 0.01] == []


def test_the_same_seed_gives_the_same_bytes(exports: Path, tmp_path: Path) -> None:
    again = make_world()
    try:
        written = write_all(again, tmp_path)
    finally:
        again.connection.close()
    first = {path.relative_to(exports): path for path in exports.rglob("*.*")}
    assert {path.relative_to(tmp_path) for path in written} == set(first)
    differing = [
        str(path)
        for path in written
        if path.read_bytes() != first[path.relative_to(tmp_path)].read_bytes()
        or path.stat().st_mtime != first[path.relative_to(tmp_path)].stat().st_mtime
    ]
    assert differing == []


def test_shopify_holds_every_order_of_the_shop_once(world: HandMadeWorld, exports: Path) -> None:
    rows = read_rows((exports / "shopify").iterdir())
    orders = [row for row in rows if row["Financial Status"]]
    assert len(orders) == len({row["Name"] for row in rows})
    assert len(orders) == count(world, "select count(*) from orders where place = 'shop'")
    assert len(rows) == count(
        world, "select count(*) from order_lines join orders using (order_id) where place = 'shop'"
    )
    total = round(sum(float(row["Total"]) for row in orders) * 100)
    assert total == count(world, "select sum(total)::bigint from orders where place = 'shop'")


def test_payments_are_the_paid_orders_and_the_workshops(
    world: HandMadeWorld, exports: Path
) -> None:
    rows = read_rows((exports / "stripe").iterdir())
    paid = [row for row in rows if row["Client Reference ID"]]
    assert len(paid) == count(
        world,
        "select count(*) from orders "
        "where place = 'shop' and status not in ('pending', 'cancelled')",
    )
    assert 0 < len(rows) - len(paid) <= 7


def test_tills_hold_every_payment_and_refund(world: HandMadeWorld, exports: Path) -> None:
    rows = read_rows((exports / "square").glob("transactions*"))
    events = {
        event: sum(row["Event Type"] == event for row in rows) for event in ("Payment", "Refund")
    }
    stores = "place in ('hudson', 'alder')"
    assert events == {
        "Payment": count(world, f"select count(*) from orders where {stores}"),
        "Refund": count(world, f"select count(refunded_at) from orders where {stores}"),
    }


def test_items_of_a_till_add_up_to_its_transactions(exports: Path) -> None:
    def cents(path: str, column: str) -> int:
        rows = read_rows((exports / "square").glob(path))
        return sum(round(float(row[column].replace("$", "")) * 100) for row in rows)

    for column in ("Gross Sales", "Discounts", "Net Sales", "Tax"):
        assert cents("items*", column) == cents("transactions*", column)


def test_mall_and_partner_keep_their_orders(world: HandMadeWorld, exports: Path) -> None:
    for folder, pattern, place in (
        ("youzan", "*", "mall"),
        ("omnimart", "teahouse_orders_*", "partner"),
    ):
        rows = read_rows((exports / folder).glob(pattern))
        assert len(rows) == count(world, f"select count(*) from orders where place = '{place}'")


def test_touchpoints_are_the_contacts(world: HandMadeWorld, exports: Path) -> None:
    rows = read_rows((exports / "omnimart").glob("touchpoints_*"))
    assert len(rows) == count(world, "select count(*) from touches where kind = 'contact'")


def test_web_analytics_has_a_session_for_every_visit_but_of_bots(
    world: HandMadeWorld, exports: Path
) -> None:
    events = read_objects((exports / "ga4").iterdir())
    starts = [event for event in events if event["event_name"] == "session_start"]
    assert len(starts) == count(
        world, "select count(*) from visits where site = 'shop' and not is_bot"
    )
    bought = {
        event["ecommerce"]["transaction_id"]
        for event in events
        if event["event_name"] == "purchase"
    }
    assert bought == {
        f"#{number}"
        for (number,) in world.connection.execute(
            "select number from orders inner join visits using (visit_id) where site = 'shop'"
        ).fetchall()
    }


def test_clicks_in_message_reports_are_the_touches_of_the_mailing(
    world: HandMadeWorld, exports: Path
) -> None:
    rows = read_rows([exports / "klaviyo" / "campaign_export.csv"])
    clicks = sum(int(row["Unique Clicks"]) for row in rows)
    assert clicks == count(
        world,
        "select count(distinct (mailing_id, person_id)) from touches "
        "inner join mailings using (mailing_id) where system = 'klaviyo'",
    )
    events = read_objects((exports / "klaviyo").glob("events*"))
    told = [event for event in events if "URL" in event["attributes"]["event_properties"]]
    assert len(told) == clicks
    opens = sum(int(row["Unique Opens"]) for row in rows)
    assert opens >= clicks


def test_a_variant_of_a_subject_has_a_row_of_its_own(exports: Path) -> None:
    tested = [
        row
        for row in read_rows([exports / "klaviyo/campaign_export.csv"])
        if row["Winning Variant?"]
    ]
    assert tested
    assert len(tested) == 2 * len({row["Campaign ID"] for row in tested})
    assert {row["Subject"] for row in tested} == {
        'Cold brew, "five" ways',
        "Five ways to brew cold",
    }
    assert "True" in {row["Winning Variant?"] for row in tested}
    subjects = {}
    for event in read_objects((exports / "klaviyo").glob("*.gz")):
        properties = event["attributes"]["event_properties"]
        if "$variation" in properties:
            subjects.setdefault(properties["$variation"], set()).add(properties["Subject"])
    assert subjects
    assert all(len(said) == 1 for said in subjects.values())


def test_a_test_of_the_site_is_shown_at_the_start_of_a_visit(
    world: HandMadeWorld, exports: Path
) -> None:
    events = read_objects((exports / "ga4").iterdir())
    shown = [event for event in events if event["event_name"] == "experience_impression"]
    assert shown
    variants = {
        parameter["value"]["string_value"]
        for event in shown
        for parameter in event["event_params"]
        if parameter["key"] == "exp_variant_string"
    }
    assert variants == {"delivery_promise-control", "delivery_promise-promise"}
    experiment = world.plan.scenario.experiments[0]
    first, end = seconds_of(world.plan, experiment)
    assert len(shown) == count(
        world,
        "select count(*) from visits where site = 'shop' and not is_bot and person_id is not null "
        f"and epoch(started_at - timestamp '{world.plan.first_day}') between {first} and {end - 1}",
    )


def test_a_later_ad_report_restates_the_week_before_it(exports: Path) -> None:
    days = [
        {row["Day"] for row in read_rows([path]) if row["Day"]}
        for path in sorted((exports / "meta_ads").glob("Tanwick*"), key=lambda p: p.stat().st_mtime)
    ]
    assert len(days[0] & days[1]) == 7


def test_a_file_is_dated_after_what_it_holds(exports: Path) -> None:
    august = next((exports / "square").glob("items-2026-08*"))
    assert datetime.fromtimestamp(august.stat().st_mtime, UTC).date() == date(2026, 9, 1)


def test_followers_in_wechat_met_the_brand_in_china(world: HandMadeWorld, exports: Path) -> None:
    followers = [row["openid"] for row in read_objects((exports / "wechat_oa").iterdir())]
    met = """
        select wechat_openid(person_id) from touches
        where channel in ('wechat', 'douyin', 'xiaohongshu')
        union select wechat_openid(person_id) from orders where place in ('mall', 'jingan', 'xihu')
    """
    assert followers
    assert {(openid,) for openid in followers} <= set(world.connection.execute(met).fetchall())


def test_records_name_what_the_exports_name(world: HandMadeWorld, exports: Path) -> None:
    add_records(world, [source for item in PLATFORMS.values() for source in item.sources])
    records: dict[str, set[str]] = {}
    for source, record_ref in world.connection.execute(
        "select source, record_ref from records"
    ).fetchall():
        records.setdefault(source, set()).add(record_ref)
    shopify = {row["Email"] for row in read_rows((exports / "shopify").iterdir())} - {""}
    assert records["shopify"] == shopify
    square = {row["Customer ID"] for row in read_rows((exports / "square").iterdir())} - {""}
    assert records["square"] == square
    stripe = {row["Customer ID"] for row in read_rows((exports / "stripe").iterdir())}
    assert records["stripe"] == stripe
    contacts = read_rows((exports / "hubspot").glob("*contacts*"))
    assert records["hubspot"] == {row["Record ID"] for row in contacts}
    leads = read_rows([exports / "salesforce" / name for name in ("Lead.csv", "Contact.csv")])
    assert records["salesforce"] == {row["Id"] for row in leads}
    touchpoints = read_rows((exports / "omnimart").glob("touchpoints_*"))
    friends = {row["customer_ref"] for row in touchpoints if row["source"] == "wecom"}
    contacts = read_objects((exports / "wecom").iterdir())
    assert records["wecom"] == friends | {
        contact["external_contact"]["external_userid"] for contact in contacts
    }
