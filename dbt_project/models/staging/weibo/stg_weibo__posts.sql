with

posts as (

    select * from {{ source('weibo', 'posts') }}

),

renamed as (

    select
        'weibo' as platform,
        {{ source_name('weibo') }} as source,
        _account as account_name,
        coalesce(
            weibo_id,
            weibo_link,
            {{ surrogate_key(['weibo_text', 'published_at']) }}
        ) as post_id,
        left(regexp_replace(weibo_text, '(?s)[\n\r].*', ''), 200) as title,
        post_type,
        weibo_link as permalink,
        published_at,
        {{ observed_at() }} as observed_at,
        cast(null as date) as metric_date,
        cast(null as bigint) as impressions,
        reads as views,
        cast(null as bigint) as reach,
        likes,
        comments,
        reposts as shares,
        cast(null as bigint) as saves,
        link_clicks as clicks,
        cast(null as bigint) as follows,
        cast(null as decimal(18, 4)) as watch_seconds

    from posts

)

select * from renamed
