{#- A sale as one system reports it: subject orders in _docs.md. -#}
{% macro order_statement(expressions) -%}
    {%- set types = {
        'source': 'string',
        'order_ref': 'string',
        'order_number': 'string',
        'customer_ref': 'string',
        'email': 'string',
        'phone': 'string',
        'phone_region': 'string',
        'device_id': 'string',
        'user_id': 'string',
        'external_ids': json_type(),
        'customer_name': 'string',
        'status': 'string',
        'currency': 'string',
        'gross': 'decimal(18, 4)',
        'discount': 'decimal(18, 4)',
        'tax': 'decimal(18, 4)',
        'shipping': 'decimal(18, 4)',
        'refund': 'decimal(18, 4)',
        'net': 'decimal(18, 4)',
        'sales_channel': 'string',
        'place': 'string',
        'accepts_marketing': 'boolean',
        'utm_source': 'string',
        'utm_medium': 'string',
        'utm_campaign': 'string',
        'click_id': 'string',
        'ordered_at': 'timestamp',
        'refunded_at': 'timestamp',
        'source_file': 'string',
    } -%}
    {%- set amounts = ['gross', 'discount', 'tax', 'shipping', 'refund', 'net'] -%}
    {%- set typed = {} -%}
    {%- for amount in amounts if amount in expressions -%}
        {%- do typed.update({amount: 'cast(' ~ expressions[amount] ~ ' as decimal(18, 4))'}) -%}
    {%- endfor -%}
    {{ subject_columns(types, dict({'source_file': '_source_file'}, **dict(expressions, **typed))) }}
{%- endmacro %}
