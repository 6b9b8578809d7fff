with

path_lengths as (

    select
        conversion_id,
        max(path_length) as touchpoints

    from {{ ref('int_conversion_paths') }}

    group by conversion_id

),

conversions as (

    select
        conversions.conversion_id,
        conversions.conversion_type,
        conversions.customer_id,
        conversions.source,
        conversions.order_id,
        conversions.revenue_reporting as revenue,
        cast(coalesce(path_lengths.touchpoints, 0) as bigint) as touchpoints,
        conversions.is_first_order,
        conversions.converted_at,
        conversions.conversion_date

    from {{ ref('int_conversions') }} as conversions

    left join path_lengths
        on conversions.conversion_id = path_lengths.conversion_id

)

select * from conversions
