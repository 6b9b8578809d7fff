with

follower_days as (

    select * from {{ source('wechat_oa', 'follower_days') }}

),

renamed as (

    select
        'wechat' as platform,
        {{ source_name('wechat_oa') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        report_date as metric_date,
        cast(null as bigint) as impressions,
        cast(null as bigint) as views,
        cast(null as bigint) as reach,
        cast(null as bigint) as likes,
        cast(null as bigint) as comments,
        cast(null as bigint) as shares,
        cast(null as bigint) as clicks,
        cast(null as bigint) as profile_visits,
        users_gained as follows,
        users_lost as unfollows

    from follower_days

)

select * from renamed
