{#- A ratio as double: null where the denominator is 0 or null. -#}
{% macro safe_divide(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}


{#- An amount in the reporting currency; unrounded to the cent, so that sums stay exact. -#}
{% macro to_reporting(amount, rate) -%}
    cast({{ amount }} * {{ rate }} as decimal(18, 4))
{%- endmacro %}
