with

journeys as (

    select
        journey_id,
        conversion_type,
        customer_group,
        reached,
        cast(ceil(log2(count(*))) as integer) as touches_class,
        {{ joined_text('distinct channel', ' > ', 'channel') }} as channel_set

    from {{ ref('int_journey_steps') }}

    group by journey_id, conversion_type, customer_group, reached

),

counted as (

    select
        conversion_type,
        customer_group,
        reached,
        touches_class,
        channel_set,
        count(*) as journeys

    from journeys

    group by conversion_type, customer_group, reached, touches_class, channel_set

),

conversion_types as (

    select distinct conversion_type

    from counted

    where conversion_type is not null

),

by_type as (

    select
        conversion_types.conversion_type,
        counted.customer_group,
        counted.touches_class,
        counted.channel_set,
        cast(sum(counted.journeys) as bigint) as journeys,
        cast(
            sum(case when counted.conversion_type is not null then counted.journeys else 0 end)
            as bigint
        ) as conversions

    from counted

    inner join conversion_types
        on {{ counts_for('conversion_types.conversion_type', 'counted') }}

    group by
        conversion_types.conversion_type,
        counted.customer_group,
        counted.touches_class,
        counted.channel_set

)

select * from by_type
