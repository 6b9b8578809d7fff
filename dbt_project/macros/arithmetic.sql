{#- A ratio as double: null where the denominator is 0 or null. -#}
{% macro safe_divide(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}


{#- An amount in the reporting currency; unrounded to the cent, so that sums stay exact. -#}
{% macro to_reporting(amount, rate) -%}
    cast({{ exact_product(amount, rate) }} as decimal(18, 4))
{%- endmacro %}


{#-
The product of two decimals of up to 18 digits. DuckDB gives it 18 digits too, of which those behind
the point leave a million no room; with 19 it takes as many as there are.
-#}
{% macro exact_product(amount, factor) -%}
    cast({{ amount }} as decimal(19, 4)) * {{ factor }}
{%- endmacro %}
