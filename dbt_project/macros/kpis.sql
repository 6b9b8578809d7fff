{#- The amounts that a channel's day is made of; every KPI is a sum of them or a ratio of sums. -#}
{% macro kpi_measures() -%}
    {{ return({
        'impressions': 'bigint',
        'clicks': 'bigint',
        'spend': 'decimal(18, 2)',
        'other_costs': 'decimal(18, 2)',
        'sessions': 'bigint',
        'converting_sessions': 'bigint',
        'leads': 'double',
        'mqls': 'double',
        'orders': 'double',
        'revenue': 'decimal(18, 2)',
        'new_customers': 'double',
    }) }}
{%- endmacro %}


{#- The two amounts that each ratio is made of. -#}
{% macro kpi_ratio_parts() -%}
    {{ return({
        'ctr': ('clicks', 'impressions'),
        'cpc': ('spend', 'clicks'),
        'cpm': ('1000 * spend', 'impressions'),
        'conversion_rate': ('converting_sessions', 'sessions'),
        'cpl': ('spend', 'leads'),
        'cac': ('spend + other_costs', 'new_customers'),
        'aov': ('revenue', 'orders'),
        'roas': ('revenue', 'spend'),
        'roi': ('revenue - spend - other_costs', 'spend + other_costs'),
    }) }}
{%- endmacro %}


{#-
Those of messages. Reports that cannot tell people's opens from machines' stay out of the human open
rate: `..._with_opens` are the amounts of the others.
-#}
{% macro message_ratio_parts() -%}
    {{ return({
        'delivery_rate': ('delivered', 'sent'),
        'open_rate': ('human_opens', 'delivered_with_opens'),
        'click_to_open_rate': ('clicks_with_opens', 'human_opens'),
        'unsubscribe_rate': ('unsubscribes', 'delivered'),
        'bounce_rate': ('bounces', 'sent'),
    }) }}
{%- endmacro %}


{#- Ratios by name, from their parts; null where the denominator is 0. -#}
{% macro ratios_of(parts) -%}
    {%- set ratios = {} -%}
    {%- for ratio, pair in parts.items() -%}
        {%- do ratios.update({ratio: safe_divide(pair[0], pair[1])}) -%}
    {%- endfor -%}
    {{ return(ratios) }}
{%- endmacro %}


{#- The ratios of a channel's amounts, by name. -#}
{% macro kpi_ratios() -%}
    {{ return(ratios_of(kpi_ratio_parts())) }}
{%- endmacro %}


{#- Every measure as a column: the sum of the expression given for it, else zero. -#}
{% macro kpi_amounts(expressions) -%}
    {%- for measure in kpi_measures() -%}
    {{ 'coalesce(sum(' ~ expressions[measure] ~ '), 0)' if measure in expressions else '0' }}
        as {{ measure }}{{ ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- Every measure of a relation added up, in its own type. -#}
{% macro kpi_sums(relation) -%}
    {%- for measure, data_type in kpi_measures().items() -%}
    cast(sum({{ relation }}.{{ measure }}) as {{ data_type }}) as {{ measure }}
    {{- ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- Every ratio of a row's measures. -#}
{% macro kpi_ratio_columns() -%}
    {%- for ratio, formula in kpi_ratios().items() -%}
    {{ formula }} as {{ ratio }}{{ ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- `kpi_daily` added up by `week` or `month`; the ratios are those of the sums. -#}
{% macro kpis_by_period(unit) -%}
with

days as (

    select * from {{ ref('kpi_daily') }}

),

totals as (

    select
        cast(date_trunc('{{ unit }}', kpi_date) as date) as {{ unit }}_start,
        channel,
        {{ kpi_sums('days') }}

    from days

    group by cast(date_trunc('{{ unit }}', kpi_date) as date), channel

),

rated as (

    select
        *,
        {{ kpi_ratio_columns() }}

    from totals

)

select * from rated
{%- endmacro %}
