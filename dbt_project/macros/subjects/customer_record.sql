{#- What one system says about one person: subject customer records in _docs.md. -#}
{% macro customer_record(expressions) -%}
    {%- set types = {
        'source': 'string',
        'record_ref': 'string',
        'record_type': 'string',
        'email': 'string',
        'phone': 'string',
        'phone_region': 'string',
        'loyalty_id': 'string',
        'device_id': 'string',
        'user_id': 'string',
        'external_ids': json_type(),
        'given_name': 'string',
        'family_name': 'string',
        'full_name': 'string',
        'company': 'string',
        'birth_date': 'date',
        'national_id': 'string',
        'street': 'string',
        'city': 'string',
        'region': 'string',
        'postal_code': 'string',
        'country': 'string',
        'lifecycle_stage': 'string',
        'original_source': 'string',
        'consent_email': 'boolean',
        'consent_sms': 'boolean',
        'consent_ads': 'boolean',
        'consent_at': 'timestamp',
        'merged_into_ref': 'string',
        'is_deleted': 'boolean',
        'created_at': 'timestamp',
        'updated_at': 'timestamp',
        'source_file': 'string',
    } -%}
    {%- set usual = {'is_deleted': 'false', 'source_file': '_source_file'} -%}
    {{ subject_columns(types, dict(usual, **expressions)) }}
{%- endmacro %}
