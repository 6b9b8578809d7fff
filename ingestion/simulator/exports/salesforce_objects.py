"""The objects of Salesforce: their ids, their columns, and what stands in the cells."""

from ingestion.simulator.exports.cells import World

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
COLUMNS = {
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


def object_cells(world: World) -> dict[str, tuple[dict[str, str], str]]:
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
