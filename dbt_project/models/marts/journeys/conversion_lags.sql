with

journeys as (

    select
        conversion_type,
        duration_days as days,
        count(*) as conversions,
        sum(revenue) as revenue

    from {{ ref('fct_journeys') }}

    where
        is_converted
        and steps > 0

    group by conversion_type, duration_days

),

accumulated as (

    select
        conversion_type,
        days,
        cast(conversions as bigint) as conversions,
        cast(revenue as decimal(18, 2)) as revenue,
        {{ safe_divide(
            'sum(conversions) over (partition by conversion_type order by days)',
            'sum(conversions) over (partition by conversion_type)'
        ) }} as cumulative_rate

    from journeys

)

select * from accumulated
