with

facebook_posts as (

    select * from {{ source('meta_organic', 'facebook_posts') }}

),

renamed as (

    select
        'facebook' as platform,
        {{ source_name('meta_organic') }} as source,
        page_name as account_name,
        post_id,
        left(regexp_replace(coalesce(title, description), '(?s)[\n\r].*', ''), 200) as title,
        post_type,
        permalink,
        publish_time as published_at,
        {{ observed_at() }} as observed_at,
        {{ post_metric_date('date') }} as metric_date,
        cast(null as bigint) as impressions,
        coalesce(views, views_2) as views,
        reach,
        reactions as likes,
        comments,
        shares,
        cast(null as bigint) as saves,
        coalesce(total_clicks, link_clicks) as clicks,
        cast(null as bigint) as follows,
        cast(seconds_viewed as decimal(18, 4)) as watch_seconds

    from facebook_posts

)

select * from renamed
