{%- set cut = var('cut_at_previous_conversion') -%}
{%- if cut not in (true, false, 'any_type') -%}
    {{ exceptions.raise_compiler_error(
        'cut_at_previous_conversion: ' ~ cut ~ ' is none of false, true, any_type.'
    ) }}
{%- endif -%}
{%- set of_journey = 'customer_id' if cut == 'any_type' else 'customer_id, conversion_type' -%}
{#- Touches of one instant stand in the order in which their own system counts them. -#}
{%- set in_time = 'touched_at, sequence_number, touchpoint_id' -%}
{%- set order_by = 'path_step' if paths_are_changed() else in_time -%}
{%- set along_path = 'over (partition by conversion_id order by ' ~ order_by ~ ')' -%}

with
{%- if cut %}

-- Conversions of one instant share the path that leads to it.
conversion_instants as (

    select
        {{ of_journey }},
        converted_at,
        lag(converted_at) over (partition by {{ of_journey }} order by converted_at) as cut_at

    from {{ ref('int_conversions') }}

    where customer_id is not null

    group by {{ of_journey }}, converted_at

),
{%- endif %}

conversions as (

    select
        conversions.conversion_id,
        conversions.conversion_type,
        conversions.customer_id,
        conversions.converted_at,
        conversions.lead_at,
        conversions.opportunity_at,
        {{ journey_group(
            'min(conversions.conversion_id) over (partition by conversions.customer_id)'
        ) }} as customer_group,
        {%- if cut %}
        conversion_instants.cut_at,
        {%- endif %}
        conversions.converted_at - interval {{ longest_lookback_days() }} day as path_opens_at

    from {{ ref('int_conversions') }} as conversions
    {%- if cut %}

    inner join conversion_instants
        on
            conversions.customer_id = conversion_instants.customer_id
            {%- if cut != 'any_type' %}
            and conversions.conversion_type = conversion_instants.conversion_type
            {%- endif %}
            and conversions.converted_at = conversion_instants.converted_at
    {%- endif %}

    where conversions.customer_id is not null

),

touchpoints as (

    select
        touchpoint_id,
        customer_id,
        sequence_number,
        interaction,
        channel,
        campaign,
        stage,
        is_direct,
        is_lead_creation,
        touched_at

    from {{ ref('int_touchpoints') }}

    where is_touch

),

reached as (

    select
        conversions.conversion_id,
        conversions.conversion_type,
        touchpoints.touchpoint_id,
        touchpoints.sequence_number,
        conversions.customer_id,
        conversions.customer_group,
        touchpoints.channel,
        touchpoints.campaign,
        touchpoints.stage,
        touchpoints.touched_at,
        conversions.converted_at,
        conversions.lead_at,
        conversions.opportunity_at,
        touchpoints.is_direct

    from conversions

    inner join touchpoints
        on
            conversions.customer_id = touchpoints.customer_id
            and conversions.path_opens_at <= touchpoints.touched_at
            {%- if var('touches_at_conversion_count') %}
            and conversions.converted_at >= touchpoints.touched_at
            {%- else %}
            and conversions.converted_at > touchpoints.touched_at
            {%- endif %}

    -- A person becomes a lead once, so any lead creation before it is the conversion's own event.
    where
        not (conversions.conversion_type = 'lead' and touchpoints.is_lead_creation)
        {%- if cut %}
        and (conversions.cut_at is null or conversions.cut_at < touchpoints.touched_at)
        {%- endif %}
        and {{ seconds_between('touchpoints.touched_at', 'conversions.converted_at') }}
        <= 86400 * {{ lookback_days(
            'conversions.conversion_type', 'touchpoints.channel', 'touchpoints.interaction'
        ) }}

),
{%- if paths_are_changed() %}

{{ changed_paths('reached', 'conversion_id', in_time, 'channel', 'channel') }}
{%- endif %}

paths as (

    select
        conversion_id,
        conversion_type,
        touchpoint_id,
        customer_id,
        customer_group,
        channel,
        campaign,
        stage,
        touched_at,
        converted_at,
        lead_at,
        opportunity_at,
        row_number() {{ along_path }} as position,
        count(*) over (partition by conversion_id) as path_length,
        lead(channel) {{ along_path }} as next_channel,
        lead(stage) {{ along_path }} as next_stage,
        lead(touched_at) {{ along_path }} as next_touched_at,
        is_direct

    from {{ 'changed_paths' if paths_are_changed() else 'reached' }}

)

select * from paths
