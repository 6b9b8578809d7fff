{#- Whether a payment or a page shows what an order cost: with or without discount, tax, refund. -#}
{% macro shows_order_amount(report, owner) -%}
    {{ report }}.currency = {{ owner }}.currency
    and (
        abs({{ report }}.amount - {{ owner }}.net) <= 0.01
        or abs({{ report }}.amount - ({{ owner }}.net + {{ owner }}.refunded)) <= 0.01
        or abs({{ report }}.amount - {{ owner }}.gross) <= 0.01
        or abs({{ report }}.amount - {{ owner }}.charged) <= 0.01
    )
{%- endmacro %}


{% macro days_apart(report, owner) -%}
    abs({{ day_diff(owner ~ '.order_date', report ~ '.order_date') }})
{%- endmacro %}


{% macro seconds_apart(report, owner) -%}
    abs({{ seconds_between(owner ~ '.ordered_at', report ~ '.ordered_at') }})
{%- endmacro %}
