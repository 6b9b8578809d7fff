"""Mailchimp: the report of its campaigns, and the audience that they are sent to."""

from ingestion.simulator.exports.cells import World, columns, select_list, spelling
from ingestion.simulator.exports.letters import count_letters, percent
from ingestion.simulator.exports.periods import closing
from ingestion.simulator.writing import Folder

CAMPAIGN_HEADER = columns(
    "Title|Subject|List|Send Date|Send Weekday|Total Recipients|Successful Deliveries|Soft Bounces|"
    "Hard Bounces|Total Bounces|Times Forwarded|Forwarded Opens|Unique Opens|Open Rate|Total Opens|"
    "Unique Clicks|Click Rate|Total Clicks|Unsubscribes|Abuse Complaints|Times Liked on Facebook|"
    "Folder Id|Unique Id|Total Orders|Total Gross Sales|Total Revenue"
)
_CAMPAIGN = {
    "Title": "name",
    "Subject": "subject",
    "List": "'The Slow Leaf'",
    "Send Date": "strftime(sent_at, '%b %d, %Y %I:%M') || if(hour(sent_at) < 12, ' am', ' pm')",
    "Send Weekday": "dayname(sent_at)",
    "Total Recipients": "thousands(recipients)",
    "Successful Deliveries": "thousands(delivered)",
    "Soft Bounces": "0",
    "Hard Bounces": "bounced",
    "Total Bounces": "bounced",
    "Times Forwarded": "0",
    "Forwarded Opens": "0",
    "Unique Opens": "opens",
    "Open Rate": percent("opens", "delivered"),
    "Total Opens": "opens + opens // 3",
    "Unique Clicks": "clicks",
    "Click Rate": percent("clicks", "delivered"),
    "Total Clicks": "clicks + clicks // 4",
    "Unsubscribes": "departures",
    "Abuse Complaints": "0",
    "Times Liked on Facebook": "0",
    "Folder Id": "0",
    "Unique Id": "reference",
    "Total Orders": "sold",
    "Total Gross Sales": "money(revenue)",
    "Total Revenue": "money(revenue)",
}
_MEMBER_COLUMNS = (
    "Email Address|First Name|Last Name|Address|Phone Number|Birthday|MEMBER_RATING|OPTIN_TIME|"
    "OPTIN_IP|CONFIRM_TIME|CONFIRM_IP|LATITUDE|LONGITUDE|GMTOFF|DSTOFF|TIMEZONE|CC|REGION|"
    "LAST_CHANGED|LEID|{more}EUID|NOTES|TAGS"
)
_MORE_COLUMNS = {
    "subscribed": "",
    "unsubscribed": "UNSUB_TIME|UNSUB_CAMPAIGN_TITLE|UNSUB_CAMPAIGN_ID|UNSUB_REASON|"
    "UNSUB_REASON_OTHER|",
    "cleaned": "CLEAN_TIME|CLEAN_CAMPAIGN_TITLE|CLEAN_CAMPAIGN_ID|",
}
_MEMBER = {
    "Email Address": "case when u('list email', person_id) < 0.86 then email "
    "when u('list email', person_id) < 0.92 then upper(email) "
    "else upper(left(email, 1)) || substr(email, 2) end",
    "First Name": "given",
    "Last Name": "family",
    "Phone Number": "if(u('list phone', person_id) < 0.22, "
    "spelled_phone(phone, market, u('list phone spelling', person_id)), null)",
    "Birthday": "if(u('list birthday', person_id) < 0.3, strftime(birth_date, '%m/%d'), null)",
    "MEMBER_RATING": "1 + floor(5 * u('rating', person_id))::int",
    "OPTIN_TIME": "second_of(entered_at)",
    "OPTIN_IP": "'203.0.113.' || person_id % 250",
    "CONFIRM_TIME": "second_of(entered_at)",
    "CONFIRM_IP": "'203.0.113.' || person_id % 250",
    "CC": "market",
    "REGION": "region",
    "LAST_CHANGED": "second_of(coalesce(unsubscribed_at, entered_at))",
    "LEID": "500000000 + person_id",
    "EUID": "mailchimp_euid(person_id)",
    "NOTES": "if(person_id % 97 = 0, 'asked for a call,' || chr(10) || 'prefers oolong', null)",
    "TAGS": 'if(store is not null and loyalty_id is not null, \'"Loyalty","Store"\', null)',
}
_DEPARTURE = {
    "UNSUB_TIME": "second_of(unsubscribed_at)",
    "UNSUB_CAMPAIGN_TITLE": "name",
    "UNSUB_CAMPAIGN_ID": "reference",
    "UNSUB_REASON": "'NORMAL'",
}
_CLEANING = {
    "CLEAN_TIME": "second_of(sent_at + interval 5 minute)",
    "CLEAN_CAMPAIGN_TITLE": "name",
    "CLEAN_CAMPAIGN_ID": "reference",
}
EXPORT_ID = "5f3c1a9be2"
IS_LISTED = "consents_email and market != 'CN' and company is null"


def write(world: World, folder: Folder) -> None:
    """Write the campaign report and the audience, an archive with one file per status."""
    connection = spelling(world)
    exported_at = closing(world)
    connection.execute(
        "create or replace temp table ended "
        "(person_id bigint, mailing_id bigint, is_bounced boolean)"
    )
    for _ in count_letters(world, "mailchimp"):
        connection.execute(
            "insert into ended select person_id, mailing_id, is_bounced from letters "
            "where is_bounced or left_at is not null"
        )
    folder.csv(
        "mailchimp/campaigns.csv",
        f"select {select_list(CAMPAIGN_HEADER, _CAMPAIGN)} from reported "
        "order by sent_at, mailing_id",
        exported_at=exported_at,
    )
    members = {}
    for status, more in _MORE_COLUMNS.items():
        header = columns(_MEMBER_COLUMNS.format(more=more))
        extra = {"unsubscribed": _DEPARTURE, "cleaned": _CLEANING}.get(status, {})
        members[f"{status}_members_export_{EXPORT_ID}.csv"] = f"""
            with members as (
                select
                    persons.*, mailing.name, mailing.reference, mailing.sent_at,
                    case when ended.is_bounced then 'cleaned'
                        when unsubscribed_at is not null then 'unsubscribed'
                        else 'subscribed' end as status
                from persons
                left join ended using (person_id)
                left join (select mailing_id, name, reference, sent_at from mailings) as mailing
                    on ended.mailing_id = mailing.mailing_id
                where {IS_LISTED}
            )
            select {select_list(header, _MEMBER | extra)} from members
            where status = '{status}' order by person_id
        """
    folder.archive(f"mailchimp/audience_export_{EXPORT_ID}.zip", members, exported_at=exported_at)
    connection.execute("drop table reported; drop table ended")
