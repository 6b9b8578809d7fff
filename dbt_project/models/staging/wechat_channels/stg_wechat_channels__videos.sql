with

videos as (

    select * from {{ source('wechat_channels', 'videos') }}

),

renamed as (

    select
        'wechat_channels' as platform,
        {{ source_name('wechat_channels') }} as source,
        _account as account_name,
        coalesce(
            video_id,
            {{ surrogate_key(['description', 'published_at']) }}
        ) as post_id,
        left(regexp_replace(description, '(?s)[\n\r].*', ''), 200) as title,
        'video' as post_type,
        cast(null as string) as permalink,
        published_at,
        {{ observed_at() }} as observed_at,
        cast(null as date) as metric_date,
        cast(null as bigint) as impressions,
        plays as views,
        cast(null as bigint) as reach,
        likes,
        comments,
        shares,
        cast(null as bigint) as saves,
        cast(null as bigint) as clicks,
        follows,
        cast(average_play_seconds * plays as decimal(18, 4)) as watch_seconds

    from videos

)

select * from renamed
