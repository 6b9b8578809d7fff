"""Customer systems abroad: HubSpot in Europe, Fxiaoke in China."""

from datetime import datetime

from ingestion.sample_brand.brand import EXPORTED_AT
from ingestion.sample_brand.draws import HEXADECIMAL, Draws, code
from ingestion.sample_brand.files import (
    Export,
    columns,
    money,
    rows_of,
    table,
    utf8_marked,
    workbook,
)
from ingestion.sample_brand.people import Person
from ingestion.sample_brand.sales import spelled_phone
from ingestion.sample_brand.world import Lead, Session, World

STAGE_LABELS = {
    "lead": "Lead",
    "mql": "Marketing Qualified Lead",
    "sql": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "won": "Customer",
    "lost": "Opportunity",
}
HUBSPOT_CONTACTS = columns(
    "Record ID|First Name|Last Name|Email|Phone Number|Contact owner|Lead Status|"
    "Marketing contact status|Create Date|Lifecycle Stage|Original Source|"
    "Original Source Drill-Down 1|Original Source Drill-Down 2|Unsubscribed from all email|"
    "Google ad click id|Became a Lead Date|Became a Marketing Qualified Lead Date|"
    "Became a Sales Qualified Lead Date|Became an Opportunity Date|Became a Customer Date|"
    "Associated Company|Associated Company IDs"
)
HUBSPOT_DEALS = columns(
    "Record ID|Deal Name|Deal Stage|Close Date|Deal owner|Amount|Pipeline|Create Date|"
    "Last Activity Date|Associated Contact IDs|Associated Company IDs (Primary)"
)
STAGE_DATES = {
    "lead": "Became a Lead Date",
    "mql": "Became a Marketing Qualified Lead Date",
    "sql": "Became a Sales Qualified Lead Date",
    "opportunity": "Became an Opportunity Date",
    "won": "Became a Customer Date",
}
DEAL_STAGES = {
    "opportunity": "Qualified to buy (Sales Pipeline)",
    "won": "Closed won (Sales Pipeline)",
    "lost": "Closed lost (Sales Pipeline)",
}


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _hubspot_id(person: Person) -> int:
    return 317_000 + person.number


def _company_id(person: Person) -> int:
    return 900_000 + person.number


def hubspot(world: World, seed: int) -> list[Export]:
    """Return contacts and deals: European enquiries, and shoppers who read the newsletter."""
    draws = Draws(seed, "hubspot")
    leads = [lead for lead in world.leads if lead.system == "hubspot"]
    readers = [
        person
        for person in world.people
        if person.market in ("GB", "DE") and not person.company and "klaviyo" in person.audiences
    ]
    contacts = [_hubspot_lead(lead, draws) for lead in leads]
    contacts += [_hubspot_reader(person, draws) for person in readers]
    deals = [_hubspot_deal(lead) for lead in leads if lead.reached("opportunity")]
    exports = []
    for name, header, records in (
        ("contacts", HUBSPOT_CONTACTS, contacts),
        ("deals", HUBSPOT_DEALS, deals),
    ):
        path = f"hubspot/hubspot-crm-exports-all-{name}-2026-10-01.csv"
        content = utf8_marked(table(rows_of(header, records), quoting="all"))
        exports.append(Export(path, content, EXPORTED_AT))
    return exports


def _hubspot_lead(lead: Lead, draws: Draws) -> dict[str, object]:
    person, session = lead.person, lead.session
    email = draws.weighted(
        {person.email: 0.7, person.email.upper(): 0.15, person.email.title(): 0.15}
    )
    first, second, third = _hubspot_source(session, lead.event_name)
    dates = {
        column: _minute(lead.reached(stage))
        for stage, column in STAGE_DATES.items()
        if lead.reached(stage)
    }
    return dates | {
        "Record ID": _hubspot_id(person),
        "First Name": person.given,
        "Last Name": person.family,
        "Email": email,
        "Phone Number": spelled_phone(person.phone, person.market, draws),
        "Contact owner": "Jo Seller",
        "Lead Status": "OPEN",
        "Marketing contact status": "Marketing contact",
        "Create Date": _minute(lead.created_at),
        "Lifecycle Stage": STAGE_LABELS[lead.stages[-1][0]],
        "Original Source": first,
        "Original Source Drill-Down 1": second,
        "Original Source Drill-Down 2": third,
        "Google ad click id": session.query.get("gclid") if session else None,
        "Associated Company": person.company,
        "Associated Company IDs": _company_id(person),
    }


