"""HubSpot, in Europe: contacts, who are enquiries or read the newsletter, and deals."""

from ingestion.simulator.exports.cells import World, columns, select_list, spelling
from ingestion.simulator.exports.enquiries import enquiries
from ingestion.simulator.exports.mailchimp import IS_LISTED
from ingestion.simulator.exports.periods import closing
from ingestion.simulator.writing import Folder

CONTACTS = columns(
    "Record ID|First Name|Last Name|Email|Phone Number|Contact owner|Lead Status|"
    "Marketing contact status|Create Date|Lifecycle Stage|Original Source|"
    "Original Source Drill-Down 1|Original Source Drill-Down 2|Unsubscribed from all email|"
    "Google ad click id|Became a Lead Date|Became a Marketing Qualified Lead Date|"
    "Became a Sales Qualified Lead Date|Became an Opportunity Date|Became a Customer Date|"
    "Associated Company|Associated Company IDs"
)
DEALS = columns(
    "Record ID|Deal Name|Deal Stage|Close Date|Deal owner|Amount|Pipeline|Create Date|"
    "Last Activity Date|Associated Contact IDs|Associated Company IDs (Primary)"
)
_LEAD = {
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
_READER = {
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
_DEAL = {
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


def write(world: World, folder: Folder) -> None:
    """Write contacts and deals: European enquiries, and shoppers who read the newsletter."""
    spelling(world)
    exported_at = closing(world)
    leads = enquiries("hubspot")
    for name, query in (
        (
            "contacts",
            f"""
            with contacts as (
                select
                    2 as _group, person_id as _person,
                    {select_list(CONTACTS, _READER)}
                from ({HUBSPOT_READERS})
                union all
                select
                    1, person_id, {select_list(CONTACTS, _LEAD)} from ({leads})
            )
            select * exclude (_group, _person) from contacts order by _group, _person
            """,
        ),
        (
            "deals",
            f"select {select_list(DEALS, _DEAL)} from ({leads}) "
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
