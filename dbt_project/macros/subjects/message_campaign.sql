{#- A mailing's totals as its system reports them: subject message campaigns in _docs.md. -#}
{% macro message_campaign(expressions) -%}
    {%- set types = {
        'source': 'string',
        'medium': 'string',
        'campaign_id': 'string',
        'campaign_name': 'string',
        'subject': 'string',
        'variant': 'string',
        'recipients': 'bigint',
        'delivered': 'bigint',
        'bounces': 'bigint',
        'opens': 'bigint',
        'unique_opens': 'bigint',
        'clicks': 'bigint',
        'unique_clicks': 'bigint',
        'unsubscribes': 'bigint',
        'spam_complaints': 'bigint',
        'orders': 'bigint',
        'revenue': 'decimal(18, 4)',
        'currency': 'string',
        'sent_at': 'timestamp',
    } -%}
    {{ subject_columns(types, dict({'currency': '_currency'}, **expressions)) }}
{%- endmacro %}
