"""Ad reports whose rows sum weeks, months or ranges, and what else their users choose to export."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ingestion.format_reader import FormatReader, Reading, Write, counts, write_sheet


def covered(reading: Reading) -> list[tuple[date, date]]:
    """Return the range that each row covers."""
    return [(row["_period_start"], row["_period_end"]) for row in reading.rows]


# Weeks, months, quarters, ranges


def google(column: str, *rows: str, span: str = "June 10, 2026 - July 31, 2026") -> list[str]:
    head = f"{column}\tCampaign\tCurrency code\tImpr.\tClicks\tCost"
    return ["Campaign report", span, head, *rows]


@pytest.mark.parametrize(
    ("column", "cell", "first", "last"),
    [
        ("Week", "2026-06-08", date(2026, 6, 10), date(2026, 6, 14)),
        ("Week", "2026-07-20", date(2026, 7, 20), date(2026, 7, 26)),
        ("Woche", "2026-07-27", date(2026, 7, 27), date(2026, 7, 31)),
        ("Month", "June 2026", date(2026, 6, 10), date(2026, 6, 30)),
        ("Monat", "Juli 2026", date(2026, 7, 1), date(2026, 7, 31)),
        ("月", "2026年7月", date(2026, 7, 1), date(2026, 7, 31)),
        ("Mes", "julio de 2026", date(2026, 7, 1), date(2026, 7, 31)),
        ("Month", "2026-07-01", date(2026, 7, 1), date(2026, 7, 31)),
        ("Quarter", "Q3 2026", date(2026, 7, 1), date(2026, 7, 31)),
        ("Quarter", "2026-04-01", date(2026, 6, 10), date(2026, 6, 30)),
    ],
)
def test_google_segment_is_the_range_of_its_row(
    reader: FormatReader, write: Write, column: str, cell: str, first: date, last: date
) -> None:
    reading = reader.read(write(*google(column, f"{cell}\tBrand\tEUR\t90\t5\t12.50")))
    assert (reading.format.id, counts(reading)) == ("google_ads.campaign_report", (1, 0, 0))
    assert covered(reading) == [(first, last)]
    assert reading.values("day") == [None]


def test_google_months_are_grains_of_their_own(reader: FormatReader, write: Write) -> None:
    lines = google("Month", "June 2026\tBrand\tEUR\t90\t5\t12.50", "July 2026\tBrand\tEUR\t9\t1\t2")
    both = reader.read(write(*lines, name="both.csv"))
    july = reader.read(write(*lines[:3], lines[4], name="july.csv"))
    assert len(set(both.values("_grain_key"))) == 2
    assert july.values("_grain_key") == both.values("_grain_key")[1:]


def test_google_week_that_is_none_is_refused(reader: FormatReader, write: Write) -> None:
    reading = reader.read(write(*google("Week", "soon\tBrand\tEUR\t90\t5\t12.50")))
    assert counts(reading) == (0, 1, 0)
    (rejected,) = reading.rejected
    assert rejected.reason.startswith(
        "week is 'soon', expected a week by its first day such as 2026-07-27."
    )


def test_tiktok_weeks_months_and_hours(reader: FormatReader, write: Write) -> None:
    head = "Campaign name,Campaign ID,By {},Currency,Cost,Impressions,Clicks (destination)"
    row = "Spark,1801234567890101,{},EUR,10.50,100,5"

    def read(kind: str, *cells: str) -> Reading:
        total = f"Total of {len(cells)} results,-,-,EUR,21.00,200,10"
        rows = [row.format(cell) for cell in cells]
        reading = reader.read(write(head.format(kind), *rows, total, name=f"{kind}.csv"))
        assert (reading.format.id, counts(reading)) == ("tiktok_ads.ads_report", (len(cells), 0, 1))
        assert len(set(reading.values("_grain_key"))) == len(cells)
        return reading

    assert covered(read("Month", "2026-05", "2026-06")) == [
        (date(2026, 5, 1), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 6, 30)),
    ]  # fmt: skip
    assert covered(read("Week", "2026-06-01 ~ 2026-06-07", "2026-06-08")) == [
        (date(2026, 6, 1), date(2026, 6, 7)), (date(2026, 6, 8), date(2026, 6, 14)),
    ]  # fmt: skip
    hours = read("Hour", "2026-06-20 00:00", "2026-06-20 23:00")
    assert hours.values("by_hour") == ["2026-06-20 00:00", "2026-06-20 23:00"]


def test_baidu_ranges_are_no_days(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "数据生成时间：2026-07-02 10:11:12",
            "数据生成条件：",
            "1. 时间范围：20260601-20260614",
            "2. 时间单位：分周",
            "",
            "日期,账户,推广计划,展现,点击,消费",
            "2026-06-01至2026-06-07,茶语,品牌,100,5,10.50",
            "2026-06-08~2026-06-14,茶语,品牌,90,4,9.50",
            "2026-06-14至2026-06-14,茶语,单日,9,1,1.50",
            encoding="gb18030",
        )
    )
    assert (reading.format.id, counts(reading)) == ("baidu_ads.report", (3, 0, 0))
    assert reading.values("report_date") == [None, None, date(2026, 6, 14)]
    assert covered(reading)[:2] == [
        (date(2026, 6, 1), date(2026, 6, 7)), (date(2026, 6, 8), date(2026, 6, 14)),
    ]  # fmt: skip
    assert reading.total("cost") == Decimal("21.5")


def test_ocean_engine_times_by_hour_and_range(reader: FormatReader, tmp_path: Path) -> None:
    hours = write_sheet(
        tmp_path / "hours.xlsx",
        [["时间-小时", "项目ID", "项目名称", "消耗", "展示数", "点击数"],
         ["2026-06-01 09:00", "1", "甲", 3.5, 10, 1], ["合计", "-", "-", 3.5, 10, 1]],
    )  # fmt: skip
    reading = reader.read(hours)
    assert counts(reading) == (1, 0, 1)
    assert reading.values("report_hour") == ["2026-06-01 09:00"]
    ranges = write_sheet(
        tmp_path / "ranges.xlsx",
        [["时间", "素材ID", "项目名称", "消耗", "展示数", "点击数"],
         ["汇总", "-", "-", 3.5, 10, 1], ["2026-06-01 ~ 2026-06-07", "7", "甲", 3.5, 10, 1]],
    )  # fmt: skip
    reading = reader.read(ranges)
    assert (counts(reading), reading.values("report_date")) == ((1, 0, 1), [None])
    assert covered(reading) == [(date(2026, 6, 1), date(2026, 6, 7))]


def test_microsoft_hours_have_a_day_and_months_do_not_replace_days(
    reader: FormatReader, write: Write
) -> None:
    def read(aggregation: str, time: str, cell: str) -> Reading:
        return reader.read(
            write(
                '"Report Name: m"',
                '"Report Time: 5/1/2026 - 6/30/2026"',
                f'"Report Aggregation: {aggregation}"',
                "",
                f'"{time}","AccountName","CampaignName","CampaignId","CurrencyCode","Impressions",'
                '"Clicks","Spend"',
                f'"{cell}","Fabrikam","Search","301","GBP","10","1","2.50"',
                name=f"{aggregation}.csv",
            )
        )

    hourly = read("Hourly", "TimePeriod", "2026-06-01|7")
    assert (counts(hourly), hourly.values("gregorian_date")) == ((1, 0, 0), [date(2026, 6, 1)])
    monthly = read("Monthly", "TimePeriod", "2026-05-01")
    daily = read("Daily", "TimePeriod", "2026-05-01")
    assert monthly.values("_grain_key") != daily.values("_grain_key")
    assert covered(read("Monthly", "Month", "2026-05-01")) == [
        (date(2026, 5, 1), date(2026, 5, 31))
    ]


def test_microsoft_months_without_a_preamble_are_told_by_their_days(
    reader: FormatReader, write: Write
) -> None:
    """A script may leave the preamble out of the API's reports."""

    def read(name: str, *days: str) -> Reading:
        head = "TimePeriod,AccountName,CampaignName,CampaignId,CurrencyCode,Impressions,Spend"
        rows = [f"{day},Fabrikam,Search,301,GBP,10,2.50" for day in days]
        return reader.read(write(head, *rows, name=name))

    months = read("months.csv", "2026-05-01", "2026-06-01")
    assert covered(months) == [
        (date(2026, 5, 1), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 6, 30)),
    ]  # fmt: skip
    days = read("days.csv", "2026-05-01", "2026-05-02")
    assert covered(days) == [(None, None)] * 2
    assert not set(months.values("_grain_key")) & set(days.values("_grain_key"))
    told = reader.read(
        write(
            '"Report Aggregation: Daily"',
            "TimePeriod,AccountName,CampaignName,CampaignId,CurrencyCode,Impressions,Spend",
            "2026-05-01,Fabrikam,Search,301,GBP,10,2.50",
            name="told.csv",
        )
    )
    assert told.values("_grain_key") == days.values("_grain_key")[:1]


