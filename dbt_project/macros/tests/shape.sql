{#-
The key of the rows: no part of it is null and no two rows share it. One row per key that breaks
this, with the number of its rows and what is wrong with it.
-#}
{% test primary_key(model, columns) %}

{%- set has_null_part = columns | join(' is null or ') ~ ' is null' %}

select
    {{ columns | join(', ') }},
    count(*) as rows_found,
    case when {{ has_null_part }} then 'null part' else 'not unique' end as violation
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1 or {{ has_null_part }}

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
