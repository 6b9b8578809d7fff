{#-
The key of the rows: no part of it is null and no two rows share it. Further columns that no row may
lack stand in `required`: asked together, in one pass over the rows, instead of a test for each. One
row per key that breaks this, with the number of its rows and what is wrong with it.
-#}
{% test primary_key(model, columns, required=[]) %}

{%- set has_null_part = columns | join(' is null or ') ~ ' is null' %}

select
    {{ columns | join(', ') }},
    count(*) as rows_found,
    concat_ws(
        ', ',
        case when {{ has_null_part }} then 'null part' when count(*) > 1 then 'not unique' end
        {%- for column in required %},
        case when bool_or({{ column }} is null) then 'null {{ column }}' end
        {%- endfor %}
    ) as violation
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    or {{ has_null_part }}
    {%- for column in required %}
    or bool_or({{ column }} is null)
    {%- endfor %}

{% endtest %}


{#- No null in any of these columns. One row per column that has some, with their number. -#}
{% test no_nulls(model, columns) %}

with

counts as (

    select
        count(*) as rows_found,
        {%- for column in columns %}
        count({{ column }}) as values_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ model }}

),

nulls as (
    {% for column in columns %}
    select
        '{{ column }}' as column_name,
        rows_found - values_{{ loop.index }} as nulls_found

    from counts

    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select *
from nulls
where nulls_found > 0

{% endtest %}


{#-
`accepted_values` of several columns: `values` gives, for each column, what it may hold; null passes.
One row per column and value that is not among them, with the number of its rows.
-#}
{% test known_values(model, values) %}

{%- for column, known in values.items() %}
select
    '{{ column }}' as column_name,
    cast({{ column }} as string) as value_found,
    count(*) as rows_found
from {{ model }}
where {{ column }} not in ('{{ known | join("', '") }}')
group by {{ column }}
{{ 'union all' if not loop.last }}
{%- endfor %}

{% endtest %}


{#- No two rows share the values of these columns; parts may be null, counted as values. -#}
{% test unique_combination(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as rows_found
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}


{#-
The expression is true in every row; null fails. On a column, the expression continues its name:
`expression: ">= 0"`.
-#}
{% test expression_is_true(model, expression, column_name=none) %}

select *
from {{ model }}
where not coalesce({{ column_name if column_name is not none }} {{ expression }}, false)

{% endtest %}


{#- Never below zero; null passes. -#}
{% test not_negative(model, column_name) %}

select *
from {{ model }}
where {{ column_name }} < 0

{% endtest %}


{#- Between the bounds, both included; null passes. -#}
{% test accepted_range(model, column_name, min_value=none, max_value=none) %}

select *
from {{ model }}
where
    false
    {%- if min_value is not none %} or {{ column_name }} < {{ min_value }}{% endif %}
    {%- if max_value is not none %} or {{ column_name }} > {{ max_value }}{% endif %}

{% endtest %}


{#- An e-mail address nowhere in the column: for tables that leave the warehouse. -#}
{% test has_no_email(model, column_name) %}

select *
from {{ model }}
where {{ regex_match('cast(' ~ column_name ~ ' as string)', "'[^@ ]+@[^@ ]+[.][A-Za-z]{2,}'") }}

{% endtest %}