LINKEDIN = (
    "Start Date (in UTC)\tCurrency\tCampaign ID\tCampaign Name\tTotal Spent\tImpressions\tClicks"
)


@pytest.mark.parametrize(
    ("days", "span", "ranges"),
    [
        (["5/1/2026", "6/1/2026"], ("May 1, 2026", "June 20, 2026"),
         [(date(2026, 5, 1), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 6, 20))]),
        (["5/12/2026", "6/1/2026"], ("May 12, 2026", "June 30, 2026"),
         [(date(2026, 5, 12), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 6, 30))]),
        (["5/31/2026", "6/1/2026"], ("May 31, 2026", "June 1, 2026"),
         [(date(2026, 5, 31), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 6, 1))]),
        (["5/1/2026", "5/2/2026"], ("May 1, 2026", "May 31, 2026"),
         [(date(2026, 5, 1), date(2026, 5, 1)), (date(2026, 5, 2), date(2026, 5, 2))]),
        (["5/1/2026", "5/1/2026"], ("May 1, 2026", "May 31, 2026"),
         [(date(2026, 5, 1), date(2026, 5, 31))] * 2),
    ],
)  # fmt: skip
def test_linkedin_first_days_of_months_are_months(
    reader: FormatReader, write: Write, days: list[str], span: tuple[str, str],
    ranges: list[tuple[date, date]],
) -> None:  # fmt: skip
    reading = reader.read(
        write(
            "Campaign Performance Report (in UTC)",
            f"Report Start: {span[0]}, 12:00 AM (UTC)",
            f"Report End: {span[1]}, 11:59 PM (UTC)",
            "",
            LINKEDIN,
            *(f"{day}\tUSD\t{number}\tC\t10.50\t100\t5" for number, day in enumerate(days)),
            encoding="utf-16",
        )
    )
    assert (reading.format.id, counts(reading)) == (
        "linkedin_ads.campaign_performance_report", (2, 0, 0),
    )  # fmt: skip
    assert covered(reading) == ranges


