{#-
A score from 1 to 5 by the share of rows that stand lower: quintiles in which equal values get the
same score, the one of the lowest of them. `worst_first` orders the rows, with its direction.
-#}
{% macro quintile_score(worst_first) -%}
    cast(
        1 + floor(
            5.0 * (rank() over (order by {{ worst_first }}) - 1) / count(*) over ()
        ) as integer
    )
{%- endmacro %}


{#- The share of rows that stand higher, ties together: 0 for the best. -#}
{% macro share_above(value) -%}
    (rank() over (order by {{ value }} desc) - 1) / cast(count(*) over () as double)
{%- endmacro %}
