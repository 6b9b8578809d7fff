with

events as (

    select
        *,
        lower(event) as event_name,
        -- One category stands as text, several as a list.
        {{ json_text("case when category like '[%' then category end", '$[0]') }} as first_in_list

    from {{ source('sendgrid', 'events') }}

    -- A deferral is an attempt that is made again: its outcome has an event of its own.
    where lower(event) != 'deferred'

),

renamed as (

    select
        {{ source_name('sendgrid') }} as source,
        sg_event_id as event_ref,
        -- What follows the id names the filter that handled one event, not the message.
        coalesce(
            {{ regex_extract('sg_message_id', "'^(.+?)[.](?:filter|recv)'") }},
            sg_message_id
        ) as message_ref,
        'email' as medium,
        case event_name
            when 'processed' then 'sent'
            when 'spamreport' then 'spam'
            when 'group_unsubscribe' then 'unsubscribe'
            when 'group_resubscribe' then 'subscribe'
            else event_name
        end as event,
        lower(trim(email)) as recipient_ref,
        email,
        cast(null as string) as phone,
        cast(null as string) as phone_region,
        coalesce(
            marketing_campaign_id,
            singlesend_id,
            {{ json_text('_extra', '$.campaign_id') }},
            {{ json_text('_extra', '$.campaign') }},
            first_in_list,
            category
        ) as campaign_id,
        coalesce(
            marketing_campaign_name,
            singlesend_name,
            {{ json_text('_extra', '$.campaign_name') }},
            {{ json_text('_extra', '$.campaign') }},
            first_in_list,
            category
        ) as campaign_name,
        cast(null as string) as variant,
        url,
        coalesce(
            {{ json_text('_extra', '$.order_number') }},
            {{ json_text('_extra', '$.order_id') }}
        ) as order_number,
        cast(null as decimal(18, 4)) as value,
        _currency as currency,
        cast(null as decimal(18, 4)) as cost,
        coalesce(sg_machine_open, false)
        or (event_name in ('open', 'click') and {{ is_robot('useragent') }}) as is_machine,
        case
            when event_name in ('unsubscribe', 'group_unsubscribe', 'spamreport') then 'opt_out'
            when event_name = 'group_resubscribe' then 'opt_in'
        end as consent_change,
        timestamp as occurred_at

    from events

)

select * from renamed
