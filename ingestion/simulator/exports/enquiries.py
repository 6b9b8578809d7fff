"""Business enquiries, as the customer systems know them."""


def enquiries(system: str) -> str:
    """Return a query of a system's enquiries: person, where they came from, and the last stage."""
    return f"""
        select
            lead.* exclude (person_id), person.*, visit.source, visit.medium,
            visit.campaign_name, visit.click_id_type, visit.click_id,
            visit.visit_id is null as is_from_event,
            case
                when won_at is not null then 'won'
                when lost_at is not null then 'lost'
                when opportunity_at is not null then 'opportunity'
                when sql_at is not null then 'sql'
                when mql_at is not null then 'mql'
                else 'lead'
            end as stage,
            coalesce(won_at, lost_at, opportunity_at, sql_at, mql_at, created_at) as moved_at,
            coalesce(won_at, lost_at) as ended_at
        from leads as lead
        inner join persons as person on lead.person_id = person.person_id
        left join visits as visit on lead.visit_id = visit.visit_id
        where lead.system = '{system}'
    """
