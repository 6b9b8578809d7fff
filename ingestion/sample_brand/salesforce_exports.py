"""Salesforce, the customer system in the United States: the weekly data export."""

from datetime import datetime, timedelta

from ingestion.sample_brand.brand import EXPORTED_AT
from ingestion.sample_brand.draws import ALPHANUMERIC, Draws
from ingestion.sample_brand.files import Export, columns, rows_of, table
from ingestion.sample_brand.sales import spelled_phone
from ingestion.sample_brand.world import Lead, World

NO_RECORD = "000000000000000AAA"
KEY_PREFIXES = {
    "Account": "001",
    "Contact": "003",
    "Lead": "00Q",
    "Opportunity": "006",
    "Campaign": "701",
    "CampaignMember": "00v",
    "OpportunityHistory": "008",
    "User": "005",
}
SALESFORCE_COLUMNS = {
    "Account": "Id|IsDeleted|MasterRecordId|Name|Type|ParentId|BillingStreet|BillingCity|"
    "BillingState|BillingPostalCode|BillingCountry|Phone|Website|Industry|AnnualRevenue|"
    "NumberOfEmployees|OwnerId|CreatedDate|CreatedById|LastModifiedDate|LastModifiedById|SystemModstamp|LastActivityDate|"
    "AccountSource",
    "Contact": "Id|IsDeleted|MasterRecordId|AccountId|Salutation|FirstName|LastName|MailingStreet|"
    "MailingCity|MailingState|MailingPostalCode|MailingCountry|Phone|MobilePhone|Email|Title|"
    "Department|LeadSource|Birthdate|OwnerId|HasOptedOutOfEmail|HasOptedOutOfFax|DoNotCall|"
    "CreatedDate|CreatedById|LastModifiedDate|LastModifiedById|SystemModstamp|LastActivityDate|"
    "EmailBouncedReason|EmailBouncedDate",
    "Lead": "Id|IsDeleted|MasterRecordId|Salutation|FirstName|LastName|Title|Company|Street|City|"
    "State|PostalCode|Country|Phone|MobilePhone|Email|Website|LeadSource|Status|Industry|Rating|"
    "OwnerId|HasOptedOutOfEmail|IsConverted|ConvertedDate|ConvertedAccountId|ConvertedContactId|"
    "ConvertedOpportunityId|IsUnreadByOwner|CreatedDate|CreatedById|LastModifiedDate|"
    "LastModifiedById|SystemModstamp|LastActivityDate|DoNotCall|HasOptedOutOfFax|LastTransferDate",
    "Opportunity": "Id|IsDeleted|AccountId|IsPrivate|Name|Description|StageName|StageSortOrder|"
    "Amount|Probability|ExpectedRevenue|TotalOpportunityQuantity|CloseDate|Type|NextStep|"
    "LeadSource|IsClosed|IsWon|ForecastCategory|ForecastCategoryName|CampaignId|OwnerId|CreatedDate|CreatedById|"
    "LastModifiedDate|LastModifiedById|SystemModstamp|LastActivityDate|LastStageChangeDate|"
    "FiscalYear|FiscalQuarter|ContractId",
    "OpportunityHistory": "Id|OpportunityId|CreatedById|CreatedDate|CreatedDateForInsert|StageName|"
    "Amount|ExpectedRevenue|CloseDate|Probability|FromForecastCategory|ForecastCategory|"
    "PrevForecastUpdate|FromOpportunityStageName|PrevOpportunityStageUpdate|ValidThroughDate|"
    "SystemModstamp|IsDeleted",
    "Campaign": "Id|IsDeleted|Name|ParentId|Type|Status|StartDate|EndDate|ExpectedRevenue|"
    "BudgetedCost|ActualCost|ExpectedResponse|NumberSent|IsActive|Description|NumberOfLeads|"
    "NumberOfConvertedLeads|NumberOfContacts|NumberOfResponses|NumberOfOpportunities|"
    "NumberOfWonOpportunities|OwnerId|CreatedDate|CreatedById|LastModifiedDate|LastModifiedById|"
    "SystemModstamp|LastActivityDate",
    "CampaignMember": "Id|IsDeleted|CampaignId|LeadId|ContactId|Status|HasResponded|IsPrimary|"
    "CreatedDate|CreatedById|LastModifiedDate|LastModifiedById|SystemModstamp|FirstRespondedDate",
}
SALESFORCE_CAMPAIGNS = {
    # name: type, first day, last day, budgeted and actual cost
    "Hospitality Tea Fair 2026": ("Trade Show", "2026-07-14", "2026-07-16", "500", "460"),
    "b2b_wholesale_search": ("Advertisement", "2026-07-01", "2026-09-30", "", ""),
    "b2b_hospitality_leads": ("Advertisement", "2026-07-01", "2026-09-30", "", ""),
    "Wholesale Webinar August": ("Webinar", "2026-08-19", "2026-08-19", "150", "120"),
}
LEAD_STATUSES = {
    "lead": "Open - Not Contacted",
    "mql": "Marketing Qualified",
    "sql": "Sales Qualified",
}
OPPORTUNITY_STAGES = {
    "opportunity": ("Qualification", "10", "Pipeline"),
    "proposal": ("Proposal/Price Quote", "75", "BestCase"),
    "won": ("Closed Won", "100", "Closed"),
    "lost": ("Closed Lost", "0", "Omitted"),
}


