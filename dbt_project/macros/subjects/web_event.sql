{#- What one visitor did at one instant: subject web events in _docs.md. -#}
{% macro web_event(expressions) -%}
    {%- set types = {
        'source': 'string',
        'event_ref': 'string',
        'event_name': 'string',
        'device_id': 'string',
        'user_id': 'string',
        'email': 'string',
        'phone': 'string',
        'session_ref': 'string',
        'page_url': 'string',
        'referrer': 'string',
        'utm_source': 'string',
        'utm_medium': 'string',
        'utm_campaign': 'string',
        'utm_content': 'string',
        'utm_term': 'string',
        'click_id_type': 'string',
        'click_id': 'string',
        'experiment': 'string',
        'variant': 'string',
        'order_number': 'string',
        'value': 'decimal(18, 4)',
        'currency': 'string',
        'is_bot': 'boolean',
        'occurred_at': 'timestamp',
    } -%}
    {{ subject_columns(types, dict({'is_bot': 'false'}, **expressions)) }}
{%- endmacro %}
