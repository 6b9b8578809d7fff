with

audience as (

    select * from {{ source('tiktok_organic', 'audience') }}

),

renamed as (

    select
        'tiktok' as platform,
        {{ source_name('tiktok_organic') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        date as metric_date,
        cast(null as bigint) as impressions,
        cast(null as bigint) as views,
        reached_audience as reach,
        cast(null as bigint) as likes,
        cast(null as bigint) as comments,
        cast(null as bigint) as shares,
        cast(null as bigint) as clicks,
        cast(null as bigint) as profile_visits,
        new_followers as follows,
        cast(null as bigint) as unfollows

    from audience

)

select * from renamed