def test_linkedin_month_and_its_first_day_are_two_grains(
    reader: FormatReader, write: Write
) -> None:
    def read(*days: str) -> Reading:
        rows = [f"{day}\tUSD\t1\tC\t10.50\t100\t5" for day in days]
        return reader.read(write(LINKEDIN, *rows, name=f"{len(days)}.csv"))

    months, single = (
        read("2026-05-01", "2026-06-01", "2026-07-01"),
        read("2026-05-01", "2026-05-02"),
    )
    assert months.values("_grain_key")[0] != single.values("_grain_key")[0]
    assert covered(months)[2] == (date(2026, 7, 1), date(2026, 7, 31))
    again = read("2026-05-01", "2026-05-02", "2026-05-03")
    assert again.values("_grain_key")[:2] == single.values("_grain_key")


# Conversions without spend, assets, accounts


def test_google_conversions_by_action_are_no_campaign_report(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            "Conversions",
            "July 1, 2026 - July 2, 2026",
            "Day,Campaign,Campaign ID,Conversion action,Conversions,Conv. value",
            "2026-07-01,Brand,20111,Purchase,1.50,99.00",
            "2026-07-01,Brand,20111,Sign-up,2.00,0.00",
        )
    )
    assert (reading.format.id, counts(reading)) == ("google_ads.conversion_report", (2, 0, 0))
    assert (reading.total("conversions"), reading.total("conv_value")) == (Decimal("3.5"), 99)


def test_google_assets_repeat_the_cost_of_their_ads(reader: FormatReader, write: Write) -> None:
    found = reader.recognise_file(
        write(
            "Asset report",
            "June 1, 2026 - June 30, 2026",
            "Asset type,Asset,Level,Campaign,Performance,Currency code,Impr.,Clicks,Cost",
            "Headline,Buy now,Campaign,Brand,Best,USD,10,1,2.50",
        )
    )
    assert (found.id, found.is_loaded) == ("google_ads.asset_report", False)


