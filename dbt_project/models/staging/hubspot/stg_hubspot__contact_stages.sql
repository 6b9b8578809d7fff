{#-
Views without the stage dates still say the stage: every contact that has one began as a lead, and
reached its stage by its last change.
-#}
{%- set last_change = 'coalesce(last_modified_date, create_date)' -%}
{%- set stage_dates = {
    'lead': "became_a_lead_date, case when current_stage not in ('subscriber', 'customer', 'evangelist')"
        ~ " then create_date end",
    'mql': "became_a_marketing_qualified_lead_date, case when current_stage = 'mql' then "
        ~ last_change ~ " end",
    'sql': "became_a_sales_qualified_lead_date, case when current_stage = 'sql' then "
        ~ last_change ~ " end",
    'opportunity': "became_an_opportunity_date, case when current_stage = 'opportunity' then "
        ~ last_change ~ " end",
    'customer': "became_a_customer_date, case when current_stage = 'customer' then "
        ~ last_change ~ " end",
    'disqualified': "case when 'disqualified' in (current_stage, lead_status_stage) then "
        ~ last_change ~ " end",
} -%}

with

contacts as (

    select
        *,
        {{ lifecycle_stage('lifecycle_stage') }} as current_stage,
        {{ lifecycle_stage('lead_status') }} as lead_status_stage

    from {{ source('hubspot', 'contacts') }}

),

dated as (
    {% for stage, dates in stage_dates.items() %}
    select
        {{ source_name('hubspot') }} as source,
        record_id as record_ref,
        '{{ stage }}' as stage,
        original_source,
        coalesce({{ dates }}) as entered_at

    from contacts

    {{ 'union all' if not loop.last }}
    {% endfor %}
),

reached as (

    select * from dated

    where entered_at is not null

)

select * from reached
