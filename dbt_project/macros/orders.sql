{#- The value of `key: value` in a shop's note attributes, one to a line. -#}
{% macro note_attribute(notes, key) -%}
    nullif(
        trim({{ regex_extract(notes, "'(?i)(?:^|[\n\r])[ ]*" ~ key ~ "[ ]*:[ ]*([^\n\r]*)'") }}),
        ''
    )
{%- endmacro %}


{#-
What the shop noted on an order (`note_attributes`) of the visit that led to it, else what the page says
that the visit began with (`landing_site`).
-#}
{% macro landing_parameter(name) -%}
    coalesce(
        {{ note_attribute('note_attributes', name) }}, {{ url_param('landing_site', name) }}
    )
{%- endmacro %}


{#-
The reference of a Shopify order: its id, else its name, numbered where several orders have it.
`ranking` is row_number for rows that are orders, dense_rank for rows of lines.
-#}
{% macro shopify_order_ref(id, ranking) -%}
    {%- set number -%}
        {{ ranking }}() over (
            partition by _account, name, {{ id }} is null order by created_at, _grain_key
        )
    {%- endset -%}
    coalesce(
        {{ id }}, name || case when {{ number }} > 1 then '/' || {{ number }} else '' end
    )
{%- endmacro %}


{#- Which of the names of one id is the newest. -#}
{% macro shopify_name_rank(id, file_version, ranking) -%}
    {{ ranking }}() over (
        partition by
            _account,
            {{ id }},
            case when {{ id }} is null then name end,
            case when {{ id }} is null then _grain_key end
        order by {{ file_version }} desc, name desc, _grain_key
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


{#- The number of the order that a payment is described by: `Tea Shop order #1178`. -#}
{% macro stripe_described_order(description) -%}
    {{ regex_extract(
        description,
        "'(?i)(?:^|[^a-z])order[ ]*(?:no[.]?|number|id)?[ :]*(#?[A-Za-z-]*[0-9][A-Za-z0-9-]*)'"
    ) }}
{%- endmacro %}
