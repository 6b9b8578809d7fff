{#- A step on the way to int_touchpoints: rows are stored once, there. -#}
{{ config(materialized='view') }}

with

events as (

    select * from {{ ref('int_message_events') }}

),

touchpoints as (

    select
        {{ surrogate_key(["'message'", 'source', 'event_ref']) }} as touchpoint_id,
        source,
        cast(null as bigint) as sequence_number,
        recipient_ref as record_ref,
        event as interaction,
        channel,
        source as utm_source,
        medium as utm_medium,
        coalesce(campaign_name, campaign_id) as campaign,
        cast(null as string) as content,
        cast(null as string) as device_id,
        cost_reporting,
        is_machine,
        -- A delivery is context: only what the person did with the message can earn credit.
        event != 'delivered' and not is_machine as is_touch,
        false as is_lead_creation,
        occurred_at as touched_at

    from events

    where event in ('delivered', 'open', 'click', 'reply')

)

select * from touchpoints
