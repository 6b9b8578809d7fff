with

steps as (

    select
        *,
        row_number() over (partition by journey_id, stage order by position) as stage_occurrence

    from {{ ref('int_journey_steps') }}

),

walked as (

    select
        journey_id,
        max(conversion_id) as conversion_id,
        max(customer_id) as customer_id,
        max(reached) as reached,
        min(touched_at) as started_at,
        max(touched_at) as last_touched_at,
        count(*) as steps,
        count(distinct channel) as channels,
        {{ joined_text('channel', ' > ', 'position') }} as path,
        min_by(channel, position) as first_channel,
        max_by(channel, position) as last_channel,
        {{ joined_text('case when stage_occurrence = 1 then stage end', ' > ', 'position') }}
            as stages

    from steps

    group by journey_id

),

open_journeys as (

    select
        journey_id,
        customer_id,
        conversion_id,
        cast(null as string) as conversion_type,
        false as is_converted,
        started_at,
        last_touched_at as ended_at,
        steps,
        channels,
        path,
        first_channel,
        last_channel,
        stages,
        cast(0 as decimal(18, 2)) as revenue

    from walked

    -- Whoever converted at all has the journeys to those conversions.
    where
        conversion_id is null
        and reached = 0

),

converted_journeys as (

    select
        conversions.conversion_id as journey_id,
        conversions.customer_id,
        conversions.conversion_id,
        conversions.conversion_type,
        true as is_converted,
        coalesce(walked.started_at, conversions.converted_at) as started_at,
        conversions.converted_at as ended_at,
        coalesce(walked.steps, 0) as steps,
        coalesce(walked.channels, 0) as channels,
        coalesce(walked.path, '(unattributed)') as path,
        coalesce(walked.first_channel, '(unattributed)') as first_channel,
        coalesce(walked.last_channel, '(unattributed)') as last_channel,
        walked.stages,
        conversions.revenue_reporting as revenue

    from {{ ref('int_conversions') }} as conversions

    left join walked
        on conversions.conversion_id = walked.conversion_id

),

unioned as (

    select * from converted_journeys

    union all

    select * from open_journeys

),

measured as (

    select
        journey_id,
        customer_id,
        conversion_id,
        conversion_type,
        path,
        first_channel,
        last_channel,
        stages,
        cast(steps as bigint) as steps,
        cast(channels as bigint) as channels,
        cast({{ day_diff('started_at', 'ended_at') }} as bigint) as duration_days,
        cast(revenue as decimal(18, 2)) as revenue,
        is_converted,
        started_at,
        ended_at

    from unioned

)

select * from measured
