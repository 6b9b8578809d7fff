"""Exports of posts, messages, customers and orders, in the spellings that no sample file has."""

import json
import os
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ingestion.source_settings import SourcesFile
from tests.ingestion.format_reader import FormatReader, Write, counts, write_sheet


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> FormatReader:
    sources = SourcesFile.model_validate({"sources": {"square": {"timezone": "Europe/Berlin"}}})
    return FormatReader(tmp_path_factory.mktemp("scratch"), sources)


# social


def test_facebook_posts_with_short_rows_and_two_columns_called_views(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            '\ufeff"Post ID","Page ID",Title,"Publish time","Caption type",Date,Views,Reach,Views,'
            '"Estimated earnings (USD)"',
            '1,9,"two\nlines","03/18/2025 09:48",x,Lifetime,52,37,40,0.00',
            "2,9,short,03/18/2025 10:00,x,Lifetime,166,152",
            name="Mar-18-2025_Apr-14-2025_553302954456165.csv",
        )
    )
    assert reading.format.id == "meta_organic.facebook_posts"
    assert counts(reading) == (2, 0, 0)
    assert (reading.values("views"), reading.values("views_2")) == ([52, 166], [40, None])
    # written in Pacific time, an hour after its daylight saving began
    assert reading.values("publish_time")[0] == datetime(2025, 3, 18, 16, 48)


def test_metric_overview_keeps_its_title_and_its_days(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "sep=,",
            '"Instagram profile visits"',
            '"Date","Primary"',
            '"2025-03-08T00:00:00","3"',
            '"2025-03-09T01:00:00","4"',
            encoding="utf-16",
        )
    )
    assert reading.values("metric") == ["Instagram profile visits"] * 2
    assert reading.values("date") == [date(2025, 3, 8), date(2025, 3, 9)]


def test_youtube_archive_tells_its_range_in_its_name(reader: FormatReader, tmp_path: Path) -> None:
    path = tmp_path / "Content 2026-01-01_2026-01-31 Tea Channel.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "Table data.csv",
            "Content,Video title,Video publish time,Duration,Views,Thumbnail impressions,"
            "Thumbnail click-through rate (%)\nTotal,,,,812,20110,4.02\n"
            ' -e0AAAAAA-A,"Tea, explained","Jan 12, 2026",221,812,20110,4.02\n',
        )
        archive.writestr("Chart data.csv", "Date,Content,Video title,Views\n2026-01-12,x,Tea,5\n")
        archive.writestr("Totals.csv", "Date,Views\n2026-01-12,5\n")
    readings = {
        reading.format.table: reading for reading in map(reader.read_content, reader.contents(path))
    }
    assert set(readings) == {"content_table", "content_chart", "views_totals"}
    row = readings["content_table"].rows[0]
    assert (row["content"], row["impressions"]) == ("-e0AAAAAA-A", 20110)
    assert (row["_period_start"], row["_period_end"]) == (date(2026, 1, 1), date(2026, 1, 31))


def test_tiktok_studio_days_without_a_year_are_the_last_before_the_export(
    reader: FormatReader, write: Write
) -> None:
    path = write(
        '"Date","Video Views","Profile Views","Likes","Comments","Shares"',
        '"December 30","1","2","3","4","5"',
        '"January 2","6","7","8","9","10"',
    )
    moment = datetime(2026, 1, 5, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    reading = reader.read(path)
    assert reading.format.id == "tiktok_organic.business_daily"
    assert reading.values("date") == [date(2025, 12, 30), date(2026, 1, 2)]


# messaging and CRM


@pytest.mark.parametrize(
    ("name", "membership"),
    [
        ("subscribed_members_export_a1.csv", "subscribed"),
        ("unsubscribed_members_export_a1 (1).csv", "unsubscribed"),
        ("cleaned_members_export_a1.csv", "cleaned"),
        ("nonsubscribed_members_export_a1.csv", "nonsubscribed"),
        ("members.csv", None),
    ],
)
def test_mailchimp_membership_stands_in_the_file_name(
    reader: FormatReader, write: Write, name: str, membership: str | None
) -> None:
    reading = reader.read(
        write(
            "E-Mail-Adresse,Lieblingstee,MEMBER_RATING,OPTIN_TIME,LEID,EUID,TAGS",
            'Ana@Example.com,Sencha,4,2023-05-01 10:22:33,123,0a1b,"""VIP"",""Blog"""',
            name=name,
        )
    )
    row = reading.rows[0]
    assert (row["membership"], row["email_address"]) == (membership, "Ana@Example.com")
    assert json.loads(row["_extra"]) == {"Lieblingstee": "Sencha"}


def test_klaviyo_columns_of_another_conversion_metric_are_kept(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            "Campaign Name,Send Time,Total Recipients,Unique Checkout Started,Campaign ID,"
            "Campaign Channel,Winning Variant?",
            "VIP,2024-03-04 15:00:00,1204,4,01HQ,email,",
        )
    )
    assert json.loads(reading.rows[0]["_extra"]) == {"Unique Checkout Started": "4"}


