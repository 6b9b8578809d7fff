"""Exports of a platform whose interface is not set to English."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.evidence import AmbiguousDateError
from ingestion.recognition import UnrecognisedError
from tests.ingestion.format_reader import FormatReader, Write, counts, write_sheet

GOOGLE_CAMPAIGNS = {
    "de": (
        "Kampagnenbericht",
        "1. März 2026 - 31. März 2026",
        "Tag\tKampagnenstatus\tKampagne\tWährungscode\tKampagnen-ID\tImpr.\tKlicks\tKosten\tConversions",
        "2026-03-02\tAktiviert\tMarke\tEUR\t23492648140\t12.345\t118\t1454,06\t1.002,50",
        "Gesamt: Kampagnen\t --\t --\tEUR\t --\t12.345\t118\t1454,06\t1.002,50",
        "Gesamt: Konto\t --\t --\tEUR\t --\t99.999\t999\t9999,99\t1.002,50",
    ),
    "fr": (
        "Rapport sur les campagnes",
        "1 mars 2026 - 31 mars 2026",
        "Jour\tÉtat de la campagne\tCampagne\tCode de devise\tID de campagne\tImpr.\tClics\tCoût"
        "\tConversions",
        "2026-03-02\tActivée\tMarque\tEUR\t23492648140\t12\u202f345\t118\t1454,06\t1\u202f002,50",
        "Total\u00a0: campagnes\t --\t --\tEUR\t --\t12\u202f345\t118\t1454,06\t1\u202f002,50",
        "Total\u00a0: compte\t --\t --\tEUR\t --\t99\u202f999\t999\t9999,99\t1\u202f002,50",
    ),
    "es": (
        "Informe de campañas",
        "1 de marzo de 2026 - 31 de marzo de 2026",
        "Día\tEstado de la campaña\tCampaña\tCódigo de moneda\tID de campaña\tImpr.\tClics\tCoste"
        "\tConversiones",
        "2026-03-02\tHabilitada\tMarca\tEUR\t23492648140\t12.345\t118\t1454,06\t1.002,50",
        "Total: campañas\t --\t --\tEUR\t --\t12.345\t118\t1454,06\t1.002,50",
        "Total: cuenta\t --\t --\tEUR\t --\t99.999\t999\t9999,99\t1.002,50",
    ),
    "pt": (
        "Relatório da campanha",
        "1 de março de 2026 - 31 de março de 2026",
        "Dia\tStatus da campanha\tCampanha\tCódigo da moeda\tID da campanha\tImpr.\tCliques\tCusto"
        "\tConversões",
        "2026-03-02\tAtivada\tMarca\tBRL\t23492648140\t12.345\t118\t1454,06\t1.002,50",
        "Total: campanhas\t --\t --\tBRL\t --\t12.345\t118\t1454,06\t1.002,50",
        "Total: conta\t --\t --\tBRL\t --\t99.999\t999\t9999,99\t1.002,50",
    ),
    "it": (
        "Report Campagna",
        "1 marzo 2026 - 31 marzo 2026",
        "Giorno\tStato della campagna\tCampagna\tCodice valuta\tID campagna\tImpr.\tClic\tCosto"
        "\tConversioni",
        "2026-03-02\tAttivata\tMarchio\tEUR\t23492648140\t12.345\t118\t1454,06\t1.002,50",
        "Totale: campagne\t --\t --\tEUR\t --\t12.345\t118\t1454,06\t1.002,50",
        "Totale: account\t --\t --\tEUR\t --\t99.999\t999\t9999,99\t1.002,50",
    ),
}


@pytest.mark.parametrize("language", GOOGLE_CAMPAIGNS)
def test_google_campaigns(reader: FormatReader, write: Write, language: str) -> None:
    reading = reader.read(write(*GOOGLE_CAMPAIGNS[language], encoding="utf-16"))
    assert reading.format.id == "google_ads.campaign_report"
    assert counts(reading) == (1, 0, 2)
    row = reading.rows[0]
    assert (row["day"], row["campaign_id"]) == (date(2026, 3, 2), "23492648140")
    assert (row["impr"], row["clicks"], row["cost"]) == (12345, 118, Decimal("1454.06"))
    assert row["conversions"] == Decimal("1002.5")
    facts = reading.staged.facts
    assert (facts.period_start, facts.period_end) == (date(2026, 3, 1), date(2026, 3, 31))


def test_google_japanese_keywords(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "検索キーワード レポート",
            "2026年3月1日 - 2026年3月31日",
            "キーワードのステータス\tキーワード\tマッチタイプ\t日\tキャンペーン\t広告グループ"
            "\t通貨コード\t表示回数\tクリック数\t費用\tコンバージョン",
            "有効\t緑茶\tフレーズ一致\t2026-03-02\t春\tA\tJPY\t12,345\t118\t1,454\t2.00",
            "合計: アカウント\t --\t --\t --\t --\t --\tJPY\t12,345\t118\t1,454\t2.00",
            encoding="utf-16",
        )
    )
    assert reading.format.id == "google_ads.keyword_report"
    assert counts(reading) == (1, 0, 1)
    assert (reading.total("cost"), reading.total("impr")) == (1454, 12345)


@pytest.mark.parametrize(
    "header",
    [
        "Datum,Kampagne,Impressionen,Klicks,Kosten",
        "Fecha,Campaña,Impresiones,Clics,Coste",
        "日付,キャンペーン,表示回数,クリック数,費用",
    ],
)
def test_campaigns_of_no_platform_in_particular_are_not_google(
    reader: FormatReader, write: Write, header: str
) -> None:
    with pytest.raises(UnrecognisedError):
        reader.read(write(header, "2026-03-02,A,1,1,1"))


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "レポート開始日,レポート終了日,日,キャンペーン名,広告セット名,広告の名前,リーチ,"
            "消化金額 (EUR),インプレッション,リンクのクリック",
            "2026-03-02,2026-03-02,2026-03-02,春,A,動画,9876,1234.56,12345,118",
        ),
        (
            "分析報告開始,分析報告結束,行銷活動名稱,廣告組合名稱,觸及人數,花費金額 (EUR),曝光次數,"
            "連結點擊次數",
            "2026-03-02,2026-03-02,春,A,9876,1234.56,12345,118",
        ),
        (
            "Inizio dei report,Fine dei report,Nome della campagna,Copertura,Importo speso (EUR),"
            "Impression,Clic sul link",
            "2026-03-02,2026-03-02,Primavera,9876,1234.56,12345,118",
        ),
        (
            "Tag;Kampagnenname;Name der Anzeigengruppe;Reichweite;Ausgegebener Betrag (EUR);"
            "Impressionen;Link-Klicks",
            "2026-03-02;Frühling;A;9876;1234,56;12345;118",
        ),
        (
            "بداية التقارير,نهاية التقارير,اسم الحملة,الوصول,المبلغ الذي تم إنفاقه (EUR),"
            "مرات الظهور,نقرات الرابط",
            "2026-03-02,2026-03-02,ربيع,9876,1234.56,12345,118",
        ),
        (
            "Begin van rapportage,Einde van rapportage,Campagnenaam,Bereik,Besteed bedrag (EUR),"
            "Weergaven,Klikken op links",
            '2026-03-02,2026-03-02,Lente,9876,"1234,56",12345,118',
        ),
    ],
    ids=["ja", "zh-TW", "it", "de", "ar", "nl"],
)
def test_meta_ads(reader: FormatReader, write: Write, header: str, row: str) -> None:
    reading = reader.read(write(header, row))
    assert reading.format.id == "meta_ads.ads_report"
    found = reading.rows[0]
    assert (found["amount_spent"], found["_currency"]) == (Decimal("1234.56"), "EUR")
    assert (found["impressions"], found["reach"], found["link_clicks"]) == (12345, 9876, 118)
    assert found["campaign_name"]
    assert found["reporting_ends"] or found["day"]


def test_meta_days_that_a_spreadsheet_program_rewrote(reader: FormatReader, write: Write) -> None:
    head = (
        "Début des rapports;Fin des rapports;Nom de la campagne;Impressions;Montant dépensé (EUR)"
    )
    told = write(head, "01/03/2026;31/03/2026;Été;12 345;1 234,56")
    reading = reader.read(told)
    assert reading.values("reporting_starts") == [date(2026, 3, 1)]
    with pytest.raises(AmbiguousDateError, match=r"meta_ads: \{date_order: dmy\}"):
        reader.read(write(head, "01/03/2026;02/03/2026;Été;12 345;1 234,56", name="b.csv"))


SEARCH_CONSOLE = {
    "chart": [
        ("2026-03-02", "Datum,Klicks,Impressionen,CTR,Position"),
        ("2026-03-02", "Fecha,Clics,Impresiones,CTR,Posición"),
        ("2026-03-02", "日付,クリック数,表示回数,CTR,掲載順位"),
        ("2026-03-02", "日期,点击次数,展示,点击率,排名"),
    ],
    "queries": [
        ("tee", "Häufigste Suchanfragen,Klicks,Impressionen,CTR,Position"),
        ("thé", "Requêtes les plus fréquentes,Clics,Impressions,CTR,Position"),
        ("té", "Consultas principales,Clics,Impresiones,CTR,Posición"),
        ("tè", "Query principali,Clic,Impressioni,CTR,Posizione"),
        ("茶", "上位のクエリ,クリック数,表示回数,CTR,掲載順位"),
        ("茶", "热门查询,点击次数,展示,点击率,排名"),
    ],
    "pages": [("https://a.test/", "Häufigste Seiten,Klicks,Impressionen,CTR,Position")],
    "countries": [("France", "Pays,Clics,Impressions,CTR,Position")],
    "devices": [("モバイル", "デバイス,クリック数,表示回数,CTR,掲載順位")],
}


@pytest.mark.parametrize(
    ("table", "first", "header"),
    [(table, *case) for table, cases in SEARCH_CONSOLE.items() for case in cases],
)
def test_search_console(
    reader: FormatReader, write: Write, table: str, first: str, header: str
) -> None:
    reading = reader.read(write(header, f"{first},12,1024,1.17%,8.25"))
    assert reading.format.id == f"google_search_console.{table}"
    row = reading.rows[0]
    assert (row["clicks"], row["impressions"]) == (12, 1024)
    assert (row["ctr"], row["position"]) == (Decimal("0.0117"), Decimal("8.25"))


@pytest.mark.parametrize(
    ("header", "published", "total"),
    [
        (
            "Videos,Videotitel,Veröffentlichungs\u00adzeitpunkt des Videos,Dauer,Aufrufe,"
            "Wiedergabezeit (Stunden),Abonnenten,Impressionen,Klickrate der Impressionen (%)",
            "05.08.2025",
            "Gesamt",
        ),
        (
            "コンテンツ,動画のタイトル,動画公開時刻,長さ,視聴回数,総再生時間（単位: 時間）,"
            "チャンネル登録者,インプレッション数,インプレッションのクリック率 (%)",
            "2025/08/05",
            "合計",
        ),
        (
            "Contenido,Título del vídeo,Hora de publicación del vídeo,Duración,Visualizaciones,"
            "Tiempo de visualización (horas),Suscriptores,Impresiones,"
            "Porcentaje de clics de las impresiones (%)",
            "5 ago 2025",
            "Total",
        ),
    ],
    ids=["de", "ja", "es"],
)
def test_youtube_content(
    reader: FormatReader, write: Write, header: str, published: str, total: str
) -> None:
    reading = reader.read(
        write(
            header,
            f"{total},,,,1200,34.5,3,900,4.1",
            f"abcDxY_0001,Tee,{published},61,1200,34.5,3,900,4.1",
        )
    )
    assert reading.format.id == "youtube.content_table"
    assert counts(reading) == (1, 0, 1)
    row = reading.rows[0]
    assert row["video_publish_time"] == date(2025, 8, 5)
    assert (row["views"], row["watch_time_hours"]) == (1200, Decimal("34.5"))
    assert (row["impressions"], row["subscribers"]) == (900, 3)


@pytest.mark.parametrize(
    ("preamble", "header"),
    [
        (
            ("# Konto: Tee", "# Property: tee.test", "# Startdatum: 20260301",
             "# Enddatum: 20260331"),
            "Seitenpfad und Bildschirmklasse,Aufrufe,Aktive Nutzer,Ereignisanzahl",
        ),
        (
            ("# アカウント: Tee", "# プロパティ: tee.test", "# 開始日: 20260301",
             "# 終了日: 20260331"),
            "ページパスとスクリーン クラス,表示回数,アクティブ ユーザー,イベント数",
        ),
        (
            ("# Cuenta: Tee", "# Propiedad: tee.test", "# Fecha de inicio: 20260301",
             "# Fecha de finalización: 20260331"),
            "Ruta de página y clase de pantalla,Vistas,Usuarios activos,Número de eventos",
        ),
    ],
    ids=["de", "ja", "es"],
)  # fmt: skip
def test_analytics_pages(
    reader: FormatReader, write: Write, preamble: tuple[str, ...], header: str
) -> None:
    reading = reader.read(write("# ----", *preamble, header, "/tee,1200,340,5000"))
    assert reading.format.id == "ga4_ui.pages"
    row = reading.rows[0]
    assert (row["account"], row["property"]) == ("Tee", "tee.test")
    assert (row["views"], row["active_users"], row["event_count"]) == (1200, 340, 5000)
    facts = reading.staged.facts
    assert (facts.period_start, facts.period_end) == (date(2026, 3, 1), date(2026, 3, 31))


def test_instagram_posts_in_spanish(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Identificador de la publicación,Identificador de la cuenta,"
            "Nombre de usuario de la cuenta,Descripción,Hora de publicación,Fecha,Visualizaciones,"
            "Alcance,Me gusta,Veces que se compartió,Comentarios,Veces que se guardó,Seguimientos",
            "18000000000000001,17841400000000001,te_verde,Hola,03/14/2026 09:15,Total,400,300,20,3,"
            "2,5,1",
        )
    )
    assert reading.format.id == "meta_organic.instagram_posts"
    row = reading.rows[0]
    assert (row["post_id"], row["views"], row["saves"]) == ("18000000000000001", 400, 5)
    assert (row["likes"], row["shares"], row["comments"]) == (20, 3, 2)


@pytest.mark.parametrize(
    ("header", "title"), [("Datum,Primary", "Aufrufe"), ("日付,Primary", "閲覧数")]
)
def test_business_suite_overview(
    reader: FormatReader, write: Write, header: str, title: str
) -> None:
    reading = reader.read(
        write("sep=,", title, header, "2026-03-02T00:00:00,16", encoding="utf-16")
    )
    assert reading.format.id == "meta_organic.metric_overview"
    assert (reading.values("metric"), reading.values("date")) == ([title], [date(2026, 3, 2)])


@pytest.mark.parametrize(
    ("header", "spend"),
    [
        (
            ["日付", "ポートフォリオ名", "通貨", "キャンペーン名", "広告グループ名",
             "ターゲティング", "マッチタイプ", "カスタマーの検索キーワード", "インプレッション",
             "クリック", "費用", "広告がクリックされてから7日間の総売上高",
             "広告がクリックされてから7日間の合計注文数"],
            1454,
        ),
        (
            ["Datum", "Portfolioname", "Währung", "Kampagnenname", "Anzeigengruppenname",
             "Ausrichtung", "Übereinstimmungstyp", "Suchbegriff eines Kunden", "Impressionen",
             "Klicks", "Ausgaben", "7 Tage, Verkäufe gesamt", "7 Tage, Bestellungen gesamt"],
            14.5,
        ),
    ],
    ids=["ja", "de"],
)  # fmt: skip
def test_amazon_search_terms(
    reader: FormatReader, tmp_path: Path, header: list[str], spend: float
) -> None:
    row = [
        date(2026, 3, 2),
        "P",
        "EUR",
        "C",
        "G",
        "tee",
        "BROAD",
        "grüner tee",
        900,
        12,
        spend,
        80,
        3,
    ]
    reading = reader.read(write_sheet(tmp_path / "terms.xlsx", [header, row]))
    assert reading.format.id == "amazon_ads.search_term_report"
    found = reading.rows[0]
    assert (found["date"], found["customer_search_term"]) == (date(2026, 3, 2), "grüner tee")
    assert (found["spend"], found["total_sales_7d"]) == (Decimal(str(spend)), 80)
    assert (found["impressions"], found["total_orders_7d"]) == (900, 3)


def test_hubspot_contacts_in_spanish(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "\ufeffID de registro,Nombre,Apellidos,Correo,Número de teléfono,"
            "Propietario del contacto,Estado del lead,Fecha de creación",
            "689813000001,José,Nuñez,jose@example.com,+34600000001,Ana,Nuevo,2026-03-02 09:14",
        )
    )
    assert reading.format.id == "hubspot.contacts"
    row = reading.rows[0]
    assert (row["record_id"], row["email"]) == ("689813000001", "jose@example.com")
    assert (row["last_name"], row["lead_status"]) == ("Nuñez", "Nuevo")


@pytest.mark.parametrize(
    "header",
    [
        "Negócio - ID,Negócio - Título,Negócio - Valor,Negócio - Etapa,Negócio - Status,"
        "Organização - Nome,Pessoa - Nome,Pessoa - E-mail - Trabalho",
        "Deal - ID,Deal - Titel,Deal - Wert,Deal - Phase,Deal - Status,Deal - Organisation,"
        "Person - Name,Person - Email",
    ],
    ids=["pt", "de"],
)
def test_pipedrive_deals(reader: FormatReader, write: Write, header: str) -> None:
    reading = reader.read(write(header, "7,Tee,1234.50,Angebot,won,Tee GmbH,Jo,jo@example.com"))
    assert reading.format.id == "pipedrive.deals"
    row = reading.rows[0]
    assert (row["deal_title"], row["deal_value"]) == ("Tee", Decimal("1234.5"))
    assert (row["organization_name"], row["person_email_work"]) == ("Tee GmbH", "jo@example.com")


def test_mailchimp_merge_fields(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Email Address,Vorname,Nachname,Telefonnummer,MEMBER_RATING,OPTIN_TIME,LEID",
            "a@example.com,Ümit,Öz,+49300000000,3,2026-03-02 09:14:00,77",
            name="subscribed_members_export_9f8e7d.csv",
        )
    )
    row = reading.rows[0]
    assert (row["first_name"], row["last_name"], row["phone_number"]) == (
        "Ümit",
        "Öz",
        "+49300000000",
    )


def test_days_with_points_have_the_day_first(reader: FormatReader, write: Write) -> None:
    head = "Start Date (in UTC)\tCampaign ID\tCampaign Name\tTotal Spent\tImpressions\tCreative ID"
    reading = reader.read(write(head, "1.10.2026\t7\tB2B\t330,51\t4197\t9", encoding="utf-16"))
    assert reading.values("start_date") == [date(2026, 10, 1)]


def test_what_is_in_an_unknown_language_is_told_how_to_come_in(
    reader: FormatReader, tmp_path: Path
) -> None:
    rows = [["Kampanjrapport"], ["Kampanj", "Kampanjstatus", "Impr.", "CTR", "Kostnad"]]
    with pytest.raises(UnrecognisedError) as miss:
        reader.recognise_file(write_sheet(tmp_path / "sv.xlsx", rows))
    message = str(miss.value)
    assert "[Kampanj, Kampanjstatus, Impr., CTR, Kostnad]" in message
    assert "Nearest is google_ads." in message
    assert "set to English" in message


@pytest.mark.parametrize(
    "header",
    [
        "Date de début (en UTC)\tNom du compte\tDevise\tNom de la campagne\tTotal dépensé\tClics",
        "Fecha de inicio (en UTC)\tNombre de la cuenta\tMoneda\tNombre de la campaña\t"
        "Total invertido\tClics",
        "Startdatum (in UTC)\tKontoname\tWährung\tKampagnenname\tGesamtausgaben\tKlicks",
    ],
    ids=["fr", "es", "de"],
)
def test_linkedin_campaigns(reader: FormatReader, write: Write, header: str) -> None:
    reading = reader.read(
        write(header, "13/06/2026\tAcme\tEUR\tÉté\t1 454,06\t118", encoding="utf-16")
    )
    assert reading.format.id == "linkedin_ads.campaign_performance_report"
    row = reading.rows[0]
    assert (row["start_date"], row["campaign_name"]) == (date(2026, 6, 13), "Été")
    assert (row["currency"], row["total_spent"], row["clicks"]) == ("EUR", Decimal("1454.06"), 118)


@pytest.mark.parametrize(
    ("head", "rows", "format_id", "totals"),
    [
        (
            "Kampagnenname;Tag;Attributionseinstellung;Impressionen;Ausgegebener Betrag (EUR);"
            "Linkklicks;Käufe;Conversion-Wert der Käufe;Berichtsstart;Berichtsende",
            ("Tee;2026-07-01;7 Tage Klick;2.345;1.025,42;31;4;412,50;2026-07-01;2026-07-01",
             "Tee;2026-07-02;7 Tage Klick;1.100;17,38;22;1;99,00;2026-07-02;2026-07-02"),
            "meta_ads.ads_report",
            {"amount_spent": "1042.8", "impressions": "3445", "link_clicks": "53",
             "purchases_conversion_value": "511.5"},
        ),
        (
            "Startdatum (in UTC)\tKontoname\tWährung\tKampagnen-ID\tKampagnenname\tGesamtausgaben"
            "\tImpressionen\tKlicks\tKonversionen",
            ("1.7.2026\tTee\tEUR\t301\tABM\t1.025,42\t1.204\t31\t2",
             "2.7.2026\tTee\tEUR\t301\tABM\t17,38\t980\t22\t0"),
            "linkedin_ads.campaign_performance_report",
            {"total_spent": "1042.8", "impressions": "2184", "clicks": "53", "conversions": "2"},
        ),
    ],
    ids=["meta", "linkedin"],
)  # fmt: skip
def test_german_reports_are_understood_column_by_column(
    reader: FormatReader, write: Write, head: str, rows: tuple[str, ...], format_id: str,
    totals: dict[str, str],
) -> None:  # fmt: skip
    reading = reader.read(write(head, *rows))
    assert (reading.format.id, counts(reading)) == (format_id, (2, 0, 0))
    assert reading.staged.unknown_columns == ()
    assert {name: reading.total(name) for name in totals} == {
        name: Decimal(total) for name, total in totals.items()
    }


@pytest.mark.parametrize(
    ("head", "row", "column"),
    [
        ("Campaign,Day,Hour of the day,Currency code,Impr.,Cost", "Tea,2026-07-01,{},USD,9,2.50",
         "hour_of_day"),
        ("广告系列,天,小时,货币代码,展示次数,费用", "茶,2026-07-01,{},CNY,9,2.50", "hour_of_day"),
        ("Nome da campanha,Dia,Hora do dia (fuso horário da conta de anúncios),Impressões,"
         "Valor usado (BRL),Início dos relatórios,Término dos relatórios",
         'Chá,2026-07-01,{}:00:00 - {}:59:59,9,2.50,2026-07-01,2026-07-01', "time_of_day"),
    ],
    ids=["google", "google in Chinese", "meta in Portuguese"],
)  # fmt: skip
def test_hours_of_a_day_are_grains_of_their_own(
    reader: FormatReader, write: Write, head: str, row: str, column: str
) -> None:
    reading = reader.read(write(head, row.format("09", "09"), row.format("10", "10")))
    assert counts(reading) == (2, 0, 0)
    assert reading.values(column) == ["9", "10"]
    assert len(set(reading.values("_grain_key"))) == 2


def test_meta_in_russian(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Название кампании,День,Потраченная сумма (RUB),Показы,Охват,Клики по ссылке,"
            "Дата начала отчетности,Дата окончания отчетности",
            'Чай,2026-07-01,"1 025,42",1204,1100,31,2026-07-01,2026-07-01',
        )
    )
    assert (reading.format.id, counts(reading)) == ("meta_ads.ads_report", (1, 0, 0))
    assert reading.staged.unknown_columns == ()
    assert (reading.total("amount_spent"), reading.total("impressions")) == (
        Decimal("1025.42"), 1204,
    )  # fmt: skip
    assert reading.values("_currency") == ["RUB"]


EXPORTS = {
    "microsoft_ads.performance_report": (
        '"Berichtsname: Kampagnen"',
        '"Berichtszeitraum: 01.07.2026 - 02.07.2026"',
        '"Berichtsaggregation: Täglich"',
        "",
        "Gregorianisches Datum;Kontoname;Kampagne;Kampagnen-ID;Währungscode;Impressionen;Klicks;"
        "Durchschn. CPC;Ausgaben;Conversions;Umsatz",
        "01.07.2026;Teehaus;Marke;436534626;EUR;1.204;31;0,82;1.025,42;2;100,50",
        "02.07.2026;Teehaus;Marke;436534626;EUR;980;22;0,79;17,38;0;0,00",
        '"©2026 Microsoft Corporation. Alle Rechte vorbehalten. "',
    ),
    "youtube.content_table": (
        "Inhalt,Videotitel,Veröffentlichungszeitpunkt des Videos,Dauer,Aufrufe,"
        "Wiedergabezeit (Stunden)",
        'Gesamt,,,,2184,"102,5"',
        'abcdefghij1,Tee,"12. Aug. 2026",233,1204,"100,25"',
        'abcdefghij2,Tasse,"1. Sept. 2026",61,980,"2,25"',
    ),
    "wechat_oa.reading_days": (
        "日期,渠道,阅读次数",
        "20260701,全部,1204",
        "20260702,全部,980",
    ),
    "wechat_oa.articles": (
        "内容标题,发表时间,总阅读次数,总分享次数,送达人数,内容url",
        "春茶,20260701,1204,4,5000,https://mp.example/s?mid=1&idx=1",
        "夏茶,20260702,980,2,5000,https://mp.example/s?mid=2&idx=1",
    ),
    "woocommerce.orders": (
        "Datum,Bestell-Nr.,Nettoumsatz,Status,Kunde,Kundentyp,Produkt(e),Verkaufte Artikel",
        "2026-07-01 10:00:00,1001,1204.00,completed,Ana,neu,2× Tee,2",
        "2026-07-02 10:00:00,1002,980.00,completed,Bo,neu,1× Tasse,1",
    ),
    "ga4_ui.pages": (
        "# 网页和屏幕",
        "# 账号: 茶语",
        "# 开始日期: 20260701",
        "# 结束日期: 20260731",
        "网页路径和屏幕类,浏览次数,活跃用户,事件数,关键事件,总收入",
        "/,1204,900,3000,2,0",
        "/茶,980,500,2000,0,0",
        "总计,2184,1400,5000,2,0",
    ),
    "ga4_ui.traffic": (
        "# 流量获取",
        "# 媒体资源: 茶语",
        "会话主要渠道组（默认渠道组）,会话数,互动会话数,互动率,事件数,关键事件,总收入",
        "Organic Search,1204,900,0.74,3000,2,0",
        "Direct,980,500,0.51,2000,0,0",
    ),
    "matomo.channel_types": (
        "Bezeichnung,Eindeutige Besucher,Besuche,Aktionen,Absprünge,Besuche mit Konversionen",
        "Suchmaschinen,900,1204,3000,400,2",
        "Direkte Zugriffe,500,980,2000,300,0",
    ),
}
MEASURES = {
    "microsoft_ads": "impr",
    "youtube": "views",
    "wechat_oa": "reading_times",
    "woocommerce": "net_sales",
    "ga4_ui.pages": "views",
    "ga4_ui.traffic": "sessions",
    "matomo": "nb_visits",
}


@pytest.mark.parametrize("format_id", EXPORTS)
def test_localised_reports_are_understood_column_by_column(
    reader: FormatReader, write: Write, format_id: str
) -> None:
    reading = reader.read(write(*EXPORTS[format_id]))
    assert reading.format.id == format_id
    measure = MEASURES.get(format_id) or MEASURES[format_id.partition(".")[0]]
    assert (len(reading.rows), reading.total(measure)) == (2, 2184)
    assert reading.staged.unknown_columns == ()
    assert reading.staged.cells_nulled == 0
