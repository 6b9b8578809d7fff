{#-
The select list of a subject: every column in order, as `expressions` (column: SQL) has it, and a
typed null where a system does not say it.
-#}
{% macro subject_columns(types, expressions) -%}
    {%- for name in expressions if name not in types -%}
        {{ exceptions.raise_compiler_error("the subject has no column " ~ name) }}
    {%- endfor -%}
    select
        {%- for name, type in types.items() %}
        {% if name not in expressions -%}
            cast(null as {{ type }}) as {{ name }}
        {%- elif expressions[name] == name -%}
            {{ name }}
        {%- else -%}
            {{ expressions[name] }} as {{ name }}
        {%- endif -%}
        {{ ',' if not loop.last }}
        {%- endfor %}
{%- endmacro %}


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
        'order_number': 'string',
        'value': 'decimal(18, 4)',
        'currency': 'string',
        'is_bot': 'boolean',
        'occurred_at': 'timestamp',
    } -%}
    {{ subject_columns(types, dict({'is_bot': 'false'}, **expressions)) }}
{%- endmacro %}


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
