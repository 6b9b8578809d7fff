with

events as (

    select
        *,
        {{ json_text('event_properties', '$."Campaign Name"') }} as campaign_name,
        {{ json_text('event_properties', '$.Subject') }} as subject,
        {{ json_text('event_properties', '$."$variation"') }} as variation,
        {{ json_text('event_properties', '$.URL') }} as url,
        coalesce(
            {{ json_text('event_properties', '$."Recipient Email Address"') }},
            {{ json_text('event_properties', '$.email') }},
            {{ json_text('event_properties', '$."$extra".email') }}
        ) as email,
        coalesce(
            {{ json_text('event_properties', '$."To Number"') }},
            {{ json_text('event_properties', '$."Recipient Phone Number"') }}
        ) as phone,
        {{ json_text('event_properties', '$."$message"') }} as message_ref,
        {{ json_text('event_properties', '$."$value"') }} as value,
        {{ json_text('event_properties', '$."$event_id"') }} as order_ref,
        {{ json_text('event_properties', '$."Bounce Type"') }} as bounce_type,
        {{ json_text('event_properties', '$.List') }} as list_name,
        lower({{ json_text('event_properties', '$.method') }}) as list_method,
        coalesce(
            {{ json_text('event_properties', '$.machine_open') }},
            {{ json_text('event_properties', '$."Client Name"') }},
            {{ json_text('event_properties', '$."Client OS"') }}
        ) as mail_client,
        lower(
            coalesce(
                {{ json_text('relationships', '$.metric.data.attributes.name') }},
                {{ json_text('attributes', '$.metric.name') }},
                {{ json_text('_extra', '$.metric_name') }}
            )
        ) as metric_name

    from {{ source('klaviyo', 'events') }}

),

read as (

    select
        *,
        case
            when metric_name like 'received%' or metric_name like 'sent%' then 'delivered'
            when metric_name like 'opened%' then 'open'
            when metric_name like 'clicked%' then 'click'
            when metric_name like '%bounced%' then 'bounce'
            when metric_name like '%failed to deliver%' then 'bounce'
            when metric_name like 'dropped%' then 'dropped'
            when metric_name like '%spam%' then 'spam'
            when metric_name like '%unsubscribed%' then 'unsubscribe'
            when metric_name like '%subscribed%' then 'subscribe'
            when metric_name = 'placed order' then 'order'
        end as event_by_metric,
        case
            when bounce_type is not null then 'bounce'
            when list_name is not null and list_method like '%unsubscri%' then 'unsubscribe'
            when list_name is not null and list_method is not null then 'subscribe'
            when url is not null and message_ref is not null then 'click'
            when mail_client is not null then 'open'
            when value is not null and order_ref is not null then 'order'
            when message_ref is not null then 'delivered'
        end as event_by_properties

    from events

),

named as (

    select
        *,
        -- Metrics come as ids of the account. Where their name is not delivered with them, an event
        -- is told by the properties that Klaviyo gives events of its kind.
        case when metric_name is null then event_by_properties else event_by_metric end as event,
        case when phone is not null or metric_name like '%sms%' then 'sms' else 'email' end
            as medium

    from read

),

renamed as (

    select
        {{ source_name('klaviyo') }} as source,
        id as event_ref,
        message_ref || '/' || profile_id as message_ref,
        medium,
        event,
        profile_id as recipient_ref,
        email,
        phone,
        {{ phone_region('klaviyo') }} as phone_region,
        message_ref as campaign_id,
        campaign_name,
        -- The variation is an id; reports know it by its subject, unless that names the reader.
        case
            when
                min(subject) over (partition by variation)
                = max(subject) over (partition by variation)
                and variation is not null
                then min(subject) over (partition by variation)
            else variation
        end as variant,
        url,
        case
            when event = 'order'
                then coalesce(
                    {{ json_text('event_properties', '$."$extra".name') }},
                    {{ json_text('event_properties', '$."$extra".order_number') }},
                    {{ json_text('event_properties', '$.OrderId') }},
                    order_ref
                )
        end as order_number,
        try_cast(value as decimal(18, 4)) as value,
        upper(
            coalesce(
                {{ json_text('event_properties', '$."$currency_code"') }},
                {{ json_text('event_properties', '$."$value_currency"') }},
                _currency
            )
        ) as currency,
        cast(null as decimal(18, 4)) as cost,
        coalesce(
            lower({{ json_text('event_properties', '$.machine_open') }}) = 'true',
            false
        )
        or coalesce(
            lower({{ json_text('event_properties', '$."Bot Click"') }}) = 'true',
            false
        ) as is_machine,
        case
            when event in ('unsubscribe', 'spam') then 'opt_out'
            when event = 'subscribe' then 'opt_in'
        end as consent_change,
        coalesce(datetime, timestamp) as occurred_at

    from named

    where event is not null

)

select * from renamed
