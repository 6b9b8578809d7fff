with

follower_days as (

    select * from {{ source('linkedin_page', 'follower_days') }}

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
        cast(null as bigint) as profile_visits,
        coalesce(total_followers, organic_followers) as follows,
        cast(null as bigint) as unfollows

    from follower_days

)

select * from renamed
