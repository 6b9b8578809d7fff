"""Customer systems: HubSpot in Europe, Salesforce in the United States, Fxiaoke in China."""

from ingestion.simulator.exports.cells import World, columns, select_list, spelling
from ingestion.simulator.exports.mailchimp import IS_LISTED
from ingestion.simulator.exports.periods import closing
from ingestion.simulator.writing import Folder

# A business enquiry, its person, where it came from, and the last stage it reached.
_LEADS = """
    select
        lead.* exclude (person_id), person.*, visit.source, visit.medium,
        visit.campaign_name, visit.click_id_type, visit.click_id,
        visit.visit_id is null as is_from_event,
        case when won_at is not null then 'won' when lost_at is not null then 'lost'
            when opportunity_at is not null then 'opportunity' when sql_at is not null then 'sql'
            when mql_at is not null then 'mql' else 'lead' end as stage,
        coalesce(won_at, lost_at, opportunity_at, sql_at, mql_at, created_at) as moved_at,
        coalesce(won_at, lost_at) as ended_at
    from leads as lead
    inner join persons as person on lead.person_id = person.person_id
    left join visits as visit on lead.visit_id = visit.visit_id
    where lead.system = '{system}'
"""

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
_HUBSPOT_LEAD = {
    "Record ID": "hubspot_contact(person_id)",
    "First Name": "given",
    "Last Name": "family",
    "Email": "case when u('crm email', person_id) < 0.7 then email "
    "when u('crm email', person_id) < 0.85 then upper(email) "
    "else upper(left(email, 1)) || substr(email, 2) end",
    "Phone Number": "spelled_phone(phone, market, u('crm phone', person_id))",
    "Contact owner": "'Jo Seller'",
    "Lead Status": "'OPEN'",
    "Marketing contact status": "'Marketing contact'",
    "Create Date": "minute_of(created_at)",
    "Lifecycle Stage": "case stage when 'lead' then 'Lead' when 'mql' then "
    "'Marketing Qualified Lead' when 'sql' then 'Sales Qualified Lead' when 'won' then 'Customer' "
    "else 'Opportunity' end",
    "Original Source": "case when is_from_event then 'Offline Sources' when campaign_name is null "
    "then 'Organic Search' when medium = 'cpc' then 'Paid Search' else 'Paid Social' end",
    "Original Source Drill-Down 1": "case when is_from_event then 'CRM_UI' "
    "else coalesce(campaign_name, source) end",
    "Original Source Drill-Down 2": "case when is_from_event then 'Café Forum Berlin' "
    "when campaign_name is not null then source end",
    "Google ad click id": "if(click_id_type = 'gclid', click_id, null)",
    "Became a Lead Date": "minute_of(created_at)",
    "Became a Marketing Qualified Lead Date": "minute_of(mql_at)",
    "Became a Sales Qualified Lead Date": "minute_of(sql_at)",
    "Became an Opportunity Date": "minute_of(opportunity_at)",
    "Became a Customer Date": "minute_of(won_at)",
    "Associated Company": "company",
    "Associated Company IDs": "900000 + person_id",
}
_HUBSPOT_READER = {
    "Record ID": "hubspot_contact(person_id)",
    "First Name": "given",
    "Last Name": "family",
    "Email": "if(u('crm reader', person_id) < 0.15, replace(email, '@', '+news@'), email)",
    "Marketing contact status": "'Marketing contact'",
    "Create Date": "minute_of(entered_at)",
    "Lifecycle Stage": "'subscriber'",
    "Original Source": "'Direct Traffic'",
    "Original Source Drill-Down 1": "'shop.tanwick.example/'",
}
_HUBSPOT_DEAL = {
    "Record ID": "417000 + lead_id",
    "Deal Name": "company || ' - opening order'",
    "Deal Stage": "case stage when 'won' then 'Closed won' when 'lost' then 'Closed lost' "
    "else 'Qualified to buy' end || ' (Sales Pipeline)'",
    "Close Date": "minute_of(ended_at)",
    "Deal owner": "'Jo Seller'",
    "Amount": "money(amount)",
    "Pipeline": "'Sales Pipeline'",
    "Create Date": "minute_of(opportunity_at)",
    "Last Activity Date": "minute_of(moved_at)",
    "Associated Contact IDs": "hubspot_contact(person_id)",
    "Associated Company IDs (Primary)": "900000 + person_id",
}
# Shoppers of Europe who read the newsletter, and made no enquiry.
HUBSPOT_READERS = f"""
    select * from persons
    where {IS_LISTED} and market in ('GB', 'DE')
        and person_id not in (select person_id from leads where system = 'hubspot')
"""


