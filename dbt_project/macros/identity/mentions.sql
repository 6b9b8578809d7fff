{#-
A select list of what one row says of one record, for int_record_mentions. `columns` are taken as they
are, `expressions` (column: SQL) are computed, every other column is null.
-#}
{% macro record_mention(expressions, columns) -%}
    {%- set types = {
        'source': 'string',
        'record_ref': 'string',
        'record_type': 'string',
        'is_person': 'boolean',
        'email': 'string',
        'phone': 'string',
        'phone_region': 'string',
        'loyalty_id': 'string',
        'device_id': 'string',
        'user_id': 'string',
        'external_ids': json_type(),
        'click_id_type': 'string',
        'click_id': 'string',
        'order_number': 'string',
        'merged_into_ref': 'string',
        'first_seen_at': 'timestamp',
        'last_seen_at': 'timestamp',
    } -%}
    select
        {%- for name, type in types.items() %}
        {% if name in expressions -%}
            {{ expressions[name] }} as {{ name }}
        {%- elif name in columns -%}
            {{ name }}
        {%- else -%}
            cast(null as {{ type }}) as {{ name }}
        {%- endif -%}
        {{ ',' if not loop.last }}
        {%- endfor %}
{%- endmacro %}
