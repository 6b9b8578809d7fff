{%- set models = attribution_models() -%}

{%- if var('kpi_attribution_model') not in models -%}
    {{ exceptions.raise_compiler_error(
        'kpi_attribution_model: ' ~ var('kpi_attribution_model') ~ ' is not computed, as '
        ~ 'attribution_models does not list it.'
    ) }}
{%- endif -%}

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
