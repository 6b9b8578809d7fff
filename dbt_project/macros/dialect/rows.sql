{#- In a select list: one row per element of a JSON array, each as JSON; none for null or []. -#}
{% macro json_elements(column) -%}
    {{ adapter.dispatch('json_elements', 'omnimart')(column) }}
{%- endmacro %}

{% macro duckdb__json_elements(column) -%}
    unnest(json_extract({{ column }}, '$[*]'))
{%- endmacro %}

{% macro spark__json_elements(column) -%}
    explode(from_json({{ column }}, 'array<string>'))
{%- endmacro %}


{#- In a select list: one row per day from start to end, both included; none for null. -#}
{% macro each_day(start, end) -%}
    {{ adapter.dispatch('each_day', 'omnimart')(start, end) }}
{%- endmacro %}

{% macro duckdb__each_day(start, end) -%}
    unnest(generate_series({{ start }}, {{ end }}, interval 1 day))
{%- endmacro %}

{% macro spark__each_day(start, end) -%}
    explode(sequence({{ start }}, {{ end }}, interval 1 day))
{%- endmacro %}
