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


{#- The ratios of those amounts, by name; null where the denominator is 0. -#}
{% macro kpi_ratios() -%}
    {{ return({
        'ctr': safe_divide('clicks', 'impressions'),
        'cpc': safe_divide('spend', 'clicks'),
        'cpm': safe_divide('1000 * spend', 'impressions'),
        'conversion_rate': safe_divide('converting_sessions', 'sessions'),
        'cpl': safe_divide('spend', 'leads'),
        'cac': safe_divide('spend + other_costs', 'new_customers'),
        'aov': safe_divide('revenue', 'orders'),
        'roas': safe_divide('revenue', 'spend'),
        'roi': safe_divide('revenue - spend - other_costs', 'spend + other_costs'),
    }) }}
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