def hubspot(world: World, folder: Folder) -> None:
    """Write contacts and deals: European enquiries, and shoppers who read the newsletter."""
    spelling(world)
    exported_at = closing(world)
    leads = _LEADS.format(system="hubspot")
    for name, query in (
        (
            "contacts",
            f"""
            with contacts as (
                select
                    2 as _group, person_id as _person,
                    {select_list(HUBSPOT_CONTACTS, _HUBSPOT_READER)}
                from ({HUBSPOT_READERS})
                union all
                select
                    1, person_id, {select_list(HUBSPOT_CONTACTS, _HUBSPOT_LEAD)} from ({leads})
            )
            select * exclude (_group, _person) from contacts order by _group, _person
            """,
        ),
        (
            "deals",
            f"select {select_list(HUBSPOT_DEALS, _HUBSPOT_DEAL)} from ({leads}) "
            "where opportunity_at is not null order by lead_id",
        ),
    ):
        folder.csv(
            f"hubspot/hubspot-crm-exports-all-{name}-{exported_at:%Y-%m-%d}.csv",
            query,
            quoting="all",
            bom=True,
            exported_at=exported_at,
        )


FXIAOKE_HEADER = columns(
    "姓名（必填）|公司|部门|职务|电话|手机|邮件|来源|线索阶段|业务状态|生命状态|业务类型|"
    "负责人（必填）|归属部门|负责人主属部门|市场活动名称|线索池|企业微信UserId|创建时间|"
    "最后修改时间|最后跟进时间|转MQL时间|转换时间|线索无效原因|唯一性ID"
)


def _shanghai(moment: str) -> str:
    return f"minute_of(local_time({moment}, 'Asia/Shanghai'))"


_FXIAOKE = {
    "姓名（必填）": "full_name",
    "公司": "company",
    "职务": "['采购经理', '行政主管', null][1 + floor(3 * u('title', person_id))::int]",
    # Some cells hold two telephones.
    "手机": "replace(phone, '+86', '') || if(u('second mobile', person_id) < 0.12, "
    "';' || other_mobile(person_id), '')",
    "邮件": "if(u('fxiaoke email', person_id) < 0.6, email, null)",
    "来源": "if(is_from_event, '展会', '官网注册')",
    "线索阶段": "case stage when 'lead' then '潜在线索' when 'mql' then 'MQL' else 'SQL' end",
    "业务状态": "case when stage = 'lead' then '待处理' "
    "when stage in ('mql', 'sql') then '跟进中' else '已转换' end",
    "生命状态": "'正常'",
    "业务类型": "'预设业务类型'",
    "负责人（必填）": "if(u('fxiaoke owner', person_id) < 0.5, '张三', '李四(已停用)')",
    "归属部门": "'华东销售部'",
    "负责人主属部门": "'华东销售部'",
    "市场活动名称": "if(is_from_event, '上海茶博会', null)",
    "企业微信UserId": "if(u('fxiaoke wecom', person_id) < 0.5, external_user(person_id), null)",
    "创建时间": _shanghai("created_at"),
    "最后修改时间": _shanghai("moved_at"),
    "最后跟进时间": _shanghai("moved_at"),
    "转MQL时间": _shanghai("mql_at"),
    "转换时间": _shanghai("opportunity_at"),
    "唯一性ID": "hex_code('fxiaoke lead', lead_id, 24)",
}


def fxiaoke(world: World, folder: Folder) -> None:
    """Write the workbook of Chinese enquiries; some cells hold two telephones."""
    spelling(world)
    folder.workbook(
        "fxiaoke/销售线索对象导出结果.xlsx",
        f"select {select_list(FXIAOKE_HEADER, _FXIAOKE)} "
        f"from ({_LEADS.format(system='fxiaoke')}) order by lead_id",
        "销售线索数据",
        exported_at=closing(world),
    )


