{%- set along_path = (
    'over (partition by conversions.conversion_id '
    ~ 'order by touchpoints.touched_at, touchpoints.touchpoint_id)'
) -%}

with

conversions as (

    select
        conversion_id,
        conversion_type,
        customer_id,
        converted_at,
        lead_at,
        opportunity_at,
        {{ journey_group('min(conversion_id) over (partition by customer_id)') }} as customer_group,
        {%- if var('cut_at_previous_conversion') %}
        lag(converted_at) over (
            partition by customer_id, conversion_type
            order by converted_at, conversion_id
        ) as cut_at,
        {%- endif %}
        converted_at - interval {{ longest_lookback_days() }} day as path_opens_at

    from {{ ref('int_conversions') }}

    where customer_id is not null

),

touchpoints as (

    select
        touchpoint_id,
        customer_id,
        channel,
        campaign,
        stage,
        is_direct,
        is_lead_creation,
        touched_at

    from {{ ref('int_touchpoints') }}

    where is_touch

),

paths as (

    select
        conversions.conversion_id,
        conversions.conversion_type,
        touchpoints.touchpoint_id,
        conversions.customer_id,
        conversions.customer_group,
        touchpoints.channel,
        touchpoints.campaign,
        touchpoints.stage,
        touchpoints.touched_at,
        conversions.converted_at,
        conversions.lead_at,
        conversions.opportunity_at,
        row_number() {{ along_path }} as position,
        count(*) over (partition by conversions.conversion_id) as path_length,
        lead(touchpoints.channel) {{ along_path }} as next_channel,
        lead(touchpoints.stage) {{ along_path }} as next_stage,
        lead(touchpoints.touched_at) {{ along_path }} as next_touched_at,
        touchpoints.is_direct

    from conversions

    inner join touchpoints
        on
            conversions.customer_id = touchpoints.customer_id
            and conversions.path_opens_at <= touchpoints.touched_at
            and conversions.converted_at >= touchpoints.touched_at

    -- A person becomes a lead once, so any lead creation before it is the conversion's own event.
    where
        not (conversions.conversion_type = 'lead' and touchpoints.is_lead_creation)
        {%- if var('cut_at_previous_conversion') %}
        and (conversions.cut_at is null or conversions.cut_at < touchpoints.touched_at)
        {%- endif %}
        and {{ seconds_between('touchpoints.touched_at', 'conversions.converted_at') }}
        <= 86400 * {{ lookback_days('conversions.conversion_type', 'touchpoints.channel') }}

)

select * from paths
