with

content_table as (

    select * from {{ source('youtube', 'content_table') }}

),

renamed as (

    select
        'youtube' as platform,
        {{ source_name('youtube') }} as source,
        _account as account_name,
        content as post_id,
        video_title as title,
        'video' as post_type,
        'https://www.youtube.com/watch?v=' || content as permalink,
        cast(video_publish_time as timestamp) as published_at,
        {{ observed_at() }} as observed_at,
        cast(null as date) as metric_date,
        impressions,
        views,
        unique_viewers as reach,
        likes,
        comments_added as comments,
        shares,
        cast(null as bigint) as saves,
        coalesce(end_screen_element_clicks, 0) + card_clicks as clicks,
        coalesce(subscribers, subscribers_gained) as follows,
        cast(watch_time_hours * 3600 as decimal(18, 4)) as watch_seconds

    from content_table

)

select * from renamed
