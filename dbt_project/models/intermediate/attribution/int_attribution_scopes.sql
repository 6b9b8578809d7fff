{%- set models = [
    'first_touch', 'last_touch', 'last_non_direct', 'linear', 'time_decay', 'position_based'
] -%}
{%- set conversion_types = ['lead', 'mql', 'opportunity_won', 'order'] -%}

with

models as (
    {% for model in models %}
    select '{{ model }}' as model
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

conversion_types as (
    {% for conversion_type in conversion_types %}
    select '{{ conversion_type }}' as conversion_type
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

scopes as (

    select
        models.model,
        conversion_types.conversion_type

    from models

    cross join conversion_types

)

select * from scopes
