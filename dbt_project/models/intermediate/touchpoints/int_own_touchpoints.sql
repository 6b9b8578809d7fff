{#- A step on the way to int_touchpoints: rows are stored once, there. -#}
{{ config(materialized='view') }}

{%- set absent = ['click_id_type', 'referrer_domain'] -%}

with

stated as (

    select
        source,
        touchpoint_ref,
        -- Who writes touches of one instant numbers them: t9 comes before t10.
        cast({{ regex_extract('touchpoint_ref', "'([0-9]{1,18})$'") }} as bigint)
            as sequence_number,
        interaction,
        {{ touchpoint_record_ref() }} as record_ref,
        channel,
        utm_source,
        -- Without campaign parameters only a visit can be direct; a call says itself what it is.
        case
            when
                coalesce(utm_source, utm_medium, utm_campaign) is null
                and interaction != 'visit'
                then interaction
            else utm_medium
        end as utm_medium,
        utm_campaign,
        utm_content,
        device_id,
        cost,
        currency,
        occurred_at

    from {{ ref('stg_omnimart__touchpoints') }}

),

channels as (

    {{ classify_channels('stated', absent=absent) }}

),

fx_rates as (

    select * from {{ ref('int_fx_rates') }}

),

touchpoints as (

    select
        {{ surrogate_key(["'own'", 'stated.source', 'stated.touchpoint_ref']) }} as touchpoint_id,
        stated.source,
        stated.sequence_number,
        stated.record_ref,
        stated.interaction,
        coalesce(stated.channel, channels.channel) as channel,
        stated.utm_source,
        stated.utm_medium,
        stated.utm_campaign as campaign,
        stated.utm_content as content,
        stated.device_id,
        {{ to_reporting('stated.cost', 'fx_rates.rate_to_reporting') }} as cost_reporting,
        false as is_machine,
        true as is_touch,
        false as is_lead_creation,
        stated.occurred_at as touched_at

    from stated

    inner join channels
        on {{ traffic_key('stated', absent=absent) }} = channels.traffic_key

    left join fx_rates
        on
            coalesce(stated.currency, {{ reporting_currency() }}) = fx_rates.currency
            and {{ reporting_date('stated.occurred_at') }} >= fx_rates.valid_from
            and {{ reporting_date('stated.occurred_at') }} < fx_rates.valid_to

)

select * from touchpoints