NO_RECORD = "000000000000000AAA"
# The prefix of each object's ids, and the suffix that says where it holds capitals.
KEYS = {
    "Account": ("001", "AAA"),
    "Contact": ("003", "AAA"),
    "Lead": ("00Q", "EAA"),
    "Opportunity": ("006", "AAA"),
    "Campaign": ("701", "AAA"),
    "CampaignMember": ("00v", "AAA"),
    "OpportunityHistory": ("008", "AAA"),
    "User": ("005", "AAA"),
}
_STAMPS = "CreatedDate|CreatedById|LastModifiedDate|LastModifiedById|SystemModstamp"
SALESFORCE_COLUMNS = {
    "Account": "Id|IsDeleted|MasterRecordId|Name|Type|ParentId|BillingStreet|BillingCity|"
    "BillingState|BillingPostalCode|BillingCountry|Phone|Website|Industry|AnnualRevenue|"
    f"NumberOfEmployees|OwnerId|{_STAMPS}|LastActivityDate|AccountSource",
    "Contact": "Id|IsDeleted|MasterRecordId|AccountId|Salutation|FirstName|LastName|MailingStreet|"
    "MailingCity|MailingState|MailingPostalCode|MailingCountry|Phone|MobilePhone|Email|Title|"
    "Department|LeadSource|Birthdate|OwnerId|HasOptedOutOfEmail|HasOptedOutOfFax|DoNotCall|"
    f"{_STAMPS}|LastActivityDate|EmailBouncedReason|EmailBouncedDate",
    "Lead": "Id|IsDeleted|MasterRecordId|Salutation|FirstName|LastName|Title|Company|Street|City|"
    "State|PostalCode|Country|Phone|MobilePhone|Email|Website|LeadSource|Status|Industry|Rating|"
    "OwnerId|HasOptedOutOfEmail|IsConverted|ConvertedDate|ConvertedAccountId|ConvertedContactId|"
    f"ConvertedOpportunityId|IsUnreadByOwner|{_STAMPS}|LastActivityDate|DoNotCall|"
    "HasOptedOutOfFax|LastTransferDate",
    "Opportunity": "Id|IsDeleted|AccountId|IsPrivate|Name|Description|StageName|StageSortOrder|"
    "Amount|Probability|ExpectedRevenue|TotalOpportunityQuantity|CloseDate|Type|NextStep|"
    "LeadSource|IsClosed|IsWon|ForecastCategory|ForecastCategoryName|CampaignId|OwnerId|"
    f"{_STAMPS}|LastActivityDate|LastStageChangeDate|FiscalYear|FiscalQuarter|ContractId",
    "OpportunityHistory": "Id|OpportunityId|CreatedById|CreatedDate|CreatedDateForInsert|StageName|"
    "Amount|ExpectedRevenue|CloseDate|Probability|FromForecastCategory|ForecastCategory|"
    "PrevForecastUpdate|FromOpportunityStageName|PrevOpportunityStageUpdate|ValidThroughDate|"
    "SystemModstamp|IsDeleted",
    "Campaign": "Id|IsDeleted|Name|ParentId|Type|Status|StartDate|EndDate|ExpectedRevenue|"
    "BudgetedCost|ActualCost|ExpectedResponse|NumberSent|IsActive|Description|NumberOfLeads|"
    "NumberOfConvertedLeads|NumberOfContacts|NumberOfResponses|NumberOfOpportunities|"
    f"NumberOfWonOpportunities|OwnerId|{_STAMPS}|LastActivityDate",
    "CampaignMember": "Id|IsDeleted|CampaignId|LeadId|ContactId|Status|HasResponded|IsPrimary|"
    f"{_STAMPS}|FirstRespondedDate",
}
EVENT = "Hospitality Tea Fair 2026"


def record_id(kind: str, number: str) -> str:
    """Return SQL for the id of a Salesforce record of this kind."""
    prefix, capitals = KEYS[kind]
    return f"salesforce_id('{prefix}', '{capitals}', {number})"


def _day(moment: str) -> str:
    return f"strftime({moment}, '%Y-%m-%d 00:00:00')"


_USER = record_id("User", "17")


def _stamps(created_at: str, modified_at: str) -> dict[str, str]:
    return {
        "IsDeleted": "'0'",
        "CreatedDate": f"second_of({created_at})",
        "CreatedById": _USER,
        "LastModifiedDate": f"second_of({modified_at})",
        "LastModifiedById": _USER,
        "SystemModstamp": f"second_of({modified_at} + interval 2 second)",
    }