def test_hubspot_internal_names_and_damaged_ids(reader: FormatReader, tmp_path: Path) -> None:
    head = ["hs_object_id", "firstname", "email", "phone", "lifecyclestage", "hs_email_optout"]
    rows = [
        ["501", "Ana", "ana@example.com", "'+12025550101", "lead", "true"],
        ["1.23E+10", "Li", "li@example.com", None, "lead", None],
    ]
    reading = reader.read(
        write_sheet(tmp_path / "hubspot-crm-exports-2024-03-12.xlsx", [head, *rows])
    )
    assert reading.format.id == "hubspot.contacts"
    assert counts(reading) == (1, 1, 0)
    row = reading.rows[0]
    assert (row["record_id"], row["phone_number"]) == ("501", "+12025550101")
    assert row["unsubscribed_from_all_email"] is True
    assert row["_exported_at"] == datetime(2024, 3, 12)


def test_salesforce_empty_lookups_are_null(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            '"Id","IsDeleted","LeadId","ContactId","CampaignId","HasResponded","SystemModstamp"',
            '"00v1","0","000000000000000AAA","0034","7014","1","2018-10-13 17:16:45"',
        )
    )
    row = reading.rows[0]
    assert (row["lead_id"], row["contact_id"], row["has_responded"]) == (None, "0034", True)
    assert row["system_modstamp"] == datetime(2018, 10, 13, 17, 16, 45)


def test_fxiaoke_labels_with_marks_of_required_fields(reader: FormatReader, tmp_path: Path) -> None:
    head = ["姓名（必填）", "公司/企业名称", "手机", "线索阶段", "生命状态", "创建时间"]
    rows = [["李伟", "示例公司", "13000000001;13000000002", "MQL", "正常", "2024-03-01 10:22"]]
    path = write_sheet(tmp_path / "销售线索.xlsx", [head, *rows], "销售线索数据")
    row = reader.read(path).rows[0]
    assert (row["name"], row["mobile"]) == ("李伟", "13000000001;13000000002")
    assert row["created_at"] == datetime(2024, 3, 1, 2, 22)


# commerce


def test_shopify_lines_of_an_order_are_one_grain(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Name,Email,Financial Status,Total,Created at,Lineitem quantity,Lineitem name,Id,"
            "Shipping Zip,Phone",
            "#1,a@example.com,paid,30.00,2025-12-06 10:37:33 -0500,1,Tea,679,'01207,"
            "'+4915112345678",
            "#1,a@example.com,,,2025-12-06 10:37:33 -0500,1,Tea,,,",
            "#1,b@example.com,paid,10.00,2025-12-07 09:00:00 +0100,1,Cup,901,,",
        )
    )
    *lines, other_shop = reading.values("_grain_key")
    assert len(set(lines)) == 1
    assert other_shop not in lines
    row = reading.rows[0]
    assert (row["shipping_zip"], row["phone"]) == ("01207", "+4915112345678")
    assert row["created_at"] == datetime(2025, 12, 6, 15, 37, 33)


def test_square_identical_items_stay_and_know_their_zone(
    reader: FormatReader, write: Write
) -> None:
    line = "2026-06-30,12:56:37,Eastern Time (US & Canada),None,Latte,1.0,,{},Payment,T1"
    reading = reader.read(
        write(
            "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,Net Sales,Event Type,"
            "Transaction ID",
            line.format("$8.00"),
            line.format("$8.00"),
            line.format("($3.50)"),
            line.format('"$1,149.00 "').replace("Eastern Time (US & Canada)", ""),
            name="items-2026-06-30-2026-07-01.csv",
        )
    )
    assert counts(reading) == (4, 0, 0)
    assert reading.total("net_sales") == Decimal("1161.5")
    assert set(reading.values("category")) == {None}
    # the last line names no zone and is in that of sources.yml
    assert reading.values("occurred_at") == [datetime(2026, 6, 30, 16, 56, 37)] * 3 + [
        datetime(2026, 6, 30, 10, 56, 37)
    ]
    assert set(reading.values("_period_end")) == {date(2026, 6, 30)}