def test_linkedin_conversions_need_no_spend(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Start Date (in UTC),Campaign ID,Campaign Name,Conversion Name,Conversions",
            "7/14/2026,33000,C,Demo request,3",
        )
    )
    assert reading.format.id == "linkedin_ads.conversion_performance_report"
    assert (counts(reading), reading.total("conversions")) == ((1, 0, 0), 3)


def test_accounts_without_campaigns(reader: FormatReader, write: Write) -> None:
    google_accounts = reader.read(
        write(
            "Account report",
            "June 1, 2026 - June 2, 2026",
            "Day,Account name,Customer ID,Currency code,Impr.,Clicks,Cost",
            "2026-06-01,DE,123-456-7890,EUR,10,1,2.50",
            "2026-06-01,US,223-456-7890,USD,10,1,3.50",
        )
    )
    assert google_accounts.format.id == "google_ads.campaign_report"
    assert len(set(google_accounts.values("_grain_key"))) == 2
    meta = reader.read(
        write(
            "Giorno,Nome dell'account,Impression,Importo speso (EUR),Inizio report,Fine report",
            "2026-06-01,Milano,10,2.50,2026-06-01,2026-06-01",
            name="meta.csv",
        )
    )
    assert (meta.format.id, meta.total("amount_spent")) == ("meta_ads.ads_report", Decimal("2.5"))


# Currencies, languages, headers


def test_column_of_currencies_in_any_language_is_no_unknown_one(
    reader: FormatReader, write: Write
) -> None:
    head = "Day\tCampaign\tImpr.\tCost\tCampaign status\t{}"
    rows = [
        "2026-06-01\tBrand\t10\t2.50\tEnabled\tEUR",
        "2026-06-02\tBrand\t10\t2.50\tEnabled\tUSD",
    ]
    for number, header in enumerate(["Kód měny", "Code de la devise", "Valutakod", "幣別"]):
        reading = reader.read(write(head.format(header), *rows, name=f"{number}.csv"))
        assert reading.values("currency_code") == ["EUR", "USD"]
        assert reading.staged.unknown_columns == ()
    # neither a header alone nor codes alone make a currency
    reading = reader.read(write(head.format("Networks"), *rows, name="networks.csv"))
    assert reading.values("currency_code") == [None, None]
    rows = [row.replace("EUR", "Euro area") for row in rows]
    reading = reader.read(write(head.format("Valutakod"), *rows, name="words.csv"))
    assert reading.staged.unknown_columns == ("Valutakod",)


@pytest.mark.parametrize(
    ("title", "span", "head", "total"),
    [
        ("Campagnerapport", "14 juni 2026 - 16 juni 2026",
         "Dag,Campagnestatus,Campagne,Valutacode,Vertoningen,Klikken,Kosten", "Totaal: campagnes"),
        ("Raport kampanii", "14 czerwca 2026 - 16 czerwca 2026",
         "Dzień,Stan kampanii,Kampania,Kod waluty,Wyświetlenia,Kliknięcia,Koszt",
         "Łącznie: kampanie"),
        ("Kampanya raporu", "14 Haziran 2026 - 16 Haziran 2026",
         "Gün,Kampanya durumu,Kampanya,Para birimi kodu,Gösterim,Tıklamalar,Maliyet",
         "Toplam: Kampanyalar"),
        ("Отчет о кампаниях", "14 июня 2026 г. - 16 июня 2026 г.",
         "День,Статус кампании,Кампания,Код валюты,Показы,Клики,Стоимость", "Всего: кампании"),
        ("캠페인 보고서", "2026년 6월 14일 - 2026년 6월 16일",
         "일,캠페인 상태,캠페인,통화 코드,노출수,클릭수,비용", "합계: 캠페인"),
        ("廣告活動報表", "2026年6月14日 - 2026年6月16日",
         "日,廣告活動狀態,廣告活動,貨幣代碼,曝光,點擊,費用", "總計：廣告活動"),
    ],
)  # fmt: skip
def test_google_campaigns_in_further_languages(
    reader: FormatReader, write: Write, title: str, span: str, head: str, total: str
) -> None:
    row = "2026-06-14,x,Marke,EUR,1204,31,2.50"
    tail = f"{total}, --, --,EUR,1204,31,2.50"
    reading = reader.read(write(title, f'"{span}"', head, row, tail))
    assert (reading.format.id, counts(reading)) == ("google_ads.campaign_report", (1, 0, 1))
    found = reading.rows[0]
    assert (found["day"], found["impr"], found["clicks"]) == (date(2026, 6, 14), 1204, 31)
    assert (found["cost"], found["currency_code"]) == (Decimal("2.5"), "EUR")
    facts = reading.staged.facts
    assert (facts.period_start, facts.period_end) == (date(2026, 6, 14), date(2026, 6, 16))


