{%- set models = attribution_models() -%}

with

models as (
    {% for model in models %}
    select '{{ model }}' as model
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

conversion_types as (
    {% for conversion_type in var('conversion_types') %}
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
