with

tweet_activity as (

    select * from {{ source('x_twitter', 'tweet_activity') }}

),

renamed as (

    select
        'x' as platform,
        {{ source_name('x_twitter') }} as source,
        _account as account_name,
        coalesce(
            {{ regex_extract('tweet_permalink', "'/status/([0-9]+)'") }},
            tweet_permalink
        ) as post_id,
        left(regexp_replace(tweet_text, '(?s)[\n\r].*', ''), 200) as title,
        'post' as post_type,
        tweet_permalink as permalink,
        coalesce(time, cast(date as timestamp)) as published_at,
        {{ observed_at() }} as observed_at,
        cast(null as date) as metric_date,
        impressions,
        media_views as views,
        cast(null as bigint) as reach,
        likes,
        replies as comments,
        coalesce(retweets, reposts) as shares,
        bookmarks as saves,
        url_clicks as clicks,
        coalesce(follows, new_follows) as follows,
        cast(null as decimal(18, 4)) as watch_seconds

    from tweet_activity

)

select * from renamed
