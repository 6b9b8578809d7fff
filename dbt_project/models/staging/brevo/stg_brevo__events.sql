{#- Deferred mails are tried again: their outcome has a row of its own. -#}
{%- set events = {
    'sent': "'request', 'requests', 'sent'",
    'delivered': "'delivered'",
    'open': "'open', 'opened', 'opens', 'first opening', 'first_opening', 'unique opened',"
        ~ " 'loaded by proxy', 'proxy open', 'proxy_open'",
    'click': "'click', 'clicked', 'clicks'",
    'bounce': "'hard bounce', 'hard_bounce', 'hardbounce', 'soft bounce', 'soft_bounce',"
        ~ " 'softbounce', 'bounced', 'bounces'",
    'dropped': "'blocked', 'invalid', 'invalid email', 'error'",
    'spam': "'complaint', 'complaints', 'spam'",
    'unsubscribe': "'unsubscribed', 'unsubscribe'",
} -%}

with

logs as (

    select
        *,
        lower(trim(status)) as status_name

    from {{ source('brevo', 'logs') }}

),

named as (

    select
        *,
        case
            {%- for event, names in events.items() %}
            when status_name in ({{ names }}) then '{{ event }}'
            {%- endfor %}
        end as event

    from logs

),

renamed as (

    {{ message_event({
        'source': source_name('brevo'),
        'event_ref': 'cast(_grain_key as varchar)',
        'message_ref': "message_id || '/' || lower(trim(email))",
        'medium': "'email'",
        'event': 'event',
        'recipient_ref': 'lower(trim(email))',
        'email': 'email',
        'campaign_id': 'tag',
        'campaign_name': 'coalesce(tag, subject)',
        'url': 'link',
        'is_machine': "status_name like '%proxy%'",
        'consent_change': "case when event in ('unsubscribe', 'spam') then 'opt_out' end",
        'occurred_at': 'date',
    }) }}

    from named

    where event is not null

)

select * from renamed
