{%- set absent = ['utm_campaign', 'click_id_type', 'referrer_domain'] -%}

with

events as (

    {{ union_all_columns(
        [
            ref('stg_brevo__events'),
            ref('stg_hubspot__email_events'),
            ref('stg_klaviyo__events'),
            ref('stg_mailchimp__events'),
            ref('stg_sendgrid__events'),
            ref('stg_twilio__messages'),
            ref('stg_whatsapp__events'),
        ],
        [
            'source',
            'event_ref',
            'message_ref',
            'medium',
            'event',
            'recipient_ref',
            'email',
            'phone',
            'phone_region',
            'campaign_id',
            'campaign_name',
            'variant',
            'url',
            'order_number',
            'value',
            'currency',
            'cost',
            'is_machine',
            'consent_change',
            'occurred_at',
            'medium as utm_source',
            'medium as utm_medium',
        ],
    ) }}

),

fx_rates as (

    select * from {{ ref('int_fx_rates') }}

),

channels as (

    {{ classify_channels('events', absent=absent) }}

),

converted as (

    select
        events.source,
        events.event_ref,
        events.message_ref,
        events.medium,
        events.event,
        events.recipient_ref,
        events.email,
        events.phone,
        events.phone_region,
        events.campaign_id,
        events.campaign_name,
        channels.channel,
        events.variant,
        events.url,
        events.order_number,
        events.value,
        {{ to_reporting('events.value', 'fx_rates.rate_to_reporting') }} as value_reporting,
        coalesce(events.currency, {{ reporting_currency() }}) as currency,
        events.cost,
        {{ to_reporting('events.cost', 'fx_rates.rate_to_reporting') }} as cost_reporting,
        coalesce(events.is_machine, false) as is_machine,
        events.consent_change,
        events.occurred_at,
        {{ reporting_date('events.occurred_at') }} as event_date

    from events

    left join channels
        on {{ traffic_key('events', absent=absent) }} = channels.traffic_key

    left join fx_rates
        on
            coalesce(events.currency, {{ reporting_currency() }}) = fx_rates.currency
            and {{ reporting_date('events.occurred_at') }} >= fx_rates.valid_from
            and {{ reporting_date('events.occurred_at') }} < fx_rates.valid_to

)

select * from converted
