{#- A step on the way to int_touchpoints: rows are stored once, there. -#}
{{ config(materialized='view') }}

with

touchpoints as (

    select
        {{ surrogate_key(["'session'", 'session_id']) }} as touchpoint_id,
        source,
        cast(null as bigint) as sequence_number,
        record_ref,
        'visit' as interaction,
        channel,
        traffic_source as utm_source,
        traffic_medium as utm_medium,
        utm_campaign as campaign,
        utm_content as content,
        device_id,
        cast(null as decimal(18, 4)) as cost_reporting,
        false as is_machine,
        true as is_touch,
        false as is_lead_creation,
        touched_at

    from {{ ref('int_web_sessions') }}

    -- A session that shows nothing but a purchase confirmation is the conversion, not a touch.
    where touched_at is not null

)

select * from touchpoints
