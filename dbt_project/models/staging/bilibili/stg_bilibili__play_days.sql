with

play_days as (

    select * from {{ source('bilibili', 'play_days') }}

),

renamed as (

    select
        'bilibili' as platform,
        {{ source_name('bilibili') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        report_date as metric_date,
        cast(null as bigint) as impressions,
        plays as views,
        cast(null as bigint) as reach,
        cast(null as bigint) as likes,
        cast(null as bigint) as comments,
        cast(null as bigint) as shares,
        cast(null as bigint) as clicks,
        cast(null as bigint) as profile_visits,
        cast(null as bigint) as follows,
        cast(null as bigint) as unfollows

    from play_days

)

select * from renamed