def salesforce_id(kind: str, number: int) -> str:
    """Return an 18-character id: 15 case-sensitive ones and three that say which are capitals."""
    digits, rest = "", number
    for _ in range(6):
        rest, position = divmod(rest, 62)
        digits = ALPHANUMERIC[position] + digits
    stem = f"{KEY_PREFIXES[kind]}5g0000{digits}"
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    suffix = ""
    for start in (0, 5, 10):
        chunk = stem[start : start + 5]
        suffix += letters[sum(1 << i for i, letter in enumerate(chunk) if "A" <= letter <= "Z")]
    return stem + suffix


USER = salesforce_id("User", 17)


def _second(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _stamps(created_at: datetime, modified_at: datetime) -> dict[str, str]:
    """Return what every record of a person's making carries."""
    return {
        "IsDeleted": "0",
        "CreatedDate": _second(created_at),
        "CreatedById": USER,
        "LastModifiedDate": _second(modified_at),
        "LastModifiedById": USER,
        "SystemModstamp": _second(modified_at + timedelta(seconds=2)),
    }


def salesforce(world: World, seed: int) -> list[Export]:
    """Return the weekly data export: one file per object, every cell quoted, times in UTC."""
    draws = Draws(seed, "salesforce")
    records: dict[str, list[dict[str, str]]] = {kind: [] for kind in SALESFORCE_COLUMNS}
    leads = [lead for lead in world.leads if lead.system == "salesforce"]
    records["Campaign"] = [
        _campaign(name, sum(_campaign_name(lead) == name for lead in leads))
        for name in SALESFORCE_CAMPAIGNS
    ]
    for lead in leads:
        _add_lead(records, lead, draws)
    exports = []
    for kind, rows in records.items():
        header = columns(SALESFORCE_COLUMNS[kind])
        content = table(rows_of(header, rows), quoting="all").encode()
        exports.append(Export(f"salesforce/{kind}.csv", content, EXPORTED_AT))
    return exports


def _campaign_id(name: str) -> str:
    if name not in SALESFORCE_CAMPAIGNS:
        return NO_RECORD
    return salesforce_id("Campaign", list(SALESFORCE_CAMPAIGNS).index(name))


def _campaign(name: str, responses: int) -> dict[str, str]:
    kind, first, last, budget, cost = SALESFORCE_CAMPAIGNS[name]
    made_at = datetime(2026, 6, 20, 15)
    return _stamps(made_at, made_at) | {
        "Id": _campaign_id(name),
        "OwnerId": USER,
        "Name": name,
        "Type": kind,
        "Status": "Completed" if last < "2026-09-30" else "In Progress",
        "StartDate": f"{first} 00:00:00",
        "EndDate": f"{last} 00:00:00",
        "BudgetedCost": budget,
        "ActualCost": cost,
        "IsActive": "1",
        "NumberOfLeads": str(responses),
        "NumberOfResponses": str(responses),
    }


def _campaign_name(lead: Lead) -> str:
    if lead.session and lead.session.campaign:
        return lead.session.campaign.name
    return lead.event_name


def _add_lead(records: dict[str, list[dict[str, str]]], lead: Lead, draws: Draws) -> None:
    """Add the enquiry and, once it is an opportunity, the account, contact and deal it became."""
    person, number = lead.person, lead.person.number
    stage, moved_at = lead.stages[-1]
    opened_at = lead.reached("opportunity")
    campaign_id = _campaign_id(_campaign_name(lead))
    stamps = _stamps(lead.created_at, moved_at)
    lead_source = "Trade Show" if lead.event_name else "Web"
    contact = {
        "FirstName": person.given,
        "LastName": person.family,
        "Title": "Buyer",
        "Email": draws.weighted({person.email: 0.8, person.email.title(): 0.2}),
        "Phone": spelled_phone(person.phone, person.market, draws),
        "LeadSource": lead_source,
        "HasOptedOutOfEmail": "1" if number % 13 == 0 else "0",
        "HasOptedOutOfFax": "0",
        "DoNotCall": "0",
    }
    row = (
        stamps
        | contact
        | {
            "Id": salesforce_id("Lead", number),
            "OwnerId": USER,
            "Company": person.company,
            "City": person.city,
            "State": person.region,
            "PostalCode": person.postal_code,
            "Country": "USA",
            "Status": "Closed - Converted" if opened_at else LEAD_STATUSES[stage],
            "IsConverted": "1" if opened_at else "0",
            "IsUnreadByOwner": "0",
            "ConvertedDate": f"{opened_at:%Y-%m-%d} 00:00:00" if opened_at else "",
            "LastTransferDate": _second(lead.created_at),
        }
    )
    for kind in ("Account", "Contact", "Opportunity"):
        row[f"Converted{kind}Id"] = salesforce_id(kind, number) if opened_at else NO_RECORD
    records["Lead"].append(row)
    if campaign_id != NO_RECORD:
        records["CampaignMember"].append(
            stamps
            | {
                "Id": salesforce_id("CampaignMember", number),
                "CampaignId": campaign_id,
                "LeadId": salesforce_id("Lead", number),
                "ContactId": salesforce_id("Contact", number) if opened_at else NO_RECORD,
                "Status": "Responded",
                "HasResponded": "1",
                "IsPrimary": "0",
                "FirstRespondedDate": f"{lead.created_at:%Y-%m-%d} 00:00:00",
            }
        )
    if opened_at:
        _add_opportunity(records, lead, contact, campaign_id, opened_at)


def _add_opportunity(
    records: dict[str, list[dict[str, str]]],
    lead: Lead,
    contact: dict[str, str],
    campaign_id: str,
    opened_at: datetime,
) -> None:
    person, number = lead.person, lead.person.number
    stage, moved_at = lead.stages[-1]
    stamps = _stamps(opened_at, moved_at) | {"OwnerId": USER}
    account_id, opportunity_id = (salesforce_id(k, number) for k in ("Account", "Opportunity"))
    records["Account"].append(
        stamps
        | {
            "Id": account_id,
            "Name": person.company,
            "Type": "Customer - Channel",
            "BillingCity": person.city,
            "BillingState": person.region,
            "BillingPostalCode": person.postal_code,
            "BillingCountry": "USA",
            "Industry": "Hospitality",
            "AccountSource": contact["LeadSource"],
        }
    )
    records["Contact"].append(
        stamps
        | contact
        | {
            "Id": salesforce_id("Contact", number),
            "AccountId": account_id,
            "MailingCity": person.city,
            "MailingState": person.region,
            "MailingPostalCode": person.postal_code,
            "MailingCountry": "USA",
        }
    )
    amount = lead.amount // 100
    steps = [("opportunity", opened_at)]
    if stage in ("won", "lost"):
        steps += [("proposal", opened_at + (moved_at - opened_at) / 2), (stage, moved_at)]
    closes_at = (
        f"{(moved_at if len(steps) > 1 else moved_at + timedelta(days=30)):%Y-%m-%d} 00:00:00"
    )
    for position, (step, at) in enumerate(steps):
        label, probability, forecast = OPPORTUNITY_STAGES[step]
        previous = OPPORTUNITY_STAGES[steps[position - 1][0]] if position else ("", "", "")
        records["OpportunityHistory"].append(
            {
                "Id": salesforce_id("OpportunityHistory", 10 * number + position),
                "OpportunityId": opportunity_id,
                "CreatedById": USER,
                "CreatedDate": _second(at),
                "CreatedDateForInsert": _second(at),
                "StageName": label,
                "Amount": str(amount),
                "ExpectedRevenue": str(amount * int(probability) // 100),
                "CloseDate": closes_at,
                "Probability": probability,
                "ForecastCategory": forecast,
                "FromForecastCategory": previous[2],
                "FromOpportunityStageName": previous[0],
                "SystemModstamp": _second(at),
                "IsDeleted": "0",
            }
        )
    label, probability, forecast = OPPORTUNITY_STAGES[steps[-1][0]]
    records["Opportunity"].append(
        stamps
        | {
            "Id": opportunity_id,
            "AccountId": account_id,
            "IsPrivate": "0",
            "Name": f"{person.company} - opening order",
            "StageName": label,
            "Amount": str(amount),
            "Probability": probability,
            "ExpectedRevenue": str(amount * int(probability) // 100),
            "CloseDate": closes_at,
            "Type": "New Customer",
            "LeadSource": contact["LeadSource"],
            "IsClosed": "1" if stage in ("won", "lost") else "0",
            "IsWon": "1" if stage == "won" else "0",
            "ForecastCategory": forecast,
            "ForecastCategoryName": forecast,
            "CampaignId": campaign_id,
            "LastStageChangeDate": _second(steps[-1][1]),
            "FiscalYear": "2026",
            "FiscalQuarter": "3",
            "StageSortOrder": str(len(steps)),
        }
    )
