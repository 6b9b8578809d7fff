{%- set events = {
    'SENT': 'sent',
    'DELIVERED': 'delivered',
    'OPEN': 'open',
    'CLICK': 'click',
    'BOUNCE': 'bounce',
    'DROPPED': 'dropped',
    'SPAMREPORT': 'spam',
} -%}

with

events as (

    select
        *,
        upper(portal_subscription_status) as subscription

    from {{ source('hubspot', 'email_events') }}

),

campaigns as (

    select
        id,
        _account,
        max(name) as name

    from {{ source('hubspot', 'email_campaigns') }}

    group by id, _account

),

-- Deferrals, prints and forwards stay in the raw table.
named as (

    select
        events.*,
        campaigns.name as campaign_name,
        case
            {%- for type, event in events.items() %}
            when upper(events.type) = '{{ type }}' then '{{ event }}'
            {%- endfor %}
            when upper(events.type) = 'STATUSCHANGE' and events.subscription like 'UNSUB%'
                then 'unsubscribe'
            when upper(events.type) = 'STATUSCHANGE' and events.subscription like 'SUB%'
                then 'subscribe'
        end as event

    from events

    left join campaigns
        on
            events.email_campaign_id = campaigns.id
            and events._account is not distinct from campaigns._account

),

renamed as (

    {{ message_event({
        'source': source_name('hubspot'),
        'event_ref': 'id',
        'message_ref': "case when upper(type) = 'SENT' then id else sent_by_id end",
        'medium': "'email'",
        'event': 'event',
        'recipient_ref': 'lower(trim(recipient))',
        'email': normalised_email('recipient'),
        'campaign_id': 'email_campaign_id',
        'campaign_name': 'campaign_name',
        'url': 'url',
        'is_machine': "coalesce(filtered_event, false)
            or (event in ('open', 'click') and " ~ is_robot('user_agent') ~ ")",
        'consent_change': "case
            when event in ('unsubscribe', 'spam') then 'opt_out'
            when event = 'subscribe' then 'opt_in'
        end",
        'occurred_at': 'coalesce(created, created_ms)',
    }) }}

    from named

    where event is not null

)

select * from renamed
