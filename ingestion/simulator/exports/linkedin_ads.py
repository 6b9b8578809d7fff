"""LinkedIn Ads: campaign performance reports, with the enquiries that campaigns brought."""

from ingestion.simulator.exports.ads import CPM, tell_reports
from ingestion.simulator.exports.cells import World, columns, select_list
from ingestion.simulator.month_names import MONTHS
from ingestion.simulator.writing import Folder

HEADER = columns(
    "Start Date (in UTC)|Account Name|Currency|Campaign Group ID|Campaign Group Name|"
    "Campaign Group Status|Campaign ID|Campaign Name|Campaign Objective|Campaign Type|"
    "Campaign Status|Total Spent|Impressions|Clicks|Click Through Rate|Average CPM|Average CPC|"
    "Leads|Lead Forms Opened|Conversions"
)
_ROW = {
    "Start Date (in UTC)": "month(day) || '/' || day(day) || '/' || year(day)",
    "Account Name": "'Tanwick Tea B2B'",
    "Currency": "currency",
    "Campaign Group ID": "'650000001'",
    "Campaign Group Name": "ad_group",
    "Campaign Group Status": "'Active'",
    "Campaign ID": "campaign_id",
    "Campaign Name": "name",
    "Campaign Objective": "kind",
    "Campaign Type": "'Sponsored Content'",
    "Campaign Status": "'Active'",
    "Total Spent": "money(cost)",
    "Impressions": "thousands(impressions)",
    "Clicks": "clicks",
    "Click Through Rate": "rate(clicks, impressions, 3) || '%'",
    "Average CPM": f"printf('%.2f', {CPM})",
    "Average CPC": "if(clicks > 0, printf('%.2f', cost / 100 / clicks), '0')",
    "Leads": "found",
    "Lead Forms Opened": "found + floor(3 * u('forms', campaign_key || day))::bigint",
    "Conversions": "found",
}


def write(world: World, folder: Folder) -> None:
    """Write the campaign performance reports, with a preamble and no final newline."""
    for report in tell_reports(world, "linkedin_ads", 8):
        starts, ends, made = (
            f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
            for day in (report.first, report.last, report.known_at.date())
        )
        folder.csv(
            f"linkedin_ads/account_{report.account}_campaign_performance_report_{report.last}.csv",
            f"""
            with found as (
                select campaign_id, created_at::date as day, count(*) as found
                from leads inner join visits using (visit_id)
                where created_at <= timestamp '{report.known_at}' group by all
            ),
            listed as (
                select report.*, coalesce(found, 0) as found
                from report left join found using (campaign_id, day)
            )
            select {select_list(HEADER, _ROW)} from listed
            order by campaign_key, day
            """,
            delimiter="\t",
            encoding="utf-16-le",
            bom=True,
            preamble="Campaign Performance Report (in UTC)\n"
            f"Report Start: {starts}, 12:00 AM\nReport End: {ends}, 11:59 PM\n"
            f"Date Generated: {made}, 8:00 AM\n\n",
            ends_with_newline=False,
            exported_at=report.known_at,
        )
