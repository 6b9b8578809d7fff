{#- A deal with its people: subject deals in _docs.md. -#}
{% macro deal(expressions) -%}
    {%- set types = {
        'source': 'string',
        'deal_ref': 'string',
        'deal_name': 'string',
        'contact_refs': json_type(),
        'account_ref': 'string',
        'stage': 'string',
        'is_won': 'boolean',
        'is_closed': 'boolean',
        'amount': 'decimal(18, 4)',
        'currency': 'string',
        'campaign_id': 'string',
        'created_at': 'timestamp',
        'closed_at': 'timestamp',
        'is_deleted': 'boolean',
    } -%}
    {{ subject_columns(types, dict({'is_deleted': 'false'}, **expressions)) }}
{%- endmacro %}
