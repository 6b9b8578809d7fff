with

visitor_days as (

    select * from {{ source('linkedin_page', 'visitor_days') }}

),

renamed as (

    select
        'linkedin' as platform,
        {{ source_name('linkedin_page') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        date as metric_date,
        cast(null as bigint) as impressions,
        cast(null as bigint) as views,
        cast(null as bigint) as reach,
        cast(null as bigint) as likes,
        cast(null as bigint) as comments,
        cast(null as bigint) as shares,
        cast(null as bigint) as clicks,
        coalesce(total_page_views_total, overview_page_views_total) as profile_visits,
        cast(null as bigint) as follows,
        cast(null as bigint) as unfollows

    from visitor_days

)

select * from renamed
