{#- The value of `key: value` in a shop's note attributes, one to a line. -#}
{% macro note_attribute(notes, key) -%}
    nullif(
        trim({{ regex_extract(notes, "'(?i)(?:^|[\n\r])[ ]*" ~ key ~ "[ ]*:[ ]*([^\n\r]*)'") }}),
        ''
    )
{%- endmacro %}


{#-
The part of a refund that lowers the revenue: goods, without the tax refunded with them and without
shipping. `goods` is what the goods were sold for, without tax.
-#}
{% macro refunded_goods(refunded, goods, tax) -%}
    cast(
        least(
            {{ goods }},
            round(
                coalesce({{ refunded }}, 0) * {{ goods }}
                / nullif({{ goods }} + coalesce({{ tax }}, 0), 0),
                2
            )
        ) as decimal(18, 4)
    )
{%- endmacro %}
