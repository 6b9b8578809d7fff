"""Exports of CRMs, in the layouts that no sample file has."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.recognition import UnrecognisedError
from tests.ingestion.format_reader import FormatReader, Write, counts, write_lines, write_sheet


def test_zoho_leads_contacts_and_deals_are_told_from_those_of_hubspot(
    reader: FormatReader, write: Write
) -> None:
    leads = reader.read(
        write(
            "Record Id,Lead Owner.id,Lead Owner,Company,First Name,Last Name,Email,Phone,"
            "Lead Status,Lead Source,Email Opt Out,Created Time,Modified Time,Shoe size",
            "zcrm_5280000000000001,zcrm_528,Jo Seller,Acme Tea,Ana,Lopez,Ana@Example.com,"
            "+12025550101,Contacted,Web,true,2024-03-01 10:22:33,2024-03-02 08:00:00,38",
        )
    )
    assert leads.format.id == "zoho.leads"
    row = leads.rows[0]
    assert (row["record_id"], row["lead_owner_id"]) == ("zcrm_5280000000000001", "zcrm_528")
    assert (row["email_opt_out"], row["created_time"]) == (True, datetime(2024, 3, 1, 10, 22, 33))
    assert json.loads(row["_extra"]) == {"Shoe size": "38"}
    contacts = reader.read(
        write(
            "Record Id,Contact Owner.id,Contact Owner,First Name,Last Name,Account Name,Email,"
            "Mobile,Email Opt Out,Created Time",
            "zcrm_5290,zcrm_528,Jo Seller,Bo,Li,Acme,bo@example.com,,false,2024-03-01 10:22:33",
        )
    )
    assert (contacts.format.id, contacts.values("email_opt_out")) == ("zoho.contacts", [False])
    deals = reader.read(
        write(
            "Record Id,Deal Name,Amount,Stage,Closing Date,Account Name,Contact Name.id,"
            "Created Time",
            "zcrm_5300,Spring order,$342.09K,Closed Won,2024-03-31,Acme,zcrm_5290,"
            "2024-03-01 10:22:33",
        )
    )
    assert (deals.format.id, deals.total("amount")) == ("zoho.deals", Decimal(342090))
    assert deals.values("contact_name_id") == ["zcrm_5290"]


def test_pipedrive_deals_in_czech(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Obchod - Název,Obchod - Hodnota,Obchod - Měna hodnoty,Obchod - Fáze,Obchod - Stav,"
            "Obchod - ID,Organizace - Název,Osoba - Jméno,Osoba - E-mail,Osoba - Telefon",
            '"Čajovna, jaro","1 250,50",CZK,Nabídka,Vyhráno,42,Čajovna,Eva Malá,eva@example.com,'
            "+420601000001",
        )
    )
    assert reading.format.id == "pipedrive.deals"
    row = reading.rows[0]
    assert (row["deal_id"], row["deal_value"]) == ("42", Decimal("1250.5"))
    assert (row["deal_currency_of_value"], row["person_email_work"]) == ("CZK", "eva@example.com")
    assert not reading.staged.cells.unknown


def test_pipedrive_persons_and_organisations(reader: FormatReader, tmp_path: Path) -> None:
    persons = reader.read(
        write_sheet(
            tmp_path / "people-1234567-3.xlsx",
            [
                ["Person - Name", "Person - Email - Work", "Person - Phone - Mobile", "Person - ID",
                 "Person - Organization", "Person - Marketing status", "Person - Person created"],
                ["Ana Lopez", "ana@example.com", "'+12025550101", 7, "Acme Tea", "Subscribed",
                 "2024-03-02 11:00:00"],
            ],
        )
    )  # fmt: skip
    assert persons.format.id == "pipedrive.persons"
    row = persons.rows[0]
    assert (row["person_id"], row["person_phone_mobile"]) == ("7", "+12025550101")
    assert (row["organization_name"], row["person_created"]) == (
        "Acme Tea", datetime(2024, 3, 2, 11),
    )  # fmt: skip
    organisations = reader.read(
        write_lines(
            tmp_path,
            "Organization - Name,Organization - ID,Organization - Address,Organization - Owner",
            '"Acme, Tea",9,"1 Main St, Springfield",Jo Seller',
        )
    )
    assert organisations.format.id == "pipedrive.organizations"
    assert organisations.values("organization_name") == ["Acme, Tea"]


@pytest.mark.parametrize(
    ("title", "head", "row", "found", "values"),
    [
        (
            "客户数据",
            ["客户名称（必填）", "客户编号", "客户级别", "成交状态", "电话", "领取/分配时间",
             "负责人", "生命状态"],
            ["示例公司", "A20240301-001", "重要客户", "已成交", "010-10000001", "2024-03-01 10:22",
             "张三(已停用)", "正常"],
            "fxiaoke.accounts",
            {"account_no": "A20240301-001", "allocated_at": datetime(2024, 3, 1, 2, 22)},
        ),
        (
            "联系人数据",
            ["姓名（必填）", "客户名称", "手机1", "手机2", "邮件", "生命状态", "负责人",
             "field_a1b2__c"],
            ["李伟", "示例公司", "13000000001", "138****0001", "li@example.com", "正常",
             "张三", "x"],
            "fxiaoke.contacts",
            {"mobile": "13000000001", "mobile_2": "138****0001", "_extra": '{"field_a1b2__c":"x"}'},
        ),
        (
            "商机2.0数据",
            ["商机名称", "客户名称", "商机阶段", "商机金额", "预计成交日期", "预测金额",
             "赢单率", "负责人"],
            ["春茶团购", "示例公司", "方案报价", "12,000.00", "2024-03-31", "6000", "50%", "张三"],
            "fxiaoke.opportunities",
            {"amount": Decimal(12000), "win_rate": Decimal("0.5"),
             "expected_close_date": date(2024, 3, 31)},
        ),
    ],
    ids=["accounts", "contacts", "opportunities"],
)  # fmt: skip
def test_fxiaoke_objects_are_told_by_their_labels(
    reader: FormatReader,
    tmp_path: Path,
    title: str,
    head: list[str],
    row: list[str],
    found: str,
    values: dict[str, object],
) -> None:
    reading = reader.read(write_sheet(tmp_path / f"{title}.xlsx", [head, row], title))
    assert (reading.format.id, counts(reading)) == (found, (1, 0, 0))
    assert {name: reading.rows[0][name] for name in values} == values


SALESFORCE_FOOTER = (
    '"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved."',
    '"Confidential Information - Do Not Distribute"',
    '"Generated By:  Jo Seller  3/4/2024 10:00 AM"',
)


def test_salesforce_reports_of_other_objects(reader: FormatReader, write: Write) -> None:
    deals = reader.read(
        write(
            '"Opportunity Name","Account Name","Stage","Amount Currency","Amount","Close Date",'
            '"Probability (%)","Opportunity ID"',
            '"Café order","Acme","Closed Won","EUR","1250.50","3/31/2024","100","0061t00000AbCdE"',
            '"Mug order","Acme","Prospecting","USD","80.00","4/13/2024","10","0061t00000AbCdf"',
            *SALESFORCE_FOOTER,
            name="report1709564000000.csv",
            encoding="cp1252",
        )
    )
    assert (deals.format.id, counts(deals)) == ("salesforce.opportunity_report", (2, 0, 3))
    assert deals.values("opportunity_name") == ["Café order", "Mug order"]
    assert deals.values("opportunity_id") == ["0061t00000AbCdE", "0061t00000AbCdf"]
    assert deals.values("amount_currency") == ["EUR", "USD"]
    assert deals.values("close_date") == [date(2024, 3, 31), date(2024, 4, 13)]
    contacts = reader.read(
        write(
            '"Contact ID","First Name","Last Name","Account Name","Email","Email Opt Out"',
            '"0031t00000AbCdE","Ana","López","Acme","ana@example.com","1"',
            *SALESFORCE_FOOTER,
            encoding="cp1252",
        )
    )
    assert (contacts.format.id, contacts.values("last_name")) == (
        "salesforce.contact_report", ["López"],
    )  # fmt: skip
    accounts = reader.read(
        write(
            '"Account ID","Account Name","Account Owner","Type","Billing State/Province"',
            '"0011t00000AbCdE","Acme","Jo Seller","Customer","Ohio"',
        )
    )
    assert accounts.format.id == "salesforce.account_report"


def test_salesforce_contacts_of_few_columns_are_no_users(
    reader: FormatReader, write: Write
) -> None:
    head = '"Id","AccountId","LastName","Email","SystemModstamp"'
    row = '"0035g00000h1AAAEA3","0015g00000h1AAAEA3","B","b@example.com","2025-03-01 17:16:45"'
    assert reader.recognise_file(write(head, row)).id == "salesforce.contact"
    with pytest.raises(UnrecognisedError):
        reader.recognise_file(write(head + ',"Username"', row + ',"b@example.com"'))


def test_wechat_followers_in_the_envelope_of_the_api(reader: FormatReader, write: Write) -> None:
    users = [
        {"subscribe": 1, "openid": f"o{number}", "unionid": f"u{number}",
         "subscribe_time": 1754006400 + number}
        for number in range(3)
    ]  # fmt: skip
    reading = reader.read(write(json.dumps({"user_info_list": users}), name="users.json"))
    assert (reading.format.id, counts(reading)) == ("wechat_oa.users", (3, 0, 0))
    assert reading.values("unionid") == ["u0", "u1", "u2"]


def test_salesforce_lead_report_is_no_export_of_zoho(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            '"Lead Owner","First Name","Last Name","Company / Account","Email","Lead Source",'
            '"Lead Status","Email Opt Out","Create Date","Lead ID"',
            '"Jo","Zoë","Fé","Acme","zoe@example.com","Web","Open","1","13/05/2026",'
            '"00Q5g00000AbCda"',
            "",
            '"New Leads This Month"',
            *SALESFORCE_FOOTER,
            encoding="cp1252",
        )
    )
    assert (reading.format.id, counts(reading)) == ("salesforce.lead_report", (1, 0, 4))
    assert reading.values("create_date") == [date(2026, 5, 13)]
    assert reading.values("email_opt_out") == [True]


def test_totals_of_a_grouped_salesforce_report_are_no_deals(
    reader: FormatReader, tmp_path: Path
) -> None:
    deals = [
        ["Total", "Petrol order", 1, date(2026, 5, 13), "0065g00000QC002", "Total"],
        ["Closed Won", "Café order", 400, date(2026, 5, 14), "0065g00000QC000", "Acme"],
        [None, "Mug order", 600, date(2026, 5, 15), "0065g00000QC001", "Acme"],
        ["Subtotal", "Sum", 1000],
        [None, "Count", 2],
        ["Total", "Sum", 1000],
        [None, "Count", 2],
    ]
    head = [
        "Stage  ↑",
        "Opportunity Name",
        "Amount",
        "Close Date",
        "Opportunity ID",
        "Account Name",
    ]
    reading = reader.read(write_sheet(tmp_path / "deals.xlsx", [["Deals"], [], head, *deals]))
    assert (reading.format.id, counts(reading)) == ("salesforce.opportunity_report", (3, 0, 4))
    assert reading.total("amount") == 1001


def test_salesforce_amounts_keep_the_currency_of_their_record(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            '"Id","IsDeleted","Name","StageName","Amount","CloseDate","IsClosed","IsWon",'
            '"CreatedDate","SystemModstamp","CurrencyIsoCode"',
            '"0065g00000Op000AAA","0","Spring","Closed Won","10","2026-05-10 00:00:00","1","1",'
            '"2026-05-01 17:16:45","2026-05-01 17:16:45","EUR"',
        )
    )
    assert (reading.format.id, reading.values("currency_iso_code")) == (
        "salesforce.opportunity", ["EUR"],
    )  # fmt: skip


def test_pipedrive_activities_are_no_deals(reader: FormatReader, write: Write) -> None:
    head = (
        "Activity - Subject,Activity - Type,Activity - Done,Activity - ID,Deal - Title,Deal - ID,"
        "Person - Name,Person - ID,Person - Email - Work,Organization - Name,Organization - ID"
    )
    row = "Call,Call,Done,1,Acme deal,3,Ola,2,ola@example.com,Acme,9"
    with pytest.raises(UnrecognisedError):
        reader.recognise_file(write(head, row))


def test_hubspot_contacts_of_few_columns(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Record ID,First Name,Last Name,Email,Contact owner,Create Date",
            "501,Ana,Lopez,ana@example.com,Jo,2026-05-01 09:14",
        )
    )
    assert (reading.format.id, reading.values("email")) == ("hubspot.contacts", ["ana@example.com"])


def test_hubspot_contacts_and_deals_of_the_api(reader: FormatReader, write: Write) -> None:
    contact = {
        "id": "51",
        "properties": {
            "createdate": "2026-05-01T09:14:00.000Z", "email": "ana@example.com",
            "firstname": "Ana", "lastname": None, "lastmodifieddate": "2026-05-10T00:00:00Z",
            "hs_object_id": "51", "hs_email_optout": "true", "phone": "+12025550100",
        },
        "createdAt": "2026-05-01T09:14:00.000Z", "updatedAt": "2026-05-10T00:00:00Z",
        "archived": False,
    }  # fmt: skip
    page = json.dumps({"results": [contact], "paging": {"next": {"after": "52"}}}, indent=1)
    contacts = reader.read(write(page, name="contacts.json"))
    assert (contacts.format.id, counts(contacts)) == ("hubspot.contacts", (1, 0, 0))
    row = contacts.rows[0]
    assert (row["record_id"], row["email"]) == ("51", "ana@example.com")
    assert (row["phone_number"], row["unsubscribed_from_all_email"]) == ("+12025550100", True)
    assert row["create_date"] == datetime(2026, 5, 1, 9, 14)
    deal = {
        "id": "61",
        "properties": {
            "amount": "1250.50", "closedate": "2026-05-31T00:00:00Z", "dealname": "Spring",
            "createdate": "2026-05-01T09:14:00Z", "dealstage": "closedwon",
            "deal_currency_code": "EUR",
        },
        "associations": {"contacts": {"results": [{"id": "51", "type": "deal_to_contact"}]}},
    }  # fmt: skip
    deals = reader.read(write(json.dumps({"total": 1, "results": [deal]}), name="deals.json"))
    assert (deals.format.id, deals.total("amount")) == ("hubspot.deals", Decimal("1250.50"))
    assert (deals.values("associated_contact_ids"), deals.values("currency")) == (["51"], ["EUR"])


def test_salesforce_extract_of_data_loader(reader: FormatReader, write: Write) -> None:
    contacts = reader.read(
        write(
            '"ID","FIRSTNAME","LASTNAME","EMAIL","HASOPTEDOUTOFEMAIL","ACCOUNTID","CREATEDDATE"',
            '"0035g00000AbCd0AAA","Ana","Lo","ana@example.com","true","0015g00000XyZAAAA3",'
            '"2026-05-01T22:15:00.000Z"',
        )
    )
    assert contacts.format.id == "salesforce.contact"
    row = contacts.rows[0]
    assert (row["last_name"], row["has_opted_out_of_email"]) == ("Lo", True)
    assert row["created_date"] == datetime(2026, 5, 1, 22, 15)


def test_salesforce_records_of_the_api(reader: FormatReader, write: Write) -> None:
    lead = {
        "attributes": {"type": "Lead", "url": "/services/data/v60.0/sobjects/Lead/00Q1"},
        "Id": "00Q5g00000JsO0AAA", "LastName": "Lo", "Company": "Acme", "IsConverted": False,
        "Email": "ana@example.com", "CreatedDate": "2026-05-01T10:00:00.000+0000",
    }  # fmt: skip
    page = json.dumps({"totalSize": 1, "done": True, "records": [lead]}, indent=1)
    reading = reader.read(write(page, name="query.json"))
    assert (reading.format.id, reading.values("is_converted")) == ("salesforce.lead", [False])
    assert reading.values("created_date") == [datetime(2026, 5, 1, 10)]


def test_a_salesforce_report_ends_in_its_title_and_the_company(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            '"First Name","Last Name","Company / Account","Email","Lead Status","Created Date",'
            '"Lead ID"',
            '"Ana","López","Café","ana@example.com","Open","01.07.2026","00Q5g000001AbCd"',
            '"Bo","","","","","13.07.2026","00Q5g000001AbCe"',
            '"Cut off"',
            "",
            '"Leads in July"',
            '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."',
            '"Confidential Information - Do Not Distribute"',
            '"Generated By:  Bo Berg  03.07.2026 08:00"',
            '"Tea Company"',
            encoding="cp1252",
        )
    )
    assert (reading.format.id, counts(reading)) == ("salesforce.lead_report", (2, 0, 6))
    assert reading.values("create_date") == [date(2026, 7, 1), date(2026, 7, 13)]


def test_pipedrive_deals_in_spanish_keep_the_address_of_the_person(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            "Trato - Título,Trato - Valor,Trato - Moneda de Valor,Trato - Etapa,Trato - ID,"
            "Persona - Nombre,Persona - Correo electrónico - Trabajo,Persona - Teléfono - Móvil",
            "Grande,1025.42,EUR,Propuesta,77,Ana,ana@example.com,+34600000001",
        )
    )
    assert (reading.format.id, counts(reading)) == ("pipedrive.deals", (1, 0, 0))
    assert reading.staged.unknown_columns == ()
    row = reading.rows[0]
    assert (row["person_email_work"], row["person_phone_mobile"]) == (
        "ana@example.com", "+34600000001",
    )  # fmt: skip
    assert (row["deal_value"], row["deal_currency_of_value"]) == (Decimal("1025.42"), "EUR")


def test_fxiaoke_leads_without_any_column_of_the_lead_process(
    reader: FormatReader, tmp_path: Path
) -> None:
    reading = reader.read(
        write_sheet(
            tmp_path / "leads.xlsx",
            [
                ["姓名（必填）", "公司", "手机", "来源", "生命状态", "负责人（必填）", "创建时间"],
                ["李茶", "茶公司", "13000000001;13000000002", "官网", "正常", "张三(已停用)",
                 "2026-07-01 10:22"],
            ],
            "销售线索数据",
        )
    )  # fmt: skip
    assert (reading.format.id, counts(reading)) == ("fxiaoke.leads", (1, 0, 0))
