{%- set along_path = 'over (partition by traveller_ref order by touched_at, touchpoint_id)' -%}

with

converted_steps as (

    select
        conversion_id as journey_id,
        conversion_id,
        conversion_type,
        customer_id,
        channel,
        stage,
        touched_at,
        position,
        path_length,
        next_channel,
        next_stage,
        coalesce(next_touched_at, converted_at) as next_at,
        cast(null as integer) as reached

    from {{ ref('int_conversion_paths') }}

),

customers_reached as (

    select
        customer_id,
        max({{ funnel_depth('conversion_type') }}) as reached

    from {{ ref('int_conversions') }}

    where customer_id is not null

    group by customer_id

),

-- Who did not get to the end of the funnel: customers, and devices that no record ties to anybody.
open_touchpoints as (

    select
        touchpoints.touchpoint_id,
        touchpoints.customer_id,
        coalesce(touchpoints.customer_id, touchpoints.record_key, touchpoints.touchpoint_id)
            as traveller_ref,
        touchpoints.channel,
        touchpoints.stage,
        touchpoints.touched_at,
        coalesce(customers_reached.reached, 0) as reached

    from {{ ref('int_touchpoints') }} as touchpoints

    left join customers_reached
        on touchpoints.customer_id = customers_reached.customer_id

    where
        touchpoints.is_touch
        and coalesce(customers_reached.reached, 0) < {{ var('conversion_types').values() | max }}

),

-- A window, not a join: the touches of those who never converted are the bulk of the rows.
ending as (

    select
        *,
        max(touched_at) over (partition by traveller_ref) as last_touched_at

    from open_touchpoints

),

open_steps as (

    select
        {{ surrogate_key(["'open'", 'traveller_ref']) }} as journey_id,
        cast(null as string) as conversion_id,
        cast(null as string) as conversion_type,
        customer_id,
        channel,
        stage,
        touched_at,
        row_number() {{ along_path }} as position,
        count(*) over (partition by traveller_ref) as path_length,
        lead(channel) {{ along_path }} as next_channel,
        lead(stage) {{ along_path }} as next_stage,
        lead(touched_at) {{ along_path }} as next_at,
        reached

    from ending

    where touched_at >= last_touched_at - interval {{ var('lookback_days') }} day

),

unioned as (

    select * from converted_steps

    union all

    select * from open_steps

),

-- Journeys of one customer stay together where journeys are drawn anew, to see how sure a share is.
grouped as (

    select
        journey_id,
        conversion_id,
        conversion_type,
        customer_id,
        right(coalesce(customer_id, journey_id), 2) as customer_group,
        channel,
        stage,
        touched_at,
        position,
        path_length,
        next_channel,
        next_stage,
        next_at,
        reached

    from unioned

)

select * from grouped
