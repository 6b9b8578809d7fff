"""A retailer in China: its stores sell in yuan, and its exports know one person by many names."""

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import phonenumbers
import pytest
from python_calamine import CalamineWorkbook

from ingestion.inspection import inspect_file
from ingestion.settings import Settings
from ingestion.simulator.brand import load_brand
from ingestion.simulator.exports import platforms_of
from ingestion.simulator.exports.records import add_order_refs, add_records
from ingestion.simulator.plan import Plan, load_scenario
from ingestion.simulator.story import tell
from ingestion.simulator.world import World
from ingestion.simulator.writing import Folder

CHINESE_STORES = "place in ('jingan', 'xihu')"


@dataclass
class Retailer:
    """A told world with its exports and the truth about them."""

    world: World
    exports: Path

    def rows(self, query: str) -> list[tuple]:
        return self.world.connection.execute(query).fetchall()

    def number(self, query: str) -> int:
        return self.rows(query)[0][0]

    def csv(self, pattern: str) -> list[dict[str, str]]:
        """Return the rows of CSV files of one header."""
        paths = sorted(self.exports.glob(pattern))
        texts = [path.read_text("utf-8-sig") for path in paths]
        return [row for text in texts for row in csv.DictReader(io.StringIO(text))]

    def objects(self, pattern: str) -> list[dict]:
        """Return the objects of files of JSON lines."""
        return [
            json.loads(line)
            for path in sorted(self.exports.glob(pattern))
            for line in path.read_text("utf-8").splitlines()
        ]

    def people(self, source: str) -> dict[str, int]:
        """Return who the records of a source are, by their reference."""
        return dict(
            self.rows(f"select record_ref, person_id from records where source = '{source}'")
        )


def simulated(folder: Path) -> Retailer:
    folder.mkdir()
    plan = Plan(scenario=load_scenario("retail_cn"), customers=500, days=130, seed=3)
    world = World(plan, folder)
    tell(world)
    exports = folder / "exports"
    written, platforms = Folder(exports, world.connection), platforms_of(world).values()
    for platform in platforms:
        platform.export(world, written)
    sources = {source for platform in platforms for source in platform.sources}
    add_records(world, sources)
    add_order_refs(world, sources)
    return Retailer(world, exports)


@pytest.fixture(scope="module")
def retailer(tmp_path_factory: pytest.TempPathFactory) -> Iterable[Retailer]:
    made = simulated(tmp_path_factory.mktemp("retailer") / "first")
    yield made
    made.world.close()


@pytest.fixture(scope="module")
def unionids(retailer: Retailer) -> dict[str, dict[int, set[str]]]:
    """Return the union ids of people, by the export that states them."""
    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    followers, contacts = retailer.people("wechat_oa"), retailer.people("wecom")
    cards = retailer.people("loyalty")
    for row in retailer.objects("wechat_oa/*"):
        found["followers"][followers[row["openid"]]].add(row["unionid"])
    for row in retailer.objects("wecom/*"):
        contact = row["external_contact"]
        if "unionid" in contact:
            found["contacts"][contacts[contact["external_userid"]]].add(contact["unionid"])
    for row in retailer.csv("omnimart/loyalty_customers.csv"):
        unionid = json.loads(row["external_ids"])["unionid"]
        found["cards"][cards[row["omnimart_customer_ref"]]].add(unionid)
    return found


