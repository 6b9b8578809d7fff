"""Exports of Chinese search engines and marketplaces: GB18030, preambles, totals, names for ids."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from tests.ingestion.format_reader import FormatReader, counts, write_lines, write_sheet

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return partial(write_lines, tmp_path, encoding="gb18030")


def baidu(*rows: str, span: str = "20260701", unit: str = "分日") -> list[str]:
    """Return the lines of a Baidu report: its preamble and ``rows``, ended by CRLF."""
    preamble = [
        "数据生成时间：2026-07-03 09:30:15",
        "数据生成条件：",
        f"1. 时间范围：{span}",
        f"2. 时间单位：{unit}",
        "3. 推广设备：全部",
        "4. 投放网络：全部",
        "5. 投放物料：全部",
        "",
    ]
    return [f"{line}\r" for line in (*preamble, *rows)]


def test_baidu_hours_of_creatives_below_eight_lines_of_conditions(
    reader: FormatReader, write: Write
) -> None:
    head = (
        "日期,小时,账户,推广计划,推广单元,创意标题,创意描述1,创意描述2,显示URL,展现,点击,消费,"
        "点击率,平均点击价格,网页转化,商桥转化"
    )
    reading = reader.read(
        write(
            *baidu(
                head,
                '2026-07-01,9,茶语,品牌,核心词,好茶,"春茶, 上市",包邮,tea.example.com,"1,204",31,'
                "25.42,2.57%,0.82,2,-",
                "2026-07-01,10,茶语,品牌,核心词,好茶,春茶,包邮,tea.example.com,96,0,0.00,0.00%,-,-,1",
                unit="分时",
            )
        )
    )
    assert reading.format.id == "baidu_ads.report"
    assert counts(reading) == (2, 0, 0)
    assert reading.total("cost") == Decimal("25.42")
    assert (reading.total("impressions"), reading.total("clicks")) == (1300, 31)
    assert reading.values("report_hour") == ["9", "10"]
    assert reading.values("cpc") == [Decimal("0.82"), None]
    assert reading.values("click_rate") == [Decimal("0.0257"), Decimal(0)]
    assert reading.values("bridge_conversions") == [None, 1]
    assert reading.values("_currency") == ["CNY", "CNY"]
    facts = reading.staged.facts
    assert (facts.period_start, facts.period_end) == (date(2026, 7, 1), date(2026, 7, 1))
    assert facts.exported_at == datetime(2026, 7, 3, 1, 30, 15)
    assert len(set(reading.values("_grain_key"))) == 2


@pytest.mark.parametrize(
    ("head", "row", "found"),
    [
        ("日期,账户,展现,点击,消费,点击率,平均点击价格,网页转化,商桥转化",
         "2026-07-01,茶语,100,5,10.50,5.00%,2.10,-,-",
         {"account_name": "茶语", "promotion_plan": None}),
        ("日期,账户,推广计划,省,市,展现,点击,消费",
         "2026-07-01,茶语,品牌,浙江,杭州,100,5,10.50",
         {"promotion_plan": "品牌", "province": "浙江", "city": "杭州"}),
        ("日期,推广计划,推广单元,关键词,搜索词,当前单元的添加状态,展现,点击,消费",
         "2026-07-01,品牌,核心词,茶,绿茶 礼盒,未添加,100,5,10.50",
         {"keyword": "茶", "search_term": "绿茶 礼盒", "added_in_unit": "未添加"}),
    ],
    ids=["accounts", "regions", "search terms"],
)  # fmt: skip
def test_baidu_levels_are_one_report(
    reader: FormatReader, write: Write, head: str, row: str, found: dict[str, str | None]
) -> None:
    reading = reader.read(write(*baidu(head, row)))
    assert reading.format.id == "baidu_ads.report"
    assert counts(reading) == (1, 0, 0)
    assert reading.total("cost") == Decimal("10.5")
    assert {name: reading.rows[0][name] for name in found} == found
    assert reading.rows[0]["report_date"] == date(2026, 7, 1)


def test_baidu_range_without_days_keeps_its_range(reader: FormatReader, write: Write) -> None:
    head = "账户,推广计划,展现,点击,消费"
    july = reader.read(
        write(
            *baidu(head, "茶语,品牌,100,5,10.50", span="20260701-20260731", unit="合计"),
            name="july.csv",
        )
    )
    august = reader.read(
        write(
            *baidu(head, "茶语,品牌,90,4,9.50", span="20260801-20260831", unit="合计"),
            name="august.csv",
        )
    )
    facts = july.staged.facts
    assert (facts.period_start, facts.period_end) == (date(2026, 7, 1), date(2026, 7, 31))
    assert july.values("_grain_key") != august.values("_grain_key")


def test_sogou_totals_stand_in_the_first_row(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "日期,账户,推广计划,推广组,关键词,展示数,点击数,点击率,点击均价,消耗",
            "总计,--,--,--,--,300,15,5.00%,2.10,31.50",
            "2026-07-01,茶语,品牌,核心词,茶,100,5,5.00%,2.10,10.50",
            "2026-07-02,茶语,品牌,核心词,茶,200,10,5.00%,2.10,21.00",
        )
    )
    assert reading.format.id == "sogou_ads.report"
    assert counts(reading) == (2, 0, 1)
    assert reading.total("cost") == Decimal("31.5")
    controls = {control.column: control for control in reading.staged.controls}
    assert (controls["cost"].stated, controls["cost"].computed) == (31.5, 31.5)


def test_qihoo_names_its_money_total_cost(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "日期,推广账户,产品线,推广计划,推广组,展示次数,点击次数,点击率,总费用,平均每次点击费用",
            "2026-07-01,茶语,搜索推广,品牌,核心词,100,5,5.00%,10.50,2.10",
            "合计,-,-,-,-,100,5,5.00%,10.50,2.10",
        )
    )
    assert reading.format.id == "qihoo_ads.report"
    assert counts(reading) == (1, 0, 1)
    row = reading.rows[0]
    assert (row["promotion_account"], row["product_line"]) == ("茶语", "搜索推广")
    assert (row["cost"], row["clicks"], row["cpc"]) == (Decimal("10.5"), 5, Decimal("2.1"))


def test_shenma_begins_with_a_quoted_time(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            '"时间",账户,推广计划,推广单元,展现量,点击量,消费,点击率,平均点击价格',
            '"2026-07-01",茶语,品牌,核心词,100,5,10.50,5.00%,2.10',
        )
    )
    assert reading.format.id == "shenma_ads.report"
    assert counts(reading) == (1, 0, 0)
    assert reading.values("report_date") == [date(2026, 7, 1)]
    assert reading.total("cost") == Decimal("10.5")


def test_poizon_users_are_advertisers(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "时间,用户ID,计划名称,计划ID,曝光量,点击量,点击率(%),消耗(元)",
            "2026-07-01,1000000000000000077\t,春茶,1800000000000000011\t,2000,40,2,31.50",
        )
    )
    assert reading.format.id == "poizon_ads.report"
    row = reading.rows[0]
    assert (row["advertiser_user_id"], row["plan_id"]) == (
        "1000000000000000077",
        "1800000000000000011",
    )
    assert (row["cost"], row["click_rate"]) == (Decimal("31.5"), Decimal("0.02"))
    assert row["_currency"] == "CNY"


@pytest.mark.parametrize(
    ("head", "row", "found"),
    [
        ("时间,小时,账户,推广计划,推广单元,展现量,点击量,消费", "2026-07-01,{},茶,品牌,词,9,1,2.50",
         "shenma_ads.report"),
        ("时间,小时,用户ID,计划名称,计划ID,曝光量,点击量,消耗(元)",
         "2026-07-01,{},7,春茶,8,9,1,2.50", "poizon_ads.report"),
        ("时间,小时,广告组,广告计划,广告计划id,展示数,点击数,平均千次展现费用,总花费",
         "2026-07-01,{},组,茶,8,9,1,2,2.50", "ocean_engine.toutiao_report"),
        ("日期,小时,广告ID,广告名称,花费,曝光次数,点击次数", "2026-07-01,{},8,茶,2.50,9,1",
         "tencent_ads.ads_report"),
    ],
)  # fmt: skip
def test_an_hour_is_one_grain_however_an_export_spells_it(
    reader: FormatReader, write: Write, head: str, row: str, found: str
) -> None:
    first = reader.read(write(head, row.format("9"), row.format("10"), name="a.csv"))
    second = reader.read(write(head, row.format("09:00-09:59"), row.format("10点"), name="b.csv"))
    assert (first.format.id, counts(first)) == (found, (2, 0, 0))
    assert first.values("report_hour") == second.values("report_hour") == ["9", "10"]
    assert first.values("_grain_key") == second.values("_grain_key")
    assert len(set(first.values("_grain_key"))) == 2


def test_juguang_notes_with_a_total_below(reader: FormatReader, tmp_path: Path) -> None:
    head = ["时间", "计划名称", "计划ID", "笔记ID", "消费", "展现量", "点击量", "点击率", "互动量"]
    rows = [
        ["2026-07-01", "春茶", "1800000011", "66aa00000000000000000001", 31.5, 2000, 40, "2%", 12],
        ["合计", None, None, None, 31.5, 2000, 40, "2%", 12],
    ]
    reading = reader.read(write_sheet(tmp_path / "report.xlsx", [head, *rows]))
    assert reading.format.id == "juguang_ads.report"
    assert counts(reading) == (1, 0, 1)
    assert reading.values("note_id") == ["66aa00000000000000000001"]
    assert (reading.total("cost"), reading.total("note_interactions")) == (Decimal("31.5"), 12)


@pytest.mark.parametrize(
    ("source", "header"),
    [
        ("baidu_ads", "日期,账户,推广计划,推广单元,展现,点击,消费"),
        ("sogou_ads", "日期,账户,推广计划,推广组,展示数,点击数,消耗"),
        ("qihoo_ads", "日期,推广账户,推广计划,展示次数,点击次数,总费用,平均每次点击费用"),
        ("shenma_ads", "时间,账户,推广计划,展现量,点击量,消费"),
        ("poizon_ads", "时间,用户ID,计划名称,计划ID,消耗(元)"),
        ("juguang_ads", "时间,计划名称,消费,展现量,互动量"),
        ("ocean_engine", "日期,项目ID,项目名称,广告ID,消耗,展示数,点击数"),
        ("ocean_engine", "日期,推广类型,抖音号ID,计划ID,计划名称,消耗(元),展示次数,点击次数"),
        ("ocean_engine", "时间,广告计划id,广告计划,广告组,展示数,点击数,总花费"),
        ("tencent_ads", "日期,广告ID,广告名称,花费,曝光次数,点击次数"),
    ],
)
def test_chinese_reports_are_told_apart(
    reader: FormatReader, write: Write, source: str, header: str
) -> None:
    assert reader.recognise_file(write(header)).source == source
