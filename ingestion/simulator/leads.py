"""The business arm: enquiries of hotels, cafés and offices, and how far each one gets."""

from ingestion.simulator.world import World

# Which CRM keeps a market's enquiries; some come from fairs, all of them in China.
LEAD_DRAWS = """
create table lead_draws as
with enquiries as (
    select
        row_number() over (order by persons.entered_at, persons.person_id) as lead_id,
        case persons.market
            when 'US' then 'salesforce' when 'CN' then 'fxiaoke' else 'hubspot'
        end as system,
        persons.person_id,
        persons.market,
        persons.entered_at as came_at,
        case
            when persons.market = 'CN' or u('fair', persons.person_id) < {fairs} then null
            when u('way', persons.person_id) < 0.40 then 'linkedin'
            when u('way', persons.person_id) < 0.75 then 'wholesale'
            else 'organic_search'
        end as way,
        30000 + 1000 * below('worth', persons.person_id, 130) as worth
    from persons
    where persons.company is not null
),
paced as (
    select
        *,
        came_at + to_seconds(case when way is null then 0
            else 90 + below('form', lead_id, 600) end) as created_at,
        18000 + below('to mql', lead_id, 684000) as to_mql,
        18000 + below('to sql', lead_id, 684000) as to_sql,
        18000 + below('to opportunity', lead_id, 684000) as to_opportunity,
        18000 + below('to close', lead_id, 684000) as to_close
    from enquiries
),
qualified as (
    select *, case when u('mql', lead_id) < {mql} then created_at + to_seconds(to_mql) end as mql
    from paced
),
sold as (
    select *, case when u('sql', lead_id) < {sql} then mql + to_seconds(to_sql) end as sql
    from qualified
),
offered as (
    select
        *,
        case when u('opportunity', lead_id) < {opportunity} then sql + to_seconds(to_opportunity)
        end as opportunity
    from sold
),
closed as (
    select
        *,
        case when u('closed', lead_id) < {closed} then opportunity + to_seconds(to_close)
        end as closed
    from offered
)
select
    lead_id, system, person_id, market, way, came_at, created_at,
    case when mql < {end} then mql end as mql_at,
    case when sql < {end} then sql end as sql_at,
    case when opportunity < {end} then opportunity end as opportunity_at,
    case when closed < {end} and u('won', lead_id) < {won} then closed end as won_at,
    case when closed < {end} and u('won', lead_id) >= {won} then closed end as lost_at,
    worth * case when market = 'CN' then 7 else 1 end as amount,
    case when market = 'CN' then 'CNY' else 'USD' end as currency
from closed
where created_at < {end}
order by lead_id
"""

LEADS = """
create table leads as
select
    lead_draws.lead_id, lead_draws.system, lead_draws.person_id, visits.visit_id,
    lead_draws.created_at, lead_draws.mql_at, lead_draws.sql_at, lead_draws.opportunity_at,
    lead_draws.won_at, lead_draws.lost_at, lead_draws.amount, lead_draws.currency
from lead_draws
left join visits using (lead_id)
order by lead_draws.lead_id
"""


def draw_leads(world: World) -> None:
    """Draw one enquiry per business person who entered; their visits are still to be added."""
    end = f"(timestamp '{world.opened_at:%Y-%m-%d}' + interval {world.plan.days} days)"
    rates = world.plan.scenario.business.model_dump()
    world.connection.execute(LEAD_DRAWS.format(end=end, **rates))


def add_leads(world: World) -> None:
    """Fill ``leads``, each with the visit that carried it where there was one."""
    world.connection.execute(LEADS)
    world.connection.execute("drop table lead_draws")
