{#- The breakdowns of a report row as one text, null when it is broken down by nothing. -#}
{% macro joined_segments(columns) -%}
    nullif(
        concat_ws(
            ' / '
            {%- for column in columns %},
            cast({{ column }} as string)
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}


{#-
Whether the row's file has values in the column. Platforms leave a cell empty where an ad delivered
but nothing happened: empty is 0 when the file has the column, unknown when it has not.
-#}
{% macro is_reported(column) -%}
    max({{ column }}) over (partition by _source_file) is not null
{%- endmacro %}


{#- The first of several measures that the row's file reports, 0 where its cell is empty. -#}
{% macro first_reported(columns) -%}
    case
        {%- for column in columns %}
        when {{ is_reported(column) }} then coalesce({{ column }}, 0)
        {%- endfor %}
    end
{%- endmacro %}


{#- The finest entity a row of an ad report names; `levels` are pairs of level and its columns. -#}
{% macro report_level(levels, otherwise='campaign') -%}
    case
        {%- for level, columns in levels %}
        when coalesce({{ columns | join(', ') }}) is not null then '{{ level }}'
        {%- endfor %}
        else '{{ otherwise }}'
    end
{%- endmacro %}
