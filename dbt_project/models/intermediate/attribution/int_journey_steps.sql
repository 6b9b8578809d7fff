{#- A view: written out, the steps of all who never converted would cost more than sorting them. -#}
{{ config(materialized='view') }}

{%- set along_path = 'over (partition by traveller_ref order by touched_at, touchpoint_id)' -%}

with

converted_steps as (

    select
        conversion_id as journey_id,
        conversion_id,
        conversion_type,
        customer_id,
        customer_group,
        channel,
        stage,
        touched_at,
        position,
        next_channel,
        next_stage,
        coalesce(next_touched_at, converted_at) as next_at,
        position = 1 as is_first,
        cast(null as integer) as reached

    from {{ ref('int_conversion_paths') }}

),

customers_reached as (

    select
        customer_id,
        max({{ funnel_depth('conversion_type') }}) as reached,
        min(conversion_id) as first_conversion_id

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
        coalesce(customers_reached.reached, 0) as reached,
        customers_reached.first_conversion_id

    from {{ ref('int_touchpoints') }} as touchpoints

    left join customers_reached
        on touchpoints.customer_id = customers_reached.customer_id

    where
        touchpoints.is_touch
        and coalesce(customers_reached.reached, 0) < {{ var('conversion_types').values() | max }}

),

-- One sort for all windows, and no join: touches of those who never converted are the bulk of the
-- rows. What follows a touch of the look-back is of the look-back too.
ending as (

    select
        *,
        last_value(touched_at) over (
            partition by traveller_ref
            order by touched_at, touchpoint_id
            rows between unbounded preceding and unbounded following
        ) as last_touched_at,
        first_value(touchpoint_id) {{ along_path }} as first_touchpoint_id,
        row_number() {{ along_path }} as position,
        lag(touched_at) {{ along_path }} as previous_at,
        lead(channel) {{ along_path }} as next_channel,
        lead(stage) {{ along_path }} as next_stage

    from open_touchpoints

),

open_steps as (

    select
        {{ surrogate_key(["'open'", 'traveller_ref']) }} as journey_id,
        cast(null as string) as conversion_id,
        cast(null as string) as conversion_type,
        customer_id,
        {{ journey_group('coalesce(first_conversion_id, first_touchpoint_id)') }}
            as customer_group,
        channel,
        stage,
        touched_at,
        position,
        next_channel,
        next_stage,
        cast(null as timestamp) as next_at,
        coalesce(previous_at < last_touched_at - interval {{ var('lookback_days') }} day, true)
            as is_first,
        reached

    from ending

    where touched_at >= last_touched_at - interval {{ var('lookback_days') }} day

),

unioned as (

    select * from converted_steps

    union all

    select * from open_steps

)

select * from unioned
