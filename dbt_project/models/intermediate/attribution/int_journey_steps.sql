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
        path_length

    from {{ ref('int_conversion_paths') }}

),

converted_customers as (

    select distinct customer_id

    from {{ ref('int_conversions') }}

    where customer_id is not null

),

-- Who never converted: customers, and devices that no record ties to anybody.
open_touchpoints as (

    select
        touchpoints.touchpoint_id,
        touchpoints.customer_id,
        coalesce(touchpoints.customer_id, touchpoints.record_key, touchpoints.touchpoint_id)
            as traveller_ref,
        touchpoints.channel,
        touchpoints.stage,
        touchpoints.touched_at

    from {{ ref('int_touchpoints') }} as touchpoints

    left join converted_customers
        on touchpoints.customer_id = converted_customers.customer_id

    where
        touchpoints.is_touch
        and converted_customers.customer_id is null

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
        row_number() over (
            partition by traveller_ref
            order by touched_at, touchpoint_id
        ) as position,
        count(*) over (partition by traveller_ref) as path_length

    from ending

    where touched_at >= last_touched_at - interval {{ var('lookback_days') }} day

),

unioned as (

    select * from converted_steps

    union all

    select * from open_steps

)

select * from unioned
