"""Exports of mailing and chat systems, in the layouts that no sample file has."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from tests.ingestion.format_reader import FormatReader, Write, counts, write_sheet


def whatsapp_post(*changes: dict) -> dict:
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "100", "changes": [{"field": "messages", "value": v} for v in changes]}],
    }


WHATSAPP = {
    "messaging_product": "whatsapp",
    "metadata": {"display_phone_number": "15550000001", "phone_number_id": "106"},
}
READ = WHATSAPP | {
    "statuses": [
        {"id": "wamid.A", "status": "read", "timestamp": "1772618460", "recipient_id": "4915100001"}
    ]
}
STOP = WHATSAPP | {
    "contacts": [{"profile": {"name": "Ana"}, "wa_id": "4915100001"}],
    "messages": [
        {"id": "wamid.B", "from": "4915100001", "timestamp": "1772618500", "type": "text",
         "text": {"body": "STOP"}}
    ],
}  # fmt: skip


def test_whatsapp_changes_are_reached_through_their_lists(
    reader: FormatReader, write: Write
) -> None:
    lines = [json.dumps(post) for post in (whatsapp_post(READ, STOP), whatsapp_post(READ))]
    reading = reader.read(write(*lines, '{"object": "whatsapp_business_account"}', name="w.jsonl"))
    assert reading.format.id == "whatsapp.webhooks"
    assert counts(reading) == (3, 1, 0)
    first, second, again = reading.rows
    assert json.loads(first["statuses"])[0]["timestamp"] == "1772618460"
    assert json.loads(second["messages"])[0]["text"] == {"body": "STOP"}
    assert (first["messages"], first["display_phone_number"]) == (None, "15550000001")
    # a post that is repeated is the same row
    assert again["_grain_key"] == first["_grain_key"] != second["_grain_key"]
    [rejected] = reading.rejected
    assert rejected.raw_text == '{"object": "whatsapp_business_account"}'


def test_whatsapp_posts_come_one_to_a_file_or_as_bare_changes(
    reader: FormatReader, write: Write
) -> None:
    whole = write(json.dumps(whatsapp_post(READ), indent=2), name="post.json")
    bare = write(json.dumps({"field": "messages", "value": STOP}), name="change.json")
    assert [reader.read(path).values("phone_number_id") for path in (whole, bare)] == [["106"]] * 2


def test_klaviyo_flow_messages_by_day_or_week(reader: FormatReader, write: Write) -> None:
    head = (
        "Flow ID,Flow Name,Flow Message ID,Flow Message Name,Flow Message Channel,Status,{},"
        "Total Recipients,Open Rate,Placed Order Value"
    )
    row = "XyZ1,Welcome,M1,Mail 1,Email,live,2024-03-04,120,45.83%,$312.50"
    for span in ("Day", "Week"):
        reading = reader.read(write("\ufeff" + head.format(span), row))
        assert reading.format.id == "klaviyo.flows"
        assert reading.values(span.lower()) == [date(2024, 3, 4)]
        assert reading.values("open_rate") == [Decimal("0.4583")]
        assert reading.total("revenue") == Decimal("312.5")


def test_klaviyo_profiles_from_a_file_and_from_pages_of_the_api(
    reader: FormatReader, write: Write
) -> None:
    listed = reader.read(
        write(
            "Email,Klaviyo ID,Phone Number,First Name,Email Marketing Consent,$consent,Birthday",
            'Ana@Example.com,01HQ,"\'+12025550101",Ana,SUBSCRIBED,"[""email""]",3/1',
        )
    )
    profile = {
        "type": "profile",
        "id": "01HQ",
        "attributes": {
            "email": "Ana@Example.com",
            "phone_number": "+12025550101",
            "created": "2024-03-01T09:00:00+00:00",
            "subscriptions": {
                "email": {"marketing": {"consent": "SUBSCRIBED", "suppression": []}},
                "sms": {"marketing": {"consent": "NEVER_SUBSCRIBED"}},
            },
            "properties": {"$consent_method": "Klaviyo Form"},
        },
    }
    page = {"data": [profile, profile | {"id": "01HR"}], "links": {"next": None}}
    paged = reader.read(write(json.dumps(page), name="profiles.json"))
    assert (listed.format.id, paged.format.id) == ("klaviyo.profiles", "klaviyo.profiles")
    assert counts(paged) == (2, 0, 0)
    shared = ("klaviyo_id", "email", "phone_number", "email_marketing_consent")
    assert [listed.rows[0][name] for name in shared] == [paged.rows[0][name] for name in shared]
    assert json.loads(listed.rows[0]["_extra"]) == {"Birthday": "3/1"}
    row = paged.rows[0]
    assert (row["sms_marketing_consent"], row["consent_method"]) == (
        "NEVER_SUBSCRIBED", "Klaviyo Form",
    )  # fmt: skip
    assert row["profile_created_on"] == datetime(2024, 3, 1, 9)


def test_klaviyo_events_in_pages(reader: FormatReader, write: Write) -> None:
    event = {
        "type": "event",
        "id": "4f",
        "attributes": {"timestamp": 1709564533, "event_properties": {"$event_id": "55"}},
        "relationships": {
            "profile": {"data": {"type": "profile", "id": "01HQ"}},
            "metric": {"data": {"type": "metric", "id": "Vm"}},
        },
    }
    page = json.dumps({"data": [event, event | {"id": "4g"}], "links": {}})
    for path in (write(page, name="page.json"), write(page, page, name="pages.jsonl")):
        reading = reader.read(path)
        assert reading.format.id == "klaviyo.events"
        assert reading.values("id")[:2] == ["4f", "4g"]
        assert reading.values("timestamp")[0] == datetime(2024, 3, 4, 15, 2, 13)


def test_wecom_customers_in_pages(reader: FormatReader, write: Write) -> None:
    contact = {
        "external_contact": {"external_userid": "wm1", "name": "茶友", "unionid": "u1"},
        "follow_info": {"userid": "zhang", "createtime": 1709251300, "remark_mobiles": ["130"]},
    }
    page = {"errcode": 0, "external_contact_list": [contact], "next_cursor": ""}
    reading = reader.read(write(json.dumps(page, ensure_ascii=False), name="page.json"))
    assert reading.format.id == "wecom.external_contacts"
    row = reading.rows[0]
    assert (row["external_userid"], row["userid"], row["name"]) == ("wm1", "zhang", "茶友")


def test_wecom_customers_of_an_scrm_tool(reader: FormatReader, tmp_path: Path) -> None:
    head = ["客户名称", "所属企微号", "所属企业", "添加时间", "标签", "客户系统备注", "客户备注名",
            "描述信息", "企微手机号", "系统手机", "客户编号", "企微编号"]  # fmt: skip
    rows = [["茶友", "张三", "示例公司", "2024-03-01 10:22:33", "老客", None, "李伟", None,
             "138****0001", "13000000001", "C001", "zhangsan"]]  # fmt: skip
    reading = reader.read(write_sheet(tmp_path / "客户列表.xlsx", [head, *rows]))
    assert reading.format.id == "wecom.scrm_contacts"
    row = reading.rows[0]
    assert (row["wecom_mobile"], row["system_mobile"]) == ("138****0001", "13000000001")
    assert row["added_at"] == datetime(2024, 3, 1, 2, 22, 33)


def test_hubspot_mailings_and_the_events_of_their_messages(
    reader: FormatReader, write: Write
) -> None:
    mailings = reader.read(
        write(
            "Email name,Subject,Send date,Sent,Delivered,Open rate,Click rate,Unsubscribed",
            'Spring,"Tea, fresh",2024-03-12 09:14,"1,204",1190,45.2%,3.1%,4',
        )
    )
    assert mailings.format.id == "hubspot.email_performance"
    assert (mailings.values("sent"), mailings.values("open_rate")) == ([1204], [Decimal("0.452")])
    event = {
        "id": "0e44", "type": "OPEN", "created": 1584371043357, "recipient": "ana@example.com",
        "emailCampaignId": 2, "appId": 2286, "portalId": 47, "filteredEvent": True,
        "sentBy": {"id": "c433", "created": 1584370848934},
    }  # fmt: skip
    page = reader.read(write(json.dumps({"hasMore": False, "events": [event]}), name="e.json"))
    seed = reader.read(
        write(
            "id,app_id,created,email_campaign_id,portal_id,sent_by_id,type,filtered_event,recipient",
            "0e44,2286,2020-03-16 15:04:03.357,2,47,c433,OPEN,true,o2wjpPyUfzBfq9OSt9I2NQ==",
        )
    )
    for reading, column in ((page, "created_ms"), (seed, "created")):
        assert reading.format.id == "hubspot.email_events"
        row = reading.rows[0]
        assert (row["sent_by_id"], row["filtered_event"]) == ("c433", True)
        assert row[column] == datetime(2020, 3, 16, 15, 4, 3, 357000)


def test_brevo_statistics_contacts_and_logs(reader: FormatReader, write: Write) -> None:
    statistics = reader.read(
        write(
            "Date Range,Requests,Delivered,Opens,Unique Opens,Clicks,Unique Clicks,Hard Bounces,"
            "Soft Bounces,Blocked,Spam Reports",
            "2024-03-04,100,98,60,40,9,7,1,1,0,0",
        )
    )
    assert (statistics.format.id, statistics.values("delivered")) == ("brevo.statistics", [98])
    contacts = reader.read(
        write(
            "EMAIL;NOM;PRENOM;SMS;WHATSAPP;DOUBLE_OPT-IN;SHOE_SIZE",
            "Ana@Example.com;Lopez;Ana;33612345678;;Yes;38",
            name="contacts.csv",
        )
    )
    row = contacts.rows[0]
    assert (contacts.format.id, row["sms"], row["double_opt_in"]) == (
        "brevo.contacts", "33612345678", True,
    )  # fmt: skip
    assert json.loads(row["_extra"]) == {"SHOE_SIZE": "38"}
    logs = reader.read(
        write(
            "Status;Date;Subject;Email;Tag;Message-ID;Link",
            "Clicked;2024-03-04 10:15:00;Hello;ana@example.com;welcome;<2024@smtp>;https://a.example/",
            name="logs.csv",
        )
    )
    assert (logs.format.id, logs.values("message_id")) == ("brevo.logs", ["<2024@smtp>"])
    assert logs.values("date") == [datetime(2024, 3, 4, 10, 15)]


def test_mailchimp_activity_knows_the_subscriber_by_the_name_of_the_member(
    reader: FormatReader, write: Write
) -> None:
    opened = {"action": "open", "timestamp": "2024-03-04 18:03:30", "ip": "203.0.113.7"}
    clicked = opened | {"action": "click", "url": "https://shop.example/?mc_cid=0a1b2c3d4e"}
    lines = [
        json.dumps({"Ana@Example.com": [opened, clicked]}),
        json.dumps({'odd"name@example.com': [opened]}),
        json.dumps({"idle@example.com": []}),
    ]
    reading = reader.read(write(*lines, name="activity_0a1b2c3d4e.json"))
    assert (reading.format.id, counts(reading)) == ("mailchimp.activity", (3, 0, 0))
    addresses = ["Ana@Example.com", "Ana@Example.com", 'odd"name@example.com']
    assert reading.values("email_address") == addresses
    assert reading.values("campaign_id") == ["0a1b2c3d4e"] * 3
    assert reading.values("timestamp")[0] == datetime(2024, 3, 4, 18, 3, 30)
    assert reading.values("_extra") == [None] * 3


def test_mailchimp_openers_are_told_by_the_name_of_their_file(
    reader: FormatReader, write: Write
) -> None:
    lines = ("Email Address,First Name,Opens,Shoe size", "Ana@Example.com,Ana,3,38")
    for name, activity in (
        ("opens", "opens"),
        ("clicked", "clicked"),
        ("not-opened", "not-opened"),
    ):
        reading = reader.read(write(*lines, name=f"members_Spring_news_{name}.csv"))
        assert reading.format.id == "mailchimp.campaign_members"
        row = reading.rows[0]
        assert (row["campaign_name"], row["activity"]) == ("Spring_news", activity)
        assert row["opens"] == 3


def test_twilio_messages_of_the_api(reader: FormatReader, write: Write) -> None:
    message = {
        "sid": "SM1", "account_sid": "AC1", "direction": "outbound-api", "status": "delivered",
        "from": "+12025550100", "to": "+12025550101", "body": "Hi", "num_segments": "1",
        "date_sent": "Fri, 01 May 2026 10:00:01 +0000", "price": "-0.00750", "price_unit": "USD",
    }  # fmt: skip
    page = json.dumps({"messages": [message], "page": 0}, indent=1)
    reading = reader.read(write(page, name="messages.json"))
    assert (reading.format.id, counts(reading)) == ("twilio.messages", (1, 0, 0))
    assert reading.values("sent_date") == [datetime(2026, 5, 1, 10, 0, 1)]
