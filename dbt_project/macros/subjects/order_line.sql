{#- A line of an order: subject order lines in _docs.md. -#}
{% macro order_line(expressions) -%}
    {%- set types = {
        'source': 'string',
        'order_ref': 'string',
        'line_number': 'int',
        'sku': 'string',
        'product': 'string',
        'category': 'string',
        'quantity': 'decimal(18, 4)',
        'unit_price': 'decimal(18, 4)',
        'discount': 'decimal(18, 4)',
        'net': 'decimal(18, 4)',
        'currency': 'string',
    } -%}
    {%- set typed = {} -%}
    {%- for name in ['line_number', 'quantity', 'unit_price', 'discount', 'net'] if name in expressions -%}
        {%- do typed.update({name: 'cast(' ~ expressions[name] ~ ' as ' ~ types[name] ~ ')'}) -%}
    {%- endfor -%}
    {{ subject_columns(types, dict({'currency': '_currency'}, **dict(expressions, **typed))) }}
{%- endmacro %}
