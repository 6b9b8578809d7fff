with

posts as (

    select * from {{ source('linkedin_page', 'posts') }}

),

renamed as (

    select
        'linkedin' as platform,
        {{ source_name('linkedin_page') }} as source,
        _account as account_name,
        coalesce(
            {{ regex_extract('post_link', "'urn:li:(?:activity|ugcPost|share):([0-9]+)'") }},
            post_link
        ) as post_id,
        left(regexp_replace(post_title, '(?s)[\n\r].*', ''), 200) as title,
        coalesce(content_type, post_type) as post_type,
        post_link as permalink,
        cast(created_date as timestamp) as published_at,
        {{ observed_at() }} as observed_at,
        cast(null as date) as metric_date,
        impressions,
        views,
        cast(null as bigint) as reach,
        coalesce(likes, reactions) as likes,
        comments,
        reposts as shares,
        cast(null as bigint) as saves,
        clicks,
        follows,
        cast(null as decimal(18, 4)) as watch_seconds

    from posts

)

select * from renamed
