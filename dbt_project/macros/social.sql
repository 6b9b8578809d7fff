{#- When the numbers of an export were read: the time it states, else that of its file. -#}
{% macro observed_at() -%}
    coalesce(_exported_at, try_cast(split_part(_file_version, '|', 1) as timestamp))
{%- endmacro %}


{#-
The day a row of a post export is of; null for `Lifetime`, which counts from publishing on. The
cell is an ISO date or month/day/year.
-#}
{% macro post_metric_date(text) -%}
    coalesce(
        try_cast({{ text }} as date),
        try_cast(
            regexp_replace({{ text }}, '^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})$', {{ month_day_year() }})
            as date
        )
    )
{%- endmacro %}


{#- The replacement that turns month/day/year into an ISO date. -#}
{% macro month_day_year() -%}
    {{ adapter.dispatch('month_day_year', 'omnimart')() }}
{%- endmacro %}

{% macro duckdb__month_day_year() -%} '\3-\1-\2' {%- endmacro %}

{% macro spark__month_day_year() -%} '$3-$1-$2' {%- endmacro %}