def test_every_file_is_recognised_and_loses_no_row(retailer: Retailer, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    paths = sorted(retailer.exports.rglob("*.*"))
    found = [inspect_file(path, settings) for path in paths]
    assert [item.path for item in found if item.status != "loaded"] == []
    assert [(item.path, item.rejected) for item in found if item.rows_rejected] == []
    assert [(item.path, item.unknown_columns) for item in found if item.unknown_columns] == []
    assert {item.format for item in found} == {
        "fxiaoke.leads", "ocean_engine.qianchuan_report", "omnimart.customers",
        "omnimart.order_lines", "omnimart.orders", "omnimart.spend", "omnimart.touchpoints",
        "wechat_oa.users", "wecom.external_contacts", "xiaohongshu.notes", "youzan.orders",
    }  # fmt: skip


def test_the_same_seed_gives_the_same_bytes(retailer: Retailer, tmp_path: Path) -> None:
    again = simulated(tmp_path / "again")
    again.world.close()
    first, second = (
        {
            str(path.relative_to(made.exports)): (path.read_bytes(), path.stat().st_mtime)
            for path in made.exports.rglob("*.*")
        }
        for made in (retailer, again)
    )
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []


def test_a_follower_stands_once_and_is_a_record(retailer: Retailer) -> None:
    followers = retailer.objects("wechat_oa/*")
    people = retailer.people("wechat_oa")
    assert {row["openid"] for row in followers} == set(people)
    assert len(people) == len(followers) == len(set(people.values()))


def test_followers_of_a_till_came_by_the_code_of_its_store(retailer: Retailer) -> None:
    codes = Counter(
        (row["subscribe_scene"] == "ADD_SCENE_QR_CODE", row["qr_scene_str"])
        for row in retailer.objects("wechat_oa/*")
        if row["subscribe"]
    )
    assert set(codes) == {(False, ""), (True, "store_jingan"), (True, "store_xihu")}


def test_of_those_who_unfollowed_only_ids_are_told(retailer: Retailer) -> None:
    followers = retailer.objects("wechat_oa/*")
    left = [row for row in followers if row["subscribe"] == 0]
    assert 0.05 < len(left) / len(followers) < 0.25
    assert {tuple(row) for row in left} == {("subscribe", "openid", "unionid")}
    stayed = [row for row in followers if row["subscribe"] == 1]
    begin = retailer.world.zero
    assert all(0 <= row["subscribe_time"] - begin < retailer.world.seconds for row in stayed)


def test_a_contact_stands_once_for_every_employee_who_added_it(retailer: Retailer) -> None:
    rows = retailer.objects("wecom/*")
    pairs = Counter(
        (row["external_contact"]["external_userid"], row["follow_info"]["userid"]) for row in rows
    )
    assert set(pairs.values()) == {1}
    assert len({contact for contact, _ in pairs}) < len(pairs)
    people = retailer.people("wecom")
    assert {contact for contact, _ in pairs} == set(people)
    friends = {
        row["customer_ref"]
        for row in retailer.csv("omnimart/touchpoints*")
        if row["source"] == "wecom"
    }
    assert friends < set(people)
    sales = [row for row in rows if row["follow_info"]["userid"] == "sales01"]
    assert sales
    assert all(row["follow_info"]["remark_corp_name"] for row in sales)


def test_contacts_are_called_what_they_call_themselves(retailer: Retailer) -> None:
    names = dict(retailer.rows("select person_id, full_name from persons"))
    people = retailer.people("wecom")
    contacts = {
        row["external_contact"]["external_userid"]: row["external_contact"]["name"]
        for row in retailer.objects("wecom/*")
    }
    legal = sum(names[people[ref]] == name for ref, name in contacts.items())
    assert 0.2 < legal / len(contacts) < 0.5


def test_telephones_that_employees_noted_are_the_contacts_own(retailer: Retailer) -> None:
    phones = {
        person: {phone.removeprefix("+86"), (second or phone).removeprefix("+86")}
        for person, phone, second in retailer.rows(
            "select person_id, phone, second_phone from persons"
        )
    }
    people, noted = retailer.people("wecom"), 0
    for row in retailer.objects("wecom/*"):
        mobiles = row["follow_info"]["remark_mobiles"]
        assert set(mobiles) <= phones[people[row["external_contact"]["external_userid"]]]
        noted += bool(mobiles)
    assert noted


def test_one_person_has_one_union_id_in_all_exports(
    unionids: dict[str, dict[int, set[str]]],
) -> None:
    people: dict[int, set[str]] = defaultdict(set)
    for stated in unionids.values():
        for person, ids in stated.items():
            people[person] |= ids
    assert all(len(ids) == 1 for ids in people.values())
    assert len({unionid for ids in people.values() for unionid in ids}) == len(people)
    assert set(unionids["followers"]) & set(unionids["contacts"]) & set(unionids["cards"])


def test_followers_are_visitors_of_the_mall_by_their_open_id(retailer: Retailer) -> None:
    followers = retailer.people("wechat_oa")
    visits = [r for r in retailer.csv("omnimart/touchpoints*") if r["source"] == "mall_visits"]
    touched = dict(retailer.rows("select 'T' || touch_id, person_id from touches"))
    known = [row for row in visits if row["device_id"] in followers]
    assert known
    for row in known:
        assert followers[row["device_id"]] == touched[row["omnimart_touchpoint_ref"]]


def test_every_touch_is_a_contact_that_the_touchpoints_tell_of(retailer: Retailer) -> None:
    assert retailer.number("select count(*) from visits") == 0
    rows = retailer.csv("omnimart/touchpoints*")
    assert len(rows) == retailer.number("select count(*) from touches where kind = 'contact'")
    channels = dict(retailer.rows("select 'T' || touch_id, channel from touches"))
    spelled = {
        (channels[row["omnimart_touchpoint_ref"]], row["utm_source"], row["utm_medium"])
        for row in rows
    }
    assert spelled == {
        ("wechat", "wechat", "social"), ("douyin", "douyin", "cpc"), ("direct", "", ""),
        ("xiaohongshu", "xiaohongshu", "social"), ("phone", "", ""), ("store", "jingan", "store"),
        ("store", "xihu", "store"), ("referral", "chashu.example", "referral"),
        ("referral", "chalu.example", "referral"),
    }  # fmt: skip


def sheets(retailer: Retailer) -> list[list[list]]:
    """Return the rows of every export of the notes, the oldest export first."""
    paths = sorted(retailer.exports.glob("xiaohongshu/*/*"))
    return [CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python() for path in paths]


def test_notes_stand_below_a_merged_row(retailer: Retailer) -> None:
    path = next(retailer.exports.glob("xiaohongshu/*/*"))
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    assert sheet.merged_cell_ranges == [((0, 0), (0, 12))]
    title, header, *notes = sheet.to_python()
    assert set(title) == {"最多导出排序后前1000条笔记"}
    assert header[:4] == ["笔记标题", "首次发布时间", "体裁", "曝光"]
    published = [datetime.strptime(row[1], "%Y年%m月%d日%H时%M分%S秒") for row in notes]
    assert published == sorted(published, reverse=True)


def test_every_export_of_the_notes_holds_the_ones_before_and_no_number_falls(
    retailer: Retailer,
) -> None:
    exports = [{(row[0], row[1]): row for row in rows[2:]} for rows in sheets(retailer)]
    assert len(exports) == 5
    assert [len(notes) for notes in exports] == [len(rows) - 2 for rows in sheets(retailer)]
    for earlier, later in pairwise(exports):
        assert earlier.keys() < later.keys()
        for key, row in earlier.items():
            counts = [*range(3, 5), *range(6, 11), 12]
            assert all(row[column] <= later[key][column] for column in counts)


def test_stores_in_china_sell_in_yuan(retailer: Retailer) -> None:
    prices = {item.sku: item.yuan_price for item in (*load_brand().products, *load_brand().tea_bar)}
    sold = retailer.rows(
        "select sku, price, currency, tax, place from order_lines inner join orders "
        "using (order_id)"
    )
    assert {place for *_, place in sold} == {"mall", "jingan", "xihu"}
    assert all(prices[sku] == price for sku, price, *_ in sold)
    assert {(currency, tax) for _, _, currency, tax, _ in sold} == {("CNY", 0)}


def test_walk_ins_of_a_store_leave_no_name(retailer: Retailer) -> None:
    unnamed = retailer.rows(
        "select place, count(*) from orders where person_id is null group by place order by place"
    )
    assert [place for place, _ in unnamed] == ["jingan", "xihu"]
    told = {
        row["omnimart_order_id"]: row["customer_ref"] + row["phone"]
        for row in retailer.csv("omnimart/store_orders_cn*")
    }
    for (number,) in retailer.rows(
        "select upper(place) || '-' || number from orders where person_id is null"
    ):
        assert told[number] == ""


def test_tills_tell_of_every_sale_once_and_of_its_lines(retailer: Retailer) -> None:
    orders = retailer.csv("omnimart/store_orders_cn*")
    assert len({row["omnimart_order_id"] for row in orders}) == len(orders)
    assert len(orders) == retailer.number(f"select count(*) from orders where {CHINESE_STORES}")
    assert {row["place"] for row in orders} == {"唐维茶上海静安店", "唐维茶杭州西湖店"}
    assert all(row["ordered_at"].endswith("+08:00") for row in orders)
    gross: dict[str, float] = defaultdict(float)
    for row in retailer.csv("omnimart/store_order_lines_cn*"):
        gross[row["order_id"]] += float(row["net"])
    assert {row["omnimart_order_id"]: float(row["gross"]) for row in orders} == pytest.approx(gross)
    for row in orders:
        left = float(row["gross"]) - float(row["discount"]) - float(row["refund"])
        assert float(row["net"]) == pytest.approx(left)


def test_orders_and_records_of_the_tills_are_the_buyers(retailer: Retailer) -> None:
    buyers = dict(
        retailer.rows("select order_ref, person_id from order_refs where source = 'store_pos_cn'")
    )
    records = retailer.people("store_pos_cn")
    rows = retailer.csv("omnimart/store_orders_cn*")
    assert set(buyers) == {row["omnimart_order_id"] for row in rows}
    for row in rows:
        ref = row["customer_ref"] or row["phone"]
        assert records.get(ref) == buyers[row["omnimart_order_id"]]
    assert {row["customer_ref"] for row in rows} & set(retailer.people("loyalty"))


def test_cards_in_china_know_no_customer_of_an_american_till(retailer: Retailer) -> None:
    for row in retailer.csv("omnimart/loyalty_customers.csv"):
        assert set(json.loads(row["external_ids"])) == {"unionid"}


def test_only_what_is_spent_in_the_market_is_told(retailer: Retailer) -> None:
    rows = retailer.csv("omnimart/media_spend.csv")
    assert {row["currency"] for row in rows} == {"CNY"}


def test_china_has_telephones_for_a_million_people_and_their_second_ones(
    retailer: Retailer,
) -> None:
    assert (
        retailer.number("select count(distinct phone('CN', range + 1)) from range(2000000)")
        == 2_000_000
    )
    for (number,) in retailer.rows("select phone('CN', range * 4001 + 1) from range(500)"):
        assert phonenumbers.is_valid_number(phonenumbers.parse(number))
