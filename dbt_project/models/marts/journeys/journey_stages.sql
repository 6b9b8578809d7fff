with

-- A journey is in a stage from its first touch there.
entries as (

    select
        journey_id,
        conversion_id,
        conversion_type,
        reached,
        coalesce(stage, '(none)') as stage,
        min(touched_at) as entered_at,
        bool_or(next_channel is null) as is_last

    from {{ ref('int_journey_steps') }}

    group by journey_id, conversion_id, conversion_type, reached, coalesce(stage, '(none)')

),

counted as (

    select
        entries.conversion_type,
        entries.reached,
        entries.stage,
        count(*) as journeys,
        count(*) filter (where entries.is_last) as ended,
        median({{ seconds_between('entries.entered_at', 'conversions.converted_at') }} / 86400)
            as median_days_to_convert

    from entries

    left join {{ ref('int_conversions') }} as conversions
        on entries.conversion_id = conversions.conversion_id

    group by entries.conversion_type, entries.reached, entries.stage

),

conversion_types as (

    select distinct conversion_type from {{ ref('int_attribution_scopes') }}

),

by_type as (

    select
        conversion_types.conversion_type,
        counted.stage,
        sum(counted.journeys) as journeys,
        sum(case when counted.conversion_type is not null then counted.journeys else 0 end)
            as conversions,
        sum(case when counted.conversion_type is null then counted.ended else 0 end) as dropped,
        max(case when counted.conversion_type is not null then counted.median_days_to_convert end)
            as median_days_to_convert

    from counted

    inner join conversion_types
        on {{ counts_for('conversion_types.conversion_type', 'counted') }}

    group by conversion_types.conversion_type, counted.stage

),

measured as (

    select
        conversion_type,
        stage,
        cast(journeys as bigint) as journeys,
        cast(conversions as bigint) as conversions,
        cast(dropped as bigint) as dropped,
        {{ safe_divide('conversions', 'journeys') }} as conversion_rate,
        {{ safe_divide('dropped', 'journeys') }} as drop_off_rate,
        median_days_to_convert

    from by_type

)

select * from measured
