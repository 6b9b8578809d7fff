{#- Delivery and spend as one report row has it: subject ad days in _docs.md. -#}
{% macro ad_report(expressions) -%}
    {%- set types = {
        'platform': 'string',
        'source': 'string',
        'account_id': 'string',
        'account_name': 'string',
        'report_level': 'string',
        'campaign_id': 'string',
        'campaign_name': 'string',
        'campaign_type': 'string',
        'ad_group_id': 'string',
        'ad_group_name': 'string',
        'ad_id': 'string',
        'ad_name': 'string',
        'segment': 'string',
        'channel': 'string',
        'currency': 'string',
        'impressions': 'bigint',
        'clicks': 'bigint',
        'spend': 'decimal(18, 4)',
        'conversions': 'decimal(18, 4)',
        'conversion_value': 'decimal(18, 4)',
        'video_views': 'bigint',
        'reach': 'bigint',
        'delivered_date': 'date',
        'period_start': 'date',
        'period_end': 'date',
        'exported_at': 'timestamp',
        'file_version': 'string',
        'source_file': 'string',
    } -%}
    {%- set usual = {
        'account_id': 'coalesce(account_id, _account)',
        'currency': '_currency',
        'period_start': '_period_start',
        'period_end': '_period_end',
        'exported_at': '_exported_at',
        'file_version': '_file_version',
        'source_file': '_source_file',
    } -%}
    {{ subject_columns(types, dict(usual, **expressions)) }}
{%- endmacro %}
