{%- set outcomes = {
    'sent': "status not in ('canceled', 'scheduled', 'accepted', 'queued')",
    'delivered': "status in ('delivered', 'read')",
    'open': "status = 'read'",
    'bounce': "status in ('undelivered', 'failed')",
} -%}

with

messages as (

    select
        *,
        lower(direction) like 'inbound%' as is_inbound,
        upper(regexp_replace(trim(body), '[.! ]+$', '')) as keyword,
        coalesce(sent_date, date_created, date_updated) as occurred_at

    from {{ source('twilio', 'messages') }}

),

addressed as (

    select
        sid,
        _account,
        is_inbound,
        lower(status) as status,
        error_code,
        case when from_number like 'whatsapp:%' then 'whatsapp' else 'sms' end as medium,
        regexp_replace(case when is_inbound then from_number else to_number end, '^[a-z]+:', '')
            as phone,
        messaging_service_sid,
        is_inbound and keyword in (
            'STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT', 'TD', 'T'
        ) as is_opt_out,
        is_inbound and keyword in ('START', 'YES', 'UNSTOP') as is_opt_in,
        upper(coalesce(price_unit, _currency)) as currency,
        -- Prices are charges: negative, and empty until they are settled.
        -price as cost,
        occurred_at

    from messages

),

-- One row tells the last state of a message; what it went through follows from it.
sent as (
    {% for event, condition in outcomes.items() %}
    select
        *,
        '{{ event }}' as event

    from addressed

    where
        not is_inbound
        and {{ condition }}

    {{ 'union all' if not loop.last }}
    {% endfor %}
),

received as (

    select
        *,
        case
            when is_opt_out then 'unsubscribe'
            when is_opt_in then 'subscribe'
            else 'reply'
        end as event

    from addressed

    where is_inbound

),

happened as (

    select * from sent

    union all

    select * from received

),

renamed as (

    select
        {{ source_name('twilio') }} as source,
        sid || '/' || event as event_ref,
        sid as message_ref,
        medium,
        event,
        phone as recipient_ref,
        cast(null as string) as email,
        phone,
        {{ phone_region('twilio') }} as phone_region,
        messaging_service_sid as campaign_id,
        cast(null as string) as campaign_name,
        cast(null as string) as variant,
        cast(null as string) as url,
        cast(null as string) as order_number,
        cast(null as decimal(18, 4)) as value,
        currency,
        -- A message is paid for once.
        case when event in ('sent', 'reply', 'unsubscribe', 'subscribe') then cost end as cost,
        false as is_machine,
        case
            -- 21610: Twilio refused to send because the person has opted out.
            when event = 'unsubscribe' or (event = 'bounce' and error_code = '21610') then 'opt_out'
            when event = 'subscribe' then 'opt_in'
        end as consent_change,
        occurred_at

    from happened

)

select * from renamed