def test_google_japanese_range_without_blanks(reader: FormatReader, write: Write) -> None:
    head = "キャンペーン,通貨コード,表示回数,クリック数,費用"
    lines = ("レポート", "2026年7月1日～2026年7月31日", head, "春,JPY,90,5,1454")
    assert covered(reader.read(write(*lines))) == [(date(2026, 7, 1), date(2026, 7, 31))]


def test_google_title_with_a_dash_is_no_range(reader: FormatReader, write: Write) -> None:
    lines = google("Campaign status", "Enabled\tBrand\tEUR\t90\t5\t12.50")
    reading = reader.read(write("Brand 2026 - all campaigns v2", *lines[1:]))
    assert covered(reading) == [(date(2026, 6, 10), date(2026, 7, 31))]


@pytest.mark.parametrize(
    ("head", "currency"),
    [
        ("일,캠페인 이름,노출,지출 금액 (KRW),링크 클릭,보고 시작,보고 종료", "KRW"),
        ("Dag,Campagnenaam,Weergaven,Besteed bedrag (EUR),Klikken op links,Begin rapportage,"
         "Einde rapportage", "EUR"),
        ("Dzień,Nazwa kampanii,Wyświetlenia,Wydana kwota (PLN),Kliknięcia linku,Początek raportu,"
         "Koniec raportu", "PLN"),
        ("Gün,Kampanya Adı,Gösterimler,Harcanan Tutar (TRY),Bağlantı Tıklamaları,Rapor Başlangıcı,"
         "Rapor Sonu", "TRY"),
    ],
)  # fmt: skip
def test_meta_in_further_languages(
    reader: FormatReader, write: Write, head: str, currency: str
) -> None:
    reading = reader.read(write(head, "2026-06-14,K,100,2.50,5,2026-06-14,2026-06-14"))
    assert (reading.format.id, counts(reading)) == ("meta_ads.ads_report", (1, 0, 0))
    found = reading.rows[0]
    assert (found["amount_spent"], found["impressions"], found["link_clicks"]) == (
        Decimal("2.5"), 100, 5,
    )  # fmt: skip
    assert (found["day"], reading.staged.facts.currency) == (date(2026, 6, 14), currency)


def test_tencent_headers_with_the_names_of_the_api(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "日期(date),账户ID(account_id),广告ID(adgroup_id),花费(cost),曝光次数(view_count),"
            "点击次数(valid_click_count)",
            "2026-06-01,234,1098,10.50,100,5",
        )
    )
    assert (reading.format.id, counts(reading)) == ("tencent_ads.ads_report", (1, 0, 0))
    assert reading.staged.unknown_columns == ()
    assert (reading.values("ad_id"), reading.total("cost")) == (["1098"], Decimal("10.5"))


# GA4, Matomo and TikTok


@pytest.mark.parametrize("title", ["", ","])
def test_ga4_total_behind_a_blank_title(reader: FormatReader, write: Write, title: str) -> None:
    reading = reader.read(
        write(
            "# ----------------------------------------",
            "# Pages and screens: Page path and screen class",
            "# Account: Acme",
            "# Start date: 20260601",
            "# End date: 20260630",
            "",
            f"Page path and screen class,Views,Active users{title}",
            ",120,90,Grand total",
            f"/a,70,50{title}",
            f"/b,50,40{title}",
        )
    )
    assert (reading.format.id, counts(reading)) == ("ga4_ui.pages", (2, 0, 1))
    assert reading.total("views") == 120