_STAGES = (
    "from (values ('opportunity', 'Qualification', 10, 'Pipeline'), "
    "('proposal', 'Proposal/Price Quote', 75, 'BestCase'), ('won', 'Closed Won', 100, 'Closed'), "
    "('lost', 'Closed Lost', 0, 'Omitted')) as t(step, label, chance, forecast)"
)
_PERSON = {
    "FirstName": "given",
    "LastName": "family",
    "Title": "'Buyer'",
    "Email": "if(u('crm email', person_id) < 0.8, email, "
    "upper(left(email, 1)) || substr(email, 2))",
    "Phone": "spelled_phone(phone, market, u('crm phone', person_id))",
    "LeadSource": "lead_source",
    "HasOptedOutOfEmail": "if(person_id % 13 = 0, '1', '0')",
    "HasOptedOutOfFax": "'0'",
    "DoNotCall": "'0'",
    "OwnerId": _USER,
}
_REVENUE = "amount // 100 * chance // 100"


def _or_none(kind: str, condition: str) -> str:
    return f"if({condition}, {record_id(kind, 'lead_id')}, '{NO_RECORD}')"


def _salesforce_cells(world: World) -> dict[str, tuple[dict[str, str], str]]:
    """Return the cells of every object, and the rows they are taken from."""
    plan = world.plan
    opened = "opportunity_at is not null"
    at = _stamps("opportunity_at", "moved_at")
    closes = "coalesce(ended_at, opportunity_at + interval 30 day)"
    campaign = (
        f"if(campaign_number is null, '{NO_RECORD}', {record_id('Campaign', 'campaign_number')})"
    )
    return {
        "Account": (
            at
            | {
                "Id": record_id("Account", "lead_id"),
                "OwnerId": _USER,
                "Name": "company",
                "Type": "'Customer - Channel'",
                "BillingCity": "city",
                "BillingState": "region",
                "BillingPostalCode": "postal_code",
                "BillingCountry": "'USA'",
                "Industry": "'Hospitality'",
                "AccountSource": "lead_source",
            },
            f"sourced where {opened} order by lead_id",
        ),
        "Contact": (
            at
            | _PERSON
            | {
                "Id": record_id("Contact", "lead_id"),
                "AccountId": record_id("Account", "lead_id"),
                "MailingCity": "city",
                "MailingState": "region",
                "MailingPostalCode": "postal_code",
                "MailingCountry": "'USA'",
            },
            f"sourced where {opened} order by lead_id",
        ),
        "Lead": (
            _stamps("created_at", "moved_at")
            | _PERSON
            | {
                "Id": record_id("Lead", "lead_id"),
                "Company": "company",
                "City": "city",
                "State": "region",
                "PostalCode": "postal_code",
                "Country": "'USA'",
                "Status": "case stage when 'lead' then 'Open - Not Contacted' when 'mql' then "
                "'Marketing Qualified' when 'sql' then 'Sales Qualified' "
                "else 'Closed - Converted' end",
                "IsConverted": f"if({opened}, '1', '0')",
                "IsUnreadByOwner": "'0'",
                "ConvertedDate": _day("opportunity_at"),
                "ConvertedAccountId": _or_none("Account", opened),
                "ConvertedContactId": _or_none("Contact", opened),
                "ConvertedOpportunityId": _or_none("Opportunity", opened),
                "LastTransferDate": "second_of(created_at)",
            },
            "sourced order by lead_id",
        ),
        "Opportunity": (
            at
            | {
                "Id": record_id("Opportunity", "lead_id"),
                "OwnerId": _USER,
                "AccountId": record_id("Account", "lead_id"),
                "IsPrivate": "'0'",
                "Name": "company || ' - opening order'",
                "StageName": "label",
                "Amount": "amount // 100",
                "Probability": "chance",
                "ExpectedRevenue": _REVENUE,
                "CloseDate": _day(closes),
                "Type": "'New Customer'",
                "LeadSource": "lead_source",
                "IsClosed": "if(ended_at is null, '0', '1')",
                "IsWon": "if(won_at is null, '0', '1')",
                "ForecastCategory": "forecast",
                "ForecastCategoryName": "forecast",
                "CampaignId": campaign,
                "LastStageChangeDate": "second_of(coalesce(ended_at, opportunity_at))",
                "FiscalYear": f"year({closes})",
                "FiscalQuarter": f"quarter({closes})",
                "StageSortOrder": "if(ended_at is null, 1, 3)",
            },
            f"sourced inner join stages on stages.step = sourced.stage where {opened} "
            "order by lead_id",
        ),
        "OpportunityHistory": (
            {
                "Id": record_id("OpportunityHistory", "10 * lead_id + position - 1"),
                "OpportunityId": record_id("Opportunity", "lead_id"),
                "CreatedById": _USER,
                "CreatedDate": "second_of(stepped_at)",
                "CreatedDateForInsert": "second_of(stepped_at)",
                "StageName": "label",
                "Amount": "amount // 100",
                "ExpectedRevenue": _REVENUE,
                "CloseDate": _day(closes),
                "Probability": "chance",
                "ForecastCategory": "forecast",
                "FromForecastCategory": "lag(forecast) over steps",
                "FromOpportunityStageName": "lag(label) over steps",
                "SystemModstamp": "second_of(stepped_at)",
                "IsDeleted": "'0'",
            },
            "stepped window steps as (partition by lead_id order by position) "
            "order by lead_id, position",
        ),
        "Campaign": (
            _stamps(
                f"timestamp '{plan.first_day}' - interval 225 hour",
                f"timestamp '{plan.first_day}' - interval 225 hour",
            )
            | {
                "Id": record_id("Campaign", "campaign_number"),
                "OwnerId": _USER,
                "Name": "campaign_name",
                "Type": "kind",
                "Status": f"if(last_day < date '{plan.last_day}', 'Completed', 'In Progress')",
                "StartDate": _day("first_day"),
                "EndDate": _day("last_day"),
                "BudgetedCost": "budget",
                "ActualCost": "cost",
                "IsActive": "'1'",
                "NumberOfLeads": "responses",
                "NumberOfResponses": "responses",
            },
            "responded order by campaign_number",
        ),
        "CampaignMember": (
            _stamps("created_at", "moved_at")
            | {
                "Id": record_id("CampaignMember", "lead_id"),
                "CampaignId": record_id("Campaign", "campaign_number"),
                "LeadId": record_id("Lead", "lead_id"),
                "ContactId": _or_none("Contact", opened),
                "Status": "'Responded'",
                "HasResponded": "'1'",
                "IsPrimary": "'0'",
                "FirstRespondedDate": _day("created_at"),
            },
            "sourced where campaign_number is not null order by lead_id",
        ),
    }


