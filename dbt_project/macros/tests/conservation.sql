{#-
An amount is neither lost nor doubled on its way: the sum of `expression` over this model equals the
sum of `compare_expression` over another, in each group of `group_by` (expressions that both
models can evaluate) and within `tolerance`. `where` and `compare_where` restrict either side.
-#}
{% test sums_match(
    model,
    expression,
    compare_model,
    compare_expression,
    group_by=[],
    where='true',
    compare_where='true',
    tolerance=0.01
) %}

{%- set keys = group_by if group_by else ["'all'"] %}

with

found as (

    select
        {% for key in keys %}{{ key }} as key_{{ loop.index }},
        {% endfor -%}
        sum({{ expression }}) as amount

    from {{ model }}

    where {{ where }}

    group by all

),

expected as (

    select
        {% for key in keys %}{{ key }} as key_{{ loop.index }},
        {% endfor -%}
        sum({{ compare_expression }}) as amount

    from {{ compare_model }}

    where {{ compare_where }}

    group by all

),

compared as (

    select
        {% for key in keys %}coalesce(found.key_{{ loop.index }}, expected.key_{{ loop.index }})
            as key_{{ loop.index }},
        {% endfor -%}
        coalesce(found.amount, 0) as found_amount,
        coalesce(expected.amount, 0) as expected_amount

    from found

    full outer join expected
        on
        {%- for key in keys %}
            {{ 'and ' if not loop.first }}found.key_{{ loop.index }}
            is not distinct from expected.key_{{ loop.index }}
        {%- endfor %}

)

select *
from compared
where abs(found_amount - expected_amount) > {{ tolerance }}

{% endtest %}


{#-
Within each group of `group_by` the sum of `expression` is `expected` (a literal or an expression
constant in the group), within `tolerance`.
-#}
{% test group_sums_to(model, expression, group_by, expected=1, tolerance=0.000001, where='true') %}

select
    {{ group_by | join(', ') }},
    sum({{ expression }}) as amount,
    max({{ expected }}) as expected_amount
from {{ model }}
where {{ where }}
group by {{ group_by | join(', ') }}
having abs(coalesce(sum({{ expression }}), 0) - max({{ expected }})) > {{ tolerance }}

{% endtest %}


{#- As many rows as another model, where both conditions hold. -#}
{% test row_counts_match(model, compare_model, where='true', compare_where='true') %}

with

counts as (

    select
        (select count(*) from {{ model }} where {{ where }}) as found_rows,
        (select count(*) from {{ compare_model }} where {{ compare_where }}) as expected_rows

)

select *
from counts
where found_rows != expected_rows

{% endtest %}