def test_square_customers_have_a_birthday_with_or_without_a_year(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            "Reference ID,First Name,Last Name,Email Address,Phone Number,Nickname,Company Name,"
            "Street Address 1,Street Address 2,City,State,Postal Code,Birthday,Memo,"
            "Square Customer ID,Creation Source,First Visit,Last Visit,Transaction Count,"
            "Lifetime Spend,Email Subscription Status,Instant Profile",
            "L-1,Ada,Quill,ada@shop.example,'+16465550100,,,1 High St,,York,NY,01207,1990-05-12,,"
            'ABC1DEF2,Point of Sale,2026-01-02,2026-09-30,3,"$1,049.50",subscribed,No',
            ",Otto,,,,,,,,,,,--05-12,,ABC1DEF3,Loyalty,2026-02-02,2026-02-02,1,$4.00,,No",
            name="export-20261001-120000.csv",
        )
    )
    assert counts(reading) == (2, 0, 0)
    assert reading.values("birthday") == ["1990-05-12", "--05-12"]
    assert reading.total("lifetime_spend") == Decimal("1053.5")
    assert reading.rows[0]["postal_code"] == "01207"


def test_youzan_masked_phones_in_gb18030(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "订单号,买家付款时间,收货人手机号/提货人手机号,全部商品名称,商品种类数,订单实付金额",
            "E20240301102233000100001\t,2024-03-01 10:22:50,130****0001,乌龙茶(100g)(2);,1,188.00",
            encoding="gb18030",
        )
    )
    row = reading.rows[0]
    assert (row["order_no"], row["receiver_phone"]) == ("E20240301102233000100001", "130****0001")
    assert (row["paid_amount"], row["paid_at"]) == (Decimal(188), datetime(2024, 3, 1, 2, 22, 50))


# own formats


def test_own_formats_read_alike_from_csv_json_and_parquet(
    reader: FormatReader, write: Write, tmp_path: Path
) -> None:
    record = {
        "omnimart_order_id": "A-1", "source": "till", "ordered_at": "1997-01-02T10:00:00+01:00",
        "status": "paid", "currency": "CHF", "net": "12.50", "note": "kept",
    }  # fmt: skip
    table = write(",".join(record), ",".join(record.values()))
    lines = write(
        json.dumps(record), json.dumps(record | {"omnimart_order_id": "A-2"}), name="o.jsonl"
    )
    parquet = tmp_path / "o.parquet"
    duckdb.sql(f"copy (from read_csv('{table}', all_varchar = true)) to '{parquet}'")
    for path in (table, lines, parquet):
        reading = reader.read(path)
        assert reading.format.id == "omnimart.orders"
        row = reading.rows[0]
        assert (row["ordered_at"], row["net"]) == (datetime(1997, 1, 2, 9), Decimal("12.5"))
        assert json.loads(row["_extra"]) == {"note": "kept"}


def test_own_rows_without_source_or_time_are_rejected(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "omnimart_touchpoint_ref,source,occurred_at,interaction",
            "t1,fair,2024-03-01T10:00:00Z,meeting",
            "t2,,2024-03-01T10:00:00Z,meeting",
            "t3,fair,yesterday,meeting",
        )
    )
    assert counts(reading) == (1, 2, 0)
    assert [item.column for item in reading.rejected] == ["source", "occurred_at"]


def test_own_spend_of_one_day_and_campaign_may_stand_in_several_rows(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            "omnimart_spend_date,source,channel,campaign,spend,currency",
            "2024-03-01,radio,Audio,Spring,100,EUR",
            "2024-03-01,radio,Audio,Spring,100,EUR",
        )
    )
    assert reading.format.duplicates == "keep"
    assert reading.total("spend") == 200


def test_the_write_key_of_segment_is_kept_nowhere(reader: FormatReader, write: Write) -> None:
    event = (
        '"type":"page","anonymousId":"a","receivedAt":"2026-07-01T08:00:00Z","writeKey":"s3cret"'
    )
    lines = [f'{{"messageId":"m1","plan":"free",{event}}}', f"{{{event}}}"]
    reading = reader.read(write(*lines, name="events.jsonl"))
    assert reading.values("_extra") == ['{"plan":"free"}']
    [rejected] = reading.rejected
    assert rejected.column == "message_id"
    assert "s3cret" not in rejected.raw_text
