"""Ad exports as platforms spell them in other languages, encodings, versions and containers."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.evidence import AmbiguousDateError
from ingestion.recognition import UnrecognisedError
from tests.ingestion.format_reader import FormatReader, Write, counts, write_sheet

# Google Ads


def test_google_campaign_called_total_is_no_total(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Campaign report",
            "27 January 2026 - 23 February 2026",
            "Campaign\tDay\tCurrency code\tImpr.\tClicks\tCost\tConversions\tSearch impr. share",
            "Total fitness\t2026-01-27\tGBP\t1,204\t31\t25.42\t1,002.50\t< 10%",
            "Totals 2026\t2026-01-28\tGBP\t980\t22\t17.38\t0.00\t --",
            "Total: Campaigns\t --\tGBP\t2,184\t53\t42.80\t1,002.50\t --",
            "Total: Account\t --\tGBP\t9,999\t99\t99.99\t1,002.50\t --",
            encoding="utf-16",
        )
    )
    assert reading.format.id == "google_ads.campaign_report"
    assert counts(reading) == (2, 0, 2)
    assert reading.values("campaign") == ["Total fitness", "Totals 2026"]
    assert reading.total("conversions") == Decimal("1002.5")
    facts = reading.staged.facts
    assert (facts.period_start, facts.period_end) == (date(2026, 1, 27), date(2026, 2, 23))
    cost = reading.staged.controls[0]
    assert (cost.column, cost.stated, cost.computed) == ("cost", 42.8, 42.8)


def test_google_editable_report_has_neither_preamble_nor_totals(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            "Row Type\tAction\tNetwork (with search partners)\tCampaign\tCurrency code\tImpr."
            "\tCost\tCampaign ID\tbid_config.target_cpa.target_cpa",
            "Campaign\tEdit\tGoogle Search\tSTRAWS – SEARCH\tGBP\t748\t79.13\t23492648140\t --",
            "Campaign\tEdit\tSearch partners\tSTRAWS – SEARCH\tGBP\t158\t4.19\t23492648140\t1.20",
            encoding="utf-16",
        )
    )
    assert reading.format.id == "google_ads.campaign_report"
    assert reading.values("bid_config_target_cpa_target_cpa") == [None, Decimal("1.2")]
    assert len(set(reading.values("_grain_key"))) == 2


def test_google_vietnamese_headers(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Báo cáo chiến dịch",
            "Ngày\tTrạng thái chiến dịch\tChiến dịch\tMã đơn vị tiền tệ\tLoại chiến dịch"
            "\tLượt chuyển đổi\tSố lượt hiển thị\tLượt nhấp\tChi phí\tID Chiến Dịch",
            "2026-01-27\tĐã bật\tMùa xuân\tVND\tTìm kiếm\t2,00\t1.204\t31\t1.250.000\t23492648140",
            encoding="utf-16",
        )
    )
    assert reading.format.id == "google_ads.campaign_report"
    row = reading.rows[0]
    assert (row["day"], row["impr"], row["cost"]) == (date(2026, 1, 27), 1204, Decimal(1250000))


def test_google_workbook_and_other_levels(reader: FormatReader, tmp_path: Path) -> None:
    title = [["Ad group report"], ["July 8, 2025 - July 31, 2025"]]
    head = ["Ad group", "Campaign", "Currency code", "Impr.", "Clicks", "CTR", "Cost"]
    rows = [["Brand", "Search", "EUR", 100, 5, 0.05, 2.5], ["Total: Ad groups", None, "EUR", 100]]
    reading = reader.read(write_sheet(tmp_path / "a.xlsx", [*title, head, *rows]))
    assert reading.format.id == "google_ads.ad_group_report"
    assert counts(reading) == (1, 0, 1)
    assert reading.values("ctr") == [Decimal("0.05")]
    terms = ["Search term", "Match type", "Added/Excluded", *head]
    path = write_sheet(tmp_path / "b.xlsx", [terms, ["tea", "Exact match", "None", *rows[0]]])
    assert reader.recognise_file(path).id == "google_ads.search_terms_report"


def test_google_editor_settings_are_refused(reader: FormatReader, write: Write) -> None:
    found = reader.recognise_file(
        write(
            "Campaign\tLabels\tCampaign Type\tNetworks\tBudget\tBudget type",
            "Brand\t\tSearch\tGoogle search\t10.00\tDaily",
            encoding="utf-16",
        )
    )
    assert found.id == "google_ads.editor_export"
    assert "settings" in (found.refuse or "")


def test_a_campaign_with_an_id_keeps_its_grain_under_a_new_name(
    reader: FormatReader, write: Write
) -> None:
    head = "Campaign,Campaign ID,Day,Currency code,Impr.,Cost"
    first = reader.read(write(head, "Brand,77,2026-01-27,GBP,100,10.00", name="a.csv"))
    renamed = reader.read(write(head, "Brand UK,77,2026-01-27,GBP,120,12.00", name="b.csv"))
    assert first.values("_grain_key") == renamed.values("_grain_key")
    head = head.replace("Campaign ID,", "")
    unnamed = reader.read(
        write(head, "A,2026-01-27,GBP,1,1.00", "B,2026-01-27,GBP,1,1.00", name="c.csv")
    )
    assert len(set(unnamed.values("_grain_key"))) == 2


# Meta Ads


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Début des rapports;Fin des rapports;Nom de la campagne;Impressions;"
            "Montant dépensé (EUR);Couverture",
            "2024-03-01;2024-03-31;Été;12 345;1 234,56;9 876",
        ),
        (
            "Início dos relatórios,Término dos relatórios,Nome da campanha,Impressões,"
            "Valor usado (EUR),Alcance",
            '2024-03-01,2024-03-31,Verão,12345,"1234,56",9876',
        ),
        (
            "Inicio del informe,Fin del informe,Nombre de la campaña,Impresiones,"
            "Importe gastado (EUR),Alcance",
            "2024-03-01,2024-03-31,Verano,12345,1234.56,9876",
        ),
        (
            "报告开始日期,报告结束日期,广告系列名称,展示次数,花费金额 (EUR),覆盖人数",
            '2024-03-01,2024-03-31,春季,"12,345",1234.56,9876',
        ),
    ],
    ids=["fr", "pt", "es", "zh"],
)
def test_meta_headers_of_other_languages(
    reader: FormatReader, write: Write, header: str, row: str
) -> None:
    reading = reader.read(write(header, row))
    assert reading.format.id == "meta_ads.ads_report"
    found = reading.rows[0]
    assert found["amount_spent"] == Decimal("1234.56")
    assert (found["impressions"], found["reach"]) == (12345, 9876)
    assert (found["_currency"], found["reporting_ends"]) == ("EUR", date(2024, 3, 31))


META_HEAD = "Campaign name,Day,Reporting starts,Reporting ends,Impressions,Amount spent (USD)"


def test_meta_totals_and_pivot_subtotals_are_no_data(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            META_HEAD,
            ",,2024-03-01,2024-03-02,300,30.00",
            "Total fitness,All,2024-03-01,2024-03-02,300,30.00",
            "Total fitness,2024-03-01,2024-03-01,2024-03-01,100,10.00",
            "Total fitness,2024-03-02,2024-03-02,2024-03-02,200,20.00",
        )
    )
    assert counts(reading) == (2, 1, 1)
    assert reading.total("amount_spent") == 30


def test_meta_report_without_delivery_is_empty(reader: FormatReader, write: Write) -> None:
    reading = reader.read(write(META_HEAD, "No data available."))
    assert counts(reading) == (0, 0, 1)


def test_meta_restated_day_has_the_grain_of_the_first_report(
    reader: FormatReader, write: Write
) -> None:
    day = "Brand,2024-03-01,2024-03-01,2024-03-01,{},{}"
    first = reader.read(write(META_HEAD, day.format(100, 10), name="a.csv"))
    again = reader.read(write(META_HEAD, day.format(120, 12), name="b.csv"))
    assert first.values("_grain_key") == again.values("_grain_key")
    head = META_HEAD.replace("Day,", "")
    march = reader.read(write(head, "Brand,2024-03-01,2024-03-31,1,1.00", name="c.csv"))
    april = reader.read(write(head, "Brand,2024-04-01,2024-04-30,1,1.00", name="d.csv"))
    assert march.values("_grain_key") != april.values("_grain_key")


# LinkedIn, TikTok, Ocean Engine, Microsoft


def test_linkedin_portuguese_decimals_and_dates(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Data de início (em UTC)\tNome da conta\tMoeda\tCódigo da campanha\tNome da campanha"
            "\tTotal investido\tImpressões\tCliques\tTaxa de cliques",
            "21/03/2024\tAcme\tBRL\t200000001\tB2B\t454,06\t12.345\t118\t0,956%",
            "01/04/2024\tAcme\tBRL\t200000001\tB2B\t1.454,06\t345\t3\t95,769%",
            encoding="utf-16",
        )
    )
    assert reading.values("start_date") == [date(2024, 3, 21), date(2024, 4, 1)]
    assert reading.values("total_spent") == [Decimal("454.06"), Decimal("1454.06")]
    assert reading.values("impressions") == [12345, 345]
    assert reading.values("click_through_rate") == [Decimal("0.00956"), Decimal("0.95769")]


@pytest.mark.parametrize(
    ("started", "first_day"),
    [("March 1, 2024", date(2024, 3, 1)), ("3 Jan 2024", date(2024, 1, 3))],
)
def test_the_range_that_a_report_states_tells_day_from_month(
    reader: FormatReader, write: Write, started: str, first_day: date
) -> None:
    reading = reader.read(
        write(
            f"Report Start: {started}",
            f"Report End: {started}",
            "Start Date (in UTC)\tAccount Name\tCurrency\tCampaign ID\tCampaign Name\tTotal Spent"
            "\tImpressions\tClicks\tCampaign Start Date",
            "3/1/2024\tAcme\tEUR\t200000001\tB2B\t102.51\t4120\t31\t5/1/2023",
            encoding="utf-16",
        )
    )
    assert reading.values("start_date") == [first_day]


def test_days_of_a_report_that_nothing_tells_are_asked_for(
    reader: FormatReader, write: Write
) -> None:
    path = write(
        '"Report Time: 3/1/2024 - 3/2/2024"',
        '"Gregorian date","Account number","Campaign","Campaign ID","Impr.","Clicks","Spend"',
        '"3/1/2024","F1000001","Spring","500000001","1,204","31","25.42"',
    )
    with pytest.raises(AmbiguousDateError, match=r"microsoft_ads: \{date_order: dmy\}"):
        reader.read(path)


@pytest.mark.parametrize(
    ("completed", "first_day"),
    [("3/13/2024 11:59:00 PM", date(2024, 3, 1)), ("13/3/2024 23:59:00", date(2024, 1, 3))],
)
def test_any_date_above_the_header_tells_day_from_month(
    reader: FormatReader, write: Write, completed: str, first_day: date
) -> None:
    reading = reader.read(
        write(
            '"Report Time: 3/1/2024 - 3/12/2024"',
            f'"Last Completed Available Day: {completed} (GMT)"',
            '"Gregorian date","Account number","Campaign","Campaign ID","Impr.","Clicks","Spend"',
            '"3/1/2024","F1000001","Spring","500000001","1,204","31","25.42"',
        )
    )
    assert reading.values("gregorian_date") == [first_day]
    assert reading.staged.facts.period_start == first_day


def test_microsoft_weeks_say_that_they_are_weeks(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            '"Report Time: 5/1/2025 - 5/31/2025"',
            '"Report Aggregation: Weekly"',
            "TimePeriod,AccountName,CampaignName,CampaignId,AdGroupName,SearchQuery,CurrencyCode,"
            "Impressions,Clicks,Spend",
            "2025-05-04,Acme,Spring,500000001,Tents,red tent,USD,100,5,7.25",
            "2025-05-11,Acme,Spring,500000001,Tents,red tent,USD,110,6,8.25",
        )
    )
    assert reading.format.id == "microsoft_ads.performance_report"
    assert reading.values("campaign") == ["Spring", "Spring"]
    assert reading.values("search_term") == ["red tent", "red tent"]
    assert reading.values("report_aggregation") == ["Weekly", "Weekly"]


def test_a_google_report_of_nothing_but_costs_by_day(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Campaign report",
            '"May 1, 2025 - May 2, 2025"',
            "Day,Campaign,Currency code,Cost",
            "2025-05-01,Spring,USD,12.00",
            "2025-05-02,Spring,USD,13.50",
        )
    )
    assert reading.format.id == "google_ads.campaign_report"
    assert reading.total("cost") == Decimal("25.5")


def test_reports_of_the_same_columns_below_each_other_keep_their_ranges(
    reader: FormatReader, write: Write
) -> None:
    head = "Campaign,Day,Currency code,Impr.,Clicks,Cost"
    readings = reader.read_tables(
        write(
            "Campaign report", '"September 20, 2025 - September 21, 2025"', head,
            "Spring,2025-09-20,USD,100,1,1.50", "Total: Account,--,USD,100,1,1.50", "",
            "Campaign report", '"September 22, 2025 - September 23, 2025"', head,
            "Spring,2025-09-22,USD,200,2,2.50", "Total: Account,--,USD,200,2,2.50",
        )
    )  # fmt: skip
    assert [counts(reading) for reading in readings] == [(1, 0, 1), (1, 0, 1)]
    assert [reading.staged.facts.period_start for reading in readings] == [
        date(2025, 9, 20), date(2025, 9, 22),
    ]  # fmt: skip


def test_meta_insights_of_the_api(reader: FormatReader, write: Write) -> None:
    days = [
        {"account_id": "1010", "account_currency": "EUR", "campaign_id": "120211000000006001",
         "campaign_name": "Spring", "adset_id": "120211000000006002", "ad_id": "12021100000000600",
         "impressions": "100", "clicks": "9", "inline_link_clicks": "7", "spend": "12.50",
         "actions": [{"action_type": "purchase", "value": "2"}],
         "date_start": f"2025-06-1{day}", "date_stop": f"2025-06-1{day}"}
        for day in range(2)
    ]  # fmt: skip
    envelope = {"data": days, "paging": {"cursors": {"before": "a", "after": "b"}}}
    reading = reader.read(write(json.dumps(envelope, indent=2), name="insights.json"))
    assert (reading.format.id, counts(reading)) == ("meta_ads.ads_report", (2, 0, 0))
    assert reading.total("amount_spent") == 25
    assert reading.values("reporting_ends") == [date(2025, 6, 10), date(2025, 6, 11)]
    assert reading.values("link_clicks") == [7, 7]
    assert reading.values("currency") == ["EUR", "EUR"]
    assert json.loads(reading.values("actions")[0])[0]["action_type"] == "purchase"


def test_google_pages_of_the_api(reader: FormatReader, write: Write) -> None:
    rows = [
        {"customer": {"id": "123", "currencyCode": "EUR"},
         "campaign": {"id": "20990000111", "name": "Spring"},
         "metrics": {"clicks": "5", "impressions": "90", "costMicros": "1250000"},
         "segments": {"date": f"2025-11-0{day}"}}
        for day in (1, 2, 3)
    ]  # fmt: skip
    pages = [{"results": rows[:2], "requestId": "a"}, {"results": rows[2:], "requestId": "b"}]
    stream = reader.read(write(json.dumps(pages, indent=2), name="searchStream.json"))
    assert (stream.format.id, counts(stream)) == ("google_ads.api_report", (3, 0, 0))
    assert stream.values("day") == [date(2025, 11, 1), date(2025, 11, 2), date(2025, 11, 3)]
    assert stream.total("cost_micros") == 3750000
    page = reader.read(write(json.dumps({"results": rows, "nextPageToken": "x"}), name="one.json"))
    assert stream.values("_grain_key") == page.values("_grain_key")
    groups = {"results": [row | {"adGroup": {"id": "7"}} for row in rows]}
    with pytest.raises(UnrecognisedError):
        reader.read(write(json.dumps(groups), name="groups.json"))


def test_tiktok_chinese_columns_have_a_day(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "推广系列名称,推广系列 ID,日期,货币,消耗,展示量,点击量（目标页面）",
            "春,1790000000000000004,2025-03-20,USD,12.50,1000,10",
        )
    )
    assert reading.format.id == "tiktok_ads.ads_report"
    assert reading.values("day") == [date(2025, 3, 20)]


def test_a_refused_cell_is_called_as_the_file_calls_it(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "广告系列,广告系列 ID,天,货币代码,费用,展示次数",
            "春,2.09E+10,2025-05-01,USD,12.00,100",
            "春,20990000162,2025-02-30,USD,13.00,110",
        )
    )
    reasons = [row.reason for row in reading.rejected]
    assert reasons[0].startswith("广告系列 ID (campaign_id) lost digits")
    assert reasons[1].startswith("天 (day) is '2025-02-30', expected a day")


def test_tiktok_workbook_with_ids_and_masked_counts(reader: FormatReader, tmp_path: Path) -> None:
    head = ["Campaign name", "Campaign ID", "By Day", "Cost", "Impressions", "Clicks (destination)"]
    rows = [
        ["Spring", "1800000000000000011", "2024-03-01", 50.25, 10447, "<5"],
        ["Spring", 1.8e18, "2024-03-02", 1.0, 10, 1],
        ["Total of 2 results", "-", "-", 51.25, 10457, 6],
    ]
    reading = reader.read(write_sheet(tmp_path / "report.xlsx", [head, *rows]))
    assert reading.format.id == "tiktok_ads.ads_report"
    assert counts(reading) == (1, 1, 1)
    assert reading.values("clicks_destination") == [None]
    assert json.loads(reading.rows[0]["_extra"]) == {"clicks_destination": "<5"}
    assert "lost digits" in reading.rejected[0].reason


@pytest.mark.parametrize(
    ("format_id", "lines"),
    [
        (
            "ocean_engine.oceanengine_report",
            ["日期,项目ID,项目名称,广告ID,广告名称,消耗,展示数,点击数,点击率,转化数,转化成本",
             "2024-03-01,7300000000000000001\t,春茶,1800000000000000011\t,素材A,320.50,20140,306,"
             "1.52,12,26.71",
             "汇总,-,-,-,-,320.50,20140,306,1.52,12,26.71"],
        ),
        (
            "ocean_engine.toutiao_report",
            ["时间,广告计划id,广告计划,广告组id,广告组,展示数,点击数,点击率,平均点击价格,总花费",
             "2024-03-01,1800000000000000011\t,春茶,170001\t,组1,20140,306,1.52%,1.05,320.50",
             "全部,--,--,--,--,20140,306,1.52%,1.05,320.50"],
        ),
    ],
)  # fmt: skip
def test_ocean_engine_generations_in_gb18030(
    reader: FormatReader, write: Write, format_id: str, lines: list[str]
) -> None:
    reading = reader.read(write(*lines, encoding="gb18030"))
    assert reading.format.id == format_id
    assert counts(reading) == (1, 0, 1)
    assert reading.total("cost") == Decimal("320.5")
    assert reading.values("click_rate") == [Decimal("0.0152")]
    assert reading.values("_currency") == ["CNY"]
    ids = {row.get("ad_id") or row.get("plan_id") for row in reading.rows}
    assert ids == {"1800000000000000011"}
    assert [item.computed for item in reading.staged.controls] == [320.5, 20140, 306]


def test_microsoft_grid_ids_lose_their_brackets(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "\ufeffCampaign ID,Campaign,Spend,Delivery,Clicks,Impr.,CTR",
            "[436534626],Search total fitness,512.24,Eligible,320,25389,1.32%",
            "Search total,-,487.25,-,389,28514,1.36%",
        )
    )
    assert counts(reading) == (1, 0, 1)
    assert reading.values("campaign_id") == ["436534626"]


def test_linkedin_creatives_and_conversions_are_told_from_campaigns(
    reader: FormatReader, write: Write
) -> None:
    head = "Start Date (in UTC)\tCampaign ID\tCampaign Name\tTotal Spent\tImpressions\tClicks"
    row = "3/1/2024\t200000001\tB2B\t45.50\t1200\t11"
    preamble = (
        "Creative Performance Report (in UTC)",
        "Report Start: March 1, 2024",
        "Report End: March 31, 2024",
        "Date Generated: April 2, 2024",
        "",
    )
    reading = reader.read(
        write(
            *preamble,
            f"{head}\tCreative ID\tCreative Name",
            f"{row}\t300000001\tVideo A",
            f"{row}\t300000002\tVideo B",
            encoding="utf-16",
        )
    )
    assert reading.format.id == "linkedin_ads.creative_performance_report"
    assert counts(reading) == (2, 0, 0)
    assert reading.values("creative_id") == ["300000001", "300000002"]
    assert reading.total("total_spent") == 91
    assert reading.staged.facts.period_end == date(2024, 3, 31)
    assert len(set(reading.values("_grain_key"))) == 2
    conversions = reader.read(
        write(
            f"{head}\tConversion Name\tConversion Type\tConversions",
            f"{row}\tSigned up\tSign up\t3",
            name="conversions.csv",
            encoding="utf-16",
        )
    )
    assert conversions.format.id == "linkedin_ads.conversion_performance_report"
    assert conversions.total("conversions") == 3


# Amazon, Pinterest, Snapchat, X


def test_amazon_reports_beside_the_search_terms(reader: FormatReader, tmp_path: Path) -> None:
    head = ["Date", "Portfolio name", "Currency", "Campaign Name", "Ad Group Name",
            "Advertised SKU", "Impressions", "Clicks", "Spend", "7 Day Total Sales ",
            "7 Day Total Orders (#)"]  # fmt: skip
    rows = [
        [date(2026, 7, 1), "Tea", "EUR", "Green", "Core", "SKU-1", 1200, 11, 4.5, 39.9, 2],
        [date(2026, 7, 1), "Tea", "EUR", "Green", "Core", "SKU-2", 300, 2, 0.5, 0, 0],
    ]
    reading = reader.read(write_sheet(tmp_path / "Advertised product.xlsx", [head, *rows]))
    assert reading.format.id == "amazon_ads.sponsored_report"
    assert counts(reading) == (2, 0, 0)
    assert reading.values("date") == [date(2026, 7, 1)] * 2
    assert (reading.total("spend"), reading.total("total_sales_7d")) == (5, Decimal("39.9"))
    assert reading.values("currency") == ["EUR", "EUR"]
    brands = ["Start Date", "End Date", "Campaign Name", "Impressions", "Clicks", "Spend",
              "14 Day Total Sales ", "14 Day Total Orders (#)"]  # fmt: skip
    path = write_sheet(tmp_path / "Sponsored Brands.xlsx", [brands])
    assert reader.recognise_file(path).id == "amazon_ads.sponsored_report"
    terms = [*brands[:3], "Customer Search Term", *brands[3:]]
    path = write_sheet(tmp_path / "Search terms.xlsx", [terms])
    assert reader.recognise_file(path).id == "amazon_ads.search_term_report"


def test_pinterest_report(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Date,Campaign ID,Campaign name,Spend in account currency,Impressions,Outbound clicks,"
            "Total conversions,eCTR",
            "2026-07-01,626700000001,Spring tea,12.34,4100,37,2,0.90%",
            "2026-07-02,626700000001,Spring tea,8.00,2900,20,,0.69%",
        )
    )
    assert reading.format.id == "pinterest_ads.ads_report"
    assert counts(reading) == (2, 0, 0)
    assert (reading.total("spend"), reading.total("outbound_clicks")) == (Decimal("20.34"), 57)
    assert reading.values("total_conversions") == [2, None]
    assert reading.values("ectr") == [Decimal("0.009"), Decimal("0.0069")]


def test_snapchat_times_are_days_of_the_account(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Start Time,End Time,Campaign Name,Campaign ID,Ad Squad Name,Paid Impressions,"
            "Swipe Ups,Spend,eCPM,Total Purchases",
            "2026-07-01T00:00:00.000-07:00,2026-07-02T00:00:00.000-07:00,Spring,"
            "00000000-0000-4000-8000-000000000001,Core,4100,37,12.34,3.01,2",
        )
    )
    assert reading.format.id == "snapchat_ads.ads_report"
    assert counts(reading) == (1, 0, 0)
    row = reading.rows[0]
    assert (row["start_time"], row["end_time"]) == (date(2026, 7, 1), date(2026, 7, 2))
    assert (row["paid_impressions"], row["swipe_ups"]) == (4100, 37)
    assert row["spend"] == Decimal("12.34")


def test_x_report(reader: FormatReader, tmp_path: Path) -> None:
    head = ["Time period", "Funding source name", "Campaign name", "Ad Group name", "Currency",
            "Objective", "Impressions", "Spend", "Results"]  # fmt: skip
    row = ["2026-07-01", "Acme card", "Spring", "Core", "USD", "Website traffic", 4100, 12.34, 37]
    reading = reader.read(write_sheet(tmp_path / "x.xlsx", [head, row]))
    assert reading.format.id == "x_ads.ads_report"
    assert reading.values("time_period") == [date(2026, 7, 1)]
    assert (reading.total("spend"), reading.total("impressions")) == (Decimal("12.34"), 4100)


def test_dashes_may_stand_before_the_label_of_a_total(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Campaign ID,Status,Campaign,Spend,Delivery,Clicks,Impr.,CTR",
            '[436534626],Enabled,Brand,"1,025.42",Eligible,31,"1,204",2.57%',
            '-,-,Search total,"1,025.42",-,31,"1,204",2.57%',
        )
    )
    assert (reading.format.id, counts(reading)) == ("microsoft_ads.campaign_grid", (1, 0, 1))
    assert reading.total("spend") == Decimal("1025.42")
