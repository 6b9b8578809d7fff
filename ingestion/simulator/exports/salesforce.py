"""Salesforce, in the United States: the data export, with the rows of every object."""

from ingestion.simulator.exports.cells import World, columns, select_list, spelling
from ingestion.simulator.exports.enquiries import enquiries
from ingestion.simulator.exports.periods import closing
from ingestion.simulator.exports.salesforce_objects import COLUMNS, object_cells
from ingestion.simulator.writing import Folder

EVENT = "Hospitality Tea Fair 2026"
_STAGES = (
    "from (values ('opportunity', 'Qualification', 10, 'Pipeline'), "
    "('proposal', 'Proposal/Price Quote', 75, 'BestCase'), ('won', 'Closed Won', 100, 'Closed'), "
    "('lost', 'Closed Lost', 0, 'Omitted')) as t(step, label, chance, forecast)"
)


def write(world: World, folder: Folder) -> None:
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
        enquiries as ({enquiries("salesforce")}),
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
    for kind, (cells, rows) in object_cells(world).items():
        header = columns(COLUMNS[kind])
        folder.csv(
            f"salesforce/{kind}.csv",
            f"{tables} select {select_list(header, cells)} from {rows}",
            quoting="all",
            exported_at=closing(world),
        )