def salesforce(world: World, folder: Folder) -> None:
    """Write the data export: one file per object, every cell quoted, times in UTC."""
    spelling(world)
    first_day = world.plan.first_day
    tables = f"""
        with stages as ({_STAGES}),
        own_campaigns as (
            select
                0 as campaign_number, '{EVENT}' as campaign_name, 'Trade Show' as kind,
                date '{first_day}' + 13 as first_day, date '{first_day}' + 15 as last_day,
                500 as budget, 460 as cost
            union all
            select
                row_number() over (order by name), name, 'Advertisement', min(first_day),
                max(last_day), null, null
            from campaigns where starts_with(name, 'b2b_') group by name
        ),
        enquiries as ({_LEADS.format(system="salesforce")}),
        sourced as (
            select
                enquiries.*, campaign_number,
                if(is_from_event, 'Trade Show', 'Web') as lead_source
            from enquiries
            left join own_campaigns on own_campaigns.campaign_name
                = if(is_from_event, '{EVENT}', enquiries.campaign_name)
        ),
        responded as (
            select
                own_campaigns.*,
                (select count(*) from sourced where sourced.campaign_number
                    = own_campaigns.campaign_number) as responses
            from own_campaigns
        ),
        stepped as (
            select sourced.*, label, chance, forecast, position, stepped_at
            from (
                select *, 1 as position, 'opportunity' as reached, opportunity_at as stepped_at
                from sourced where opportunity_at is not null
                union all
                select *, 2, 'proposal', opportunity_at + (ended_at - opportunity_at) / 2
                from sourced where ended_at is not null
                union all
                select *, 3, stage, ended_at from sourced where ended_at is not null
            ) as sourced
            inner join stages on stages.step = reached
        )
    """
    for kind, (cells, rows) in _salesforce_cells(world).items():
        header = columns(SALESFORCE_COLUMNS[kind])
        folder.csv(
            f"salesforce/{kind}.csv",
            f"{tables} select {select_list(header, cells)} from {rows}",
            quoting="all",
            exported_at=closing(world),
        )
