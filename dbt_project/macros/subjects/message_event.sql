{#- What became of one message to one recipient: subject message events in _docs.md. -#}
{% macro message_event(expressions) -%}
    {%- set types = {
        'source': 'string',
        'event_ref': 'string',
        'message_ref': 'string',
        'medium': 'string',
        'event': 'string',
        'recipient_ref': 'string',
        'email': 'string',
        'phone': 'string',
        'phone_region': 'string',
        'campaign_id': 'string',
        'campaign_name': 'string',
        'variant': 'string',
        'url': 'string',
        'order_number': 'string',
        'value': 'decimal(18, 4)',
        'currency': 'string',
        'cost': 'decimal(18, 4)',
        'is_machine': 'boolean',
        'consent_change': 'string',
        'occurred_at': 'timestamp',
    } -%}
    {{ subject_columns(types, dict({'currency': '_currency', 'is_machine': 'false'}, **expressions)) }}
{%- endmacro %}
