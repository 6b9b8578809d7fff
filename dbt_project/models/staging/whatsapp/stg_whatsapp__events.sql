{#- Who read or played a message was delivered it, whether or not that was posted as well. -#}
{%- set outcomes = {
    'sent': "'sent'",
    'delivered': "'delivered', 'read', 'played'",
    'open': "'read', 'played'",
    'bounce': "'failed'",
} -%}

with

webhooks as (

    select
        *,
        {{ source_name('whatsapp') }} as system

    from {{ source('whatsapp', 'webhooks') }}

),

status_posts as (

    select
        system,
        {{ json_elements('statuses') }} as post

    from webhooks

),

statuses as (

    select
        system,
        {{ json_text('post', '$.id') }} as message_ref,
        {{ json_text('post', '$.status') }} as status,
        -- A business-scoped user id may stand where the number was.
        {{ json_text('post', '$.recipient_id') }} as phone_digits,
        {{ json_text('post', '$.recipient_user_id') }} as scoped_user_id,
        {{ json_text('post', '$.biz_opaque_callback_data') }} as campaign_id,
        {{ json_text('post', '$.errors[0].code') }} as error_code,
        {{ epoch_timestamp(json_text('post', '$.timestamp')) }} as occurred_at

    from status_posts

),

outgoing as (
    {% for event, names in outcomes.items() %}
    select
        system,
        message_ref,
        '{{ event }}' as event,
        phone_digits,
        scoped_user_id,
        campaign_id,
        error_code,
        cast(null as string) as keyword,
        occurred_at

    from statuses

    where status in ({{ names }})

    {{ 'union all' if not loop.last }}
    {% endfor %}
),

message_posts as (

    select
        system,
        {{ json_elements('messages') }} as post

    from webhooks

),

messages as (

    select
        system,
        {{ json_text('post', '$.id') }} as message_ref,
        {{ json_text('post', '$.from') }} as phone_digits,
        {{ json_text('post', '$.from_user_id') }} as scoped_user_id,
        upper(
            regexp_replace(
                trim(
                    coalesce(
                        {{ json_text('post', '$.text.body') }},
                        {{ json_text('post', '$.button.text') }},
                        {{ json_text('post', '$.interactive.button_reply.title') }}
                    )
                ),
                '[.! ]+$',
                ''
            )
        ) as keyword,
        {{ epoch_timestamp(json_text('post', '$.timestamp')) }} as occurred_at

    from message_posts

),

incoming as (

    select
        system,
        message_ref,
        case
            when
                keyword in (
                    'STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'STOP PROMOTIONS'
                )
                then 'unsubscribe'
            when keyword in ('START', 'UNSTOP') then 'subscribe'
            else 'reply'
        end as event,
        phone_digits,
        scoped_user_id,
        cast(null as string) as campaign_id,
        cast(null as string) as error_code,
        keyword,
        occurred_at

    from messages

),

happened as (

    select * from outgoing

    union all

    select * from incoming

),

-- Webhooks are posted again until they are answered, and not in order.
ranked as (

    select
        *,
        row_number() over (
            partition by system, message_ref, event order by occurred_at, phone_digits
        ) as post_number

    from happened

    where message_ref is not null

),

renamed as (

    {{ message_event({
        'source': 'system',
        'event_ref': "message_ref || '/' || event",
        'message_ref': 'message_ref',
        'medium': "'whatsapp'",
        'event': 'event',
        'recipient_ref': "coalesce('+' || phone_digits, scoped_user_id)",
        'phone': "'+' || phone_digits",
        'phone_region': phone_region('whatsapp'),
        'campaign_id': 'campaign_id',
        'currency': 'cast(null as string)',
        'consent_change': "case
            -- 131050: the person has asked WhatsApp for no more marketing messages.
            when event = 'unsubscribe' or (event = 'bounce' and error_code = '131050')
                then 'opt_out'
            when event = 'subscribe' then 'opt_in'
        end",
        'occurred_at': 'occurred_at',
    }) }}

    from ranked

    where post_number = 1

)

select * from renamed