def _hubspot_source(session: Session | None, event_name: str) -> tuple[str, str, str]:
    if session is None:
        return "Offline Sources", "CRM_UI", event_name
    if session.campaign:
        name = "Paid Search" if session.medium == "cpc" else "Paid Social"
        return name, session.campaign.name, session.source
    return "Organic Search", session.source, ""


def _hubspot_reader(person: Person, draws: Draws) -> dict[str, object]:
    login, domain = person.email.split("@")
    return {
        "Record ID": _hubspot_id(person),
        "First Name": person.given,
        "Last Name": person.family,
        "Email": f"{login}+news@{domain}" if draws.chance(0.15) else person.email,
        "Marketing contact status": "Marketing contact",
        "Create Date": _minute(person.known_since),
        "Lifecycle Stage": "subscriber",
        "Original Source": "Direct Traffic",
        "Original Source Drill-Down 1": "shop.tanwick.example/",
    }


def _hubspot_deal(lead: Lead) -> dict[str, object]:
    person = lead.person
    stage, moved_at = lead.stages[-1]
    return {
        "Record ID": 417_000 + person.number,
        "Deal Name": f"{person.company} - opening order",
        "Deal Stage": DEAL_STAGES[stage],
        "Close Date": _minute(moved_at if stage in ("won", "lost") else None),
        "Deal owner": "Jo Seller",
        "Amount": money(lead.amount),
        "Pipeline": "Sales Pipeline",
        "Create Date": _minute(lead.reached("opportunity")),
        "Last Activity Date": _minute(moved_at),
        "Associated Contact IDs": _hubspot_id(person),
        "Associated Company IDs (Primary)": _company_id(person),
    }


FXIAOKE_HEADER = columns(
    "姓名（必填）|公司|部门|职务|电话|手机|邮件|来源|线索阶段|业务状态|生命状态|业务类型|"
    "负责人（必填）|归属部门|负责人主属部门|市场活动名称|线索池|企业微信UserId|创建时间|"
    "最后修改时间|最后跟进时间|转MQL时间|转换时间|线索无效原因|唯一性ID"
)
CHINESE_STAGES = {"lead": "潜在线索", "mql": "MQL"}  # every later one is shown as SQL
CHINESE_STATES = {"lead": "待处理", "mql": "跟进中", "sql": "跟进中"}  # then: 已转换


def external_user(person: Person) -> str:
    """Return the id under which the WeChat work account knows a person."""
    return f"wmT{code('external user', person.number, 29)}"


def fxiaoke(world: World, seed: int) -> list[Export]:
    """Return the workbook of Chinese enquiries; some cells hold two telephones."""
    draws = Draws(seed, "fxiaoke")
    leads = [lead for lead in world.leads if lead.system == "fxiaoke"]
    rows = rows_of(FXIAOKE_HEADER, [_fxiaoke_lead(lead, draws) for lead in leads])
    content = workbook("销售线索数据", rows)
    return [Export("fxiaoke/销售线索对象导出结果.xlsx", content, EXPORTED_AT)]


def _fxiaoke_lead(lead: Lead, draws: Draws) -> dict[str, str | None]:
    person, stage = lead.person, lead.stages[-1][0]
    mobile = person.phone.removeprefix("+86")
    if draws.chance(0.12):
        mobile += f";1300009{1000 + draws.below(9000)}"
    moments = {
        "创建时间": lead.created_at,
        "最后修改时间": lead.stages[-1][1],
        "最后跟进时间": lead.stages[-1][1],
        "转MQL时间": lead.reached("mql"),
        "转换时间": lead.reached("opportunity"),
    }
    times = {name: _minute(person.local(at)) for name, at in moments.items() if at}
    return times | {
        "姓名（必填）": person.full_name,
        "公司": person.company,
        "职务": draws.pick(("采购经理", "行政主管", None)),
        "手机": mobile,
        "邮件": person.email if draws.chance(0.6) else None,
        "来源": "展会" if lead.event_name else "官网注册",
        "线索阶段": CHINESE_STAGES.get(stage, "SQL"),
        "业务状态": CHINESE_STATES.get(stage, "已转换"),
        "生命状态": "正常",
        "业务类型": "预设业务类型",
        "负责人（必填）": draws.pick(("张三", "李四(已停用)")),
        "归属部门": "华东销售部",
        "负责人主属部门": "华东销售部",
        "市场活动名称": lead.event_name or None,
        "企业微信UserId": external_user(person) if draws.chance(0.5) else None,
        "唯一性ID": code("fxiaoke lead", person.number, 24, HEXADECIMAL),
    }
