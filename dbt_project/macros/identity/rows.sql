{#- One row for each part of a delimited cell; the pattern is a regular expression. -#}
{% macro split_to_rows(text, pattern) -%}
    {{ adapter.dispatch('split_to_rows', 'omnimart')(text, pattern) }}
{%- endmacro %}

{% macro duckdb__split_to_rows(text, pattern) -%}
    unnest(regexp_split_to_array({{ text }}, {{ pattern }}))
{%- endmacro %}

{% macro spark__split_to_rows(text, pattern) -%}
    explode(split({{ text }}, {{ pattern }}))
{%- endmacro %}


{#- One row for each text of a JSON array; none for a null. -#}
{% macro json_array_to_rows(json) -%}
    {{ adapter.dispatch('json_array_to_rows', 'omnimart')(json) }}
{%- endmacro %}

{% macro duckdb__json_array_to_rows(json) -%}
    unnest(from_json({{ json }}, '["varchar"]'))
{%- endmacro %}

{% macro spark__json_array_to_rows(json) -%}
    explode(from_json({{ json }}, 'array<string>'))
{%- endmacro %}


{#- One row for each member of a JSON object, as a pair with the fields key and value (text). -#}
{% macro json_members_to_rows(json) -%}
    {{ adapter.dispatch('json_members_to_rows', 'omnimart')(json) }}
{%- endmacro %}

{% macro duckdb__json_members_to_rows(json) -%}
    unnest(map_entries(try_cast({{ json }} as map(varchar, varchar))))
{%- endmacro %}

{% macro spark__json_members_to_rows(json) -%}
    explode(map_entries(from_json({{ json }}, 'map<string, string>')))
{%- endmacro %}


{#-
The value that stood last in a group: of the rows where it is not null, the one of the latest time; of
equal times the greatest value, so that the outcome never depends on the order of rows.
-#}
{% macro latest_value(column, time) -%}
    max_by(
        {{ column }},
        case
            when {{ column }} is not null
                then {{ ordering_pair("coalesce(" ~ time ~ ", timestamp '0001-01-01')", column) }}
        end
    )
{%- endmacro %}


{#- Two values that compare one after the other. -#}
{% macro ordering_pair(first, second) -%}
    {{ adapter.dispatch('ordering_pair', 'omnimart')(first, second) }}
{%- endmacro %}

{% macro duckdb__ordering_pair(first, second) -%}
    row({{ first }}, {{ second }})
{%- endmacro %}

{% macro spark__ordering_pair(first, second) -%}
    struct({{ first }}, {{ second }})
{%- endmacro %}
