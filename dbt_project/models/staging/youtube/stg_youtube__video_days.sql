with

content_chart as (

    select * from {{ source('youtube', 'content_chart') }}

),

renamed as (

    select
        'youtube' as platform,
        {{ source_name('youtube') }} as source,
        _account as account_name,
        content as post_id,
        date as metric_date,
        impressions,
        views,
        unique_viewers as reach,
        likes,
        comments_added as comments,
        shares,
        coalesce(end_screen_element_clicks, 0) + card_clicks as clicks,
        cast(null as bigint) as profile_visits,
        coalesce(subscribers_gained, subscribers) as follows,
        subscribers_lost as unfollows

    from content_chart

)

select * from renamed
