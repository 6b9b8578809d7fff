with

videos as (

    select * from {{ source('bilibili', 'videos') }}

),

renamed as (

    select
        'bilibili' as platform,
        {{ source_name('bilibili') }} as source,
        _account as account_name,
        bv_id as post_id,
        title,
        'video' as post_type,
        'https://www.bilibili.com/video/' || bv_id as permalink,
        published_at,
        {{ observed_at() }} as observed_at,
        cast(null as date) as metric_date,
        cast(null as bigint) as impressions,
        plays as views,
        cast(null as bigint) as reach,
        likes,
        comments,
        shares,
        favorites as saves,
        cast(null as bigint) as clicks,
        net_followers as follows,
        cast(null as decimal(18, 4)) as watch_seconds

    from videos

)

select * from renamed