def test_ga4_exploration_names_its_days_behind_the_property(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            "# ----------------------------------------",
            "# Free form 1",
            "# Shop - GA4-20260601-20260602",
            "# ----------------------------------------",
            "",
            "Date,Session source / medium,Sessions,Active users",
            ",,30,20,Grand total",
            "20260601,google / cpc,10,9",
            "20260602,google / cpc,20,11",
        )
    )
    assert (reading.format.id, counts(reading)) == ("ga4_ui.traffic", (2, 0, 1))
    assert reading.total("sessions") == 30
    facts = reading.staged.facts
    assert (facts.period_start, facts.period_end) == (date(2026, 6, 1), date(2026, 6, 2))


def test_matomo_days_of_the_api_are_its_keys(reader: FormatReader, write: Write) -> None:
    days = {
        f"2026-06-0{day}": [{"label": "Direct Entry", "nb_uniq_visitors": 4, "nb_visits": day}]
        for day in (1, 2)
    }
    reading = reader.read(write(json.dumps(days), name="getReferrerType.json"))
    assert (reading.format.id, counts(reading)) == ("matomo.channel_types", (2, 0, 0))
    assert reading.values("day") == [date(2026, 6, 1), date(2026, 6, 2)]
    assert len(set(reading.values("_grain_key"))) == 2


def test_tiktok_report_of_the_api(reader: FormatReader, write: Write) -> None:
    rows = [
        {
            "dimensions": {"campaign_id": "18", "stat_time_day": f"2026-06-0{day} 00:00:00"},
            "metrics": {"campaign_name": "Spark", "spend": "10.50", "impressions": "100",
                        "clicks": "5", "conversion": "1", "currency": "EUR"},
        }
        for day in (1, 2)
    ]  # fmt: skip
    answer = {"code": 0, "message": "OK", "data": {"list": rows, "page_info": {"page": 1}}}
    reading = reader.read(write(json.dumps(answer), name="report.json"))
    assert (reading.format.id, counts(reading)) == ("tiktok_ads.ads_report", (2, 0, 0))
    assert (reading.total("cost"), reading.total("clicks_destination")) == (21, 10)
    assert reading.values("by_day") == [date(2026, 6, 1), date(2026, 6, 2)]
    assert reading.values("currency") == ["EUR", "EUR"]


def test_linkedin_analytics_of_the_api(reader: FormatReader, write: Write) -> None:
    elements = [
        {
            "dateRange": {
                "start": {"year": 2026, "month": 7, "day": day},
                "end": {"year": 2026, "month": 7, "day": day},
            },
            "pivotValues": ["urn:li:sponsoredCampaign:33"],
            "impressions": 100, "clicks": 5,
            "costInLocalCurrency": "9.50", "costInUsd": "10.50",
        }
        for day in (9, 10)
    ]  # fmt: skip
    answer = {"paging": {"start": 0, "count": 10}, "elements": elements}
    reading = reader.read(write(json.dumps(answer), name="adAnalytics.json"))
    assert (reading.format.id, counts(reading)) == ("linkedin_ads.api_report", (2, 0, 0))
    assert reading.values("start_date") == [date(2026, 7, 9), date(2026, 7, 10)]
    assert (reading.total("cost_in_usd"), reading.total("impressions")) == (21, 200)
    assert "sponsoredCampaign:33" in reading.values("pivot_values")[0]


def test_amazon_report_of_the_api(reader: FormatReader, write: Write) -> None:
    rows = [
        {"date": f"2026-06-0{day}", "campaignId": 11122233300, "campaignName": "SP",
         "campaignBudgetCurrencyCode": "USD", "impressions": 100, "clicks": 5, "cost": 10.5,
         "purchases7d": 1, "sales7d": 30.25}
        for day in (1, 2)
    ]  # fmt: skip
    reading = reader.read(write(json.dumps(rows), name="spCampaigns.json"))
    assert (reading.format.id, counts(reading)) == ("amazon_ads.sponsored_report", (2, 0, 0))
    assert (reading.total("spend"), reading.total("total_sales_7d")) == (21, Decimal("60.5"))
    assert reading.values("date") == [date(2026, 6, 1), date(2026, 6, 2)]
    assert (reading.values("currency"), reading.values("campaign_id")) == (
        ["USD"] * 2, ["11122233300"] * 2,
    )  # fmt: skip
