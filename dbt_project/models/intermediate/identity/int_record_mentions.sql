{{ config(materialized='incremental_by_key', row_key=['record_key']) }}

{%- set at_once = {'first_seen_at': 'occurred_at', 'last_seen_at': 'occurred_at'} -%}
{%- set over_time = {'first_seen_at': 'min(occurred_at)', 'last_seen_at': 'max(occurred_at)'} -%}

with

kept_records as (

    {{ record_mention(
        {
            'is_person': "record_type != 'identify' or " ~ login_record_ref() ~ ' is not null',
            'first_seen_at': 'coalesce(created_at, stated_at)',
            'last_seen_at': 'stated_at',
        },
        [
            'source', 'record_ref', 'record_type', 'email', 'phone', 'phone_region', 'loyalty_id',
            'device_id', 'user_id', 'external_ids', 'merged_into_ref',
        ],
    ) }}

    from {{ ref('int_person_statements') }}

),

buyers as (

    {{ record_mention(
        {
            'record_type': "case when is_anonymous then 'anonymous_buyer' else 'buyer' end",
            'is_person': 'true',
            'first_seen_at': 'ordered_at',
            'last_seen_at': 'ordered_at',
        },
        [
            'source', 'record_ref', 'email', 'phone', 'phone_region', 'device_id', 'user_id',
            'external_ids', 'click_id', 'order_number',
        ],
    ) }}

    from {{ ref('int_stated_orders') }}

),

-- Logins stand beside devices, so that a shared device does not make one record of two people.
logins as (

    {{ record_mention(
        dict(
            over_time,
            record_ref=login_record_ref(),
            record_type="'login'",
            is_person='true',
            phone_region=phone_region('web'),
        ),
        ['source', 'email', 'phone', 'device_id', 'user_id'],
    ) }}

    from {{ ref('int_web_events') }}

    where {{ login_record_ref() }} is not null

    group by source, email, phone, device_id, user_id

),

devices as (

    {{ record_mention(
        dict(
            over_time,
            record_type="'device'",
            is_person='false',
            order_number='case when is_order then order_number end',
        ),
        ['source', 'record_ref', 'device_id', 'click_id_type', 'click_id'],
    ) }}

    from {{ ref('int_web_events') }}

    where record_ref is not null

    group by
        source,
        record_ref,
        device_id,
        click_id_type,
        click_id,
        case when is_order then order_number end

),

identified_devices as (

    {{ record_mention(
        {
            'record_ref': record_ref_of(['device_id']),
            'record_type': "'device'",
            'is_person': 'false',
            'first_seen_at': 'stated_at',
            'last_seen_at': 'stated_at',
        },
        ['source', 'device_id'],
    ) }}

    from {{ ref('int_person_statements') }}

    where record_type = 'identify' and {{ record_ref_of(['device_id']) }} is not null

),

recipients as (

    {{ record_mention(
        dict(
            over_time,
            record_ref=record_ref_of(['recipient_ref', 'email', 'phone']),
            record_type="'recipient'",
            is_person='email is not null or phone is not null',
            external_ids=own_link_id(),
            order_number="case when event = 'order' then order_number end",
        ),
        ['source', 'email', 'phone', 'phone_region'],
    ) }}

    from {{ ref('int_message_events') }}

    where {{ record_ref_of(['recipient_ref', 'email', 'phone']) }} is not null

    group by
        source,
        recipient_ref,
        email,
        phone,
        phone_region,
        case when event = 'order' then order_number end

),

touched_people as (

    {{ record_mention(
        dict(
            at_once,
            record_ref=touchpoint_record_ref(),
            record_type="'touched'",
            is_person=record_ref_of(['customer_ref', 'email', 'phone']) ~ ' is not null',
            phone_region=phone_region('omnimart'),
        ),
        ['source', 'email', 'phone', 'device_id'],
    ) }}

    from {{ ref('stg_omnimart__touchpoints') }}

),

crm_references as (

    {{ record_mention(
        dict(over_time, record_ref=record_ref_of(['record_ref']), is_person='true'),
        ['source', 'record_type'],
    ) }}

    from {{ ref('int_crm_references') }}

    where {{ record_ref_of(['record_ref']) }} is not null

    group by source, record_ref, record_type

),

mentions as (

    {% for mentions in [
        'kept_records', 'buyers', 'logins', 'devices', 'identified_devices', 'recipients',
        'touched_people', 'crm_references',
    ] -%}
    select * from {{ mentions }}

    {% if not loop.last %}union all

    {% endif -%}
    {% endfor %}
),

keyed as (

    select
        {{ record_key_of() }} as record_key,
        *

    from mentions

    where source is not null

)

select * from keyed
