with

paths as (

    select
        path,
        coalesce(conversion_type, '(none)') as conversion_type,
        cast(max(steps) as bigint) as steps,
        cast(count(*) as bigint) as journeys,
        cast(count(*) filter (where is_converted) as bigint) as conversions,
        cast(sum(revenue) as decimal(18, 2)) as revenue

    from {{ ref('fct_journeys') }}

    group by path, coalesce(conversion_type, '(none)')

),

keyed as (

    select
        {{ surrogate_key(['path', 'conversion_type']) }} as path_key,
        path,
        conversion_type,
        steps,
        journeys,
        conversions,
        revenue

    from paths

)

select * from keyed
