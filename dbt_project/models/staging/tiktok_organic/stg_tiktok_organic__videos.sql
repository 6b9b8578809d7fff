with

videos as (

    select * from {{ source('tiktok_organic', 'videos') }}

),

renamed as (

    select
        'tiktok' as platform,
        {{ source_name('tiktok_organic') }} as source,
        {{ regex_extract('video_link', "'/@([^/?]+)'") }} as account_name,
        coalesce(
            video_id,
            {{ regex_extract('video_link', "'/(?:video|photo)/([0-9]+)'") }},
            video_link
        ) as post_id,
        video_title as title,
        'video' as post_type,
        video_link as permalink,
        post_time as published_at,
        {{ observed_at() }} as observed_at,
        cast(null as date) as metric_date,
        cast(null as bigint) as impressions,
        video_views as views,
        reached_audience as reach,
        likes,
        comments,
        shares,
        add_to_favorites as saves,
        cast(null as bigint) as clicks,
        cast(null as bigint) as follows,
        cast(average_watch_time * video_views as decimal(18, 4)) as watch_seconds

    from videos

)

select * from renamed
