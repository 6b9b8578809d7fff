{#-
Amounts are neither lost nor doubled on their way: their sums over this model equal those over
another, in each group of `group_by` (expressions that both models can evaluate) and within
`tolerance`. `sums` maps expressions of this model to those of the other, or lists those that are the
same in both. `where` and `compare_where` restrict either side. One row per group and amount that
differs.
-#}
{% test sums_match(
    model,
    sums,
    compare_model,
    group_by=[],
    where='true',
    compare_where='true',
    tolerance=0.01
) %}

{%- set keys = group_by if group_by else ["'all'"] %}
{%- set pairs = (sums.items() if sums is mapping else zip(sums, sums)) | list %}

with

found as (

    select
        {% for key in keys %}{{ key }} as key_{{ loop.index }},
        {% endfor -%}
        {% for expression, _ in pairs %}sum({{ expression }}) as amount_{{ loop.index }}
        {{- ',\n        ' if not loop.last }}
        {%- endfor %}

    from {{ model }}

    where {{ where }}

    group by all

),

expected as (

    select
        {% for key in keys %}{{ key }} as key_{{ loop.index }},
        {% endfor -%}
        {% for _, expression in pairs %}sum({{ expression }}) as amount_{{ loop.index }}
        {{- ',\n        ' if not loop.last }}
        {%- endfor %}

    from {{ compare_model }}

    where {{ compare_where }}

    group by all

),

compared as (

    select
        {% for key in keys %}coalesce(found.key_{{ loop.index }}, expected.key_{{ loop.index }})
            as key_{{ loop.index }},
        {% endfor -%}
        {% for _ in pairs %}coalesce(found.amount_{{ loop.index }}, 0) as found_{{ loop.index }},
        coalesce(expected.amount_{{ loop.index }}, 0) as expected_{{ loop.index }}
        {{- ',\n        ' if not loop.last }}
        {%- endfor %}

    from found

    full outer join expected
        on
        {%- for key in keys %}
            {{ 'and ' if not loop.first }}found.key_{{ loop.index }}
            is not distinct from expected.key_{{ loop.index }}
        {%- endfor %}

)
{% for expression, _ in pairs %}
select
    {% for key in keys %}key_{{ loop.index }},
    {% endfor -%}
    '{{ expression | replace("'", "''") }}' as amount,
    found_{{ loop.index }} as found_amount,
    expected_{{ loop.index }} as expected_amount
from compared
where abs(found_{{ loop.index }} - expected_{{ loop.index }}) > {{ tolerance }}
{{ 'union all' if not loop.last }}
{%- endfor %}

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
