{%- set absent = ['utm_campaign', 'click_id_type', 'referrer_domain'] -%}

with

campaigns as (

    {{ union_all_columns(
        [
            ref('stg_hubspot__marketing_emails'),
            ref('stg_klaviyo__campaigns'),
            ref('stg_klaviyo__flow_messages'),
            ref('stg_mailchimp__campaigns'),
        ],
        [
            'source',
            'medium',
            'campaign_id',
            'campaign_name',
            'subject',
            'variant',
            'recipients',
            'delivered',
            'bounces',
            'opens',
            'unique_opens',
            'clicks',
            'unique_clicks',
            'unsubscribes',
            'spam_complaints',
            'orders',
            'revenue',
            'currency',
            'sent_at',
            'medium as utm_source',
            'medium as utm_medium',
        ],
    ) }}

),

fx_rates as (

    select * from {{ ref('int_fx_rates') }}

),

channels as (

    {{ classify_channels('campaigns', absent=absent) }}

),

converted as (

    select
        campaigns.source,
        campaigns.medium,
        campaigns.campaign_id,
        campaigns.campaign_name,
        channels.channel,
        campaigns.subject,
        campaigns.variant,
        campaigns.recipients,
        campaigns.delivered,
        campaigns.bounces,
        campaigns.opens,
        campaigns.unique_opens,
        campaigns.clicks,
        campaigns.unique_clicks,
        campaigns.unsubscribes,
        campaigns.spam_complaints,
        campaigns.orders,
        campaigns.revenue,
        {{ to_reporting('campaigns.revenue', 'fx_rates.rate_to_reporting') }} as revenue_reporting,
        coalesce(campaigns.currency, {{ reporting_currency() }}) as currency,
        campaigns.sent_at,
        {{ reporting_date('campaigns.sent_at') }} as sent_date

    from campaigns

    left join channels
        on {{ traffic_key('campaigns', absent=absent) }} = channels.traffic_key

    left join fx_rates
        on
            coalesce(campaigns.currency, {{ reporting_currency() }}) = fx_rates.currency
            and coalesce({{ reporting_date('campaigns.sent_at') }}, date '9999-12-30')
            >= fx_rates.valid_from
            and coalesce({{ reporting_date('campaigns.sent_at') }}, date '9999-12-30')
            < fx_rates.valid_to

)

select * from converted
