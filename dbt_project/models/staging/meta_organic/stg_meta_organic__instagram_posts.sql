with

instagram_posts as (

    select * from {{ source('meta_organic', 'instagram_posts') }}

),

renamed as (

    select
        'instagram' as platform,
        {{ source_name('meta_organic') }} as source,
        coalesce(account_name, account_username) as account_name,
        post_id,
        left(regexp_replace(description, '(?s)[\n\r].*', ''), 200) as title,
        post_type,
        permalink,
        publish_time as published_at,
        {{ observed_at() }} as observed_at,
        {{ post_metric_date('date') }} as metric_date,
        cast(null as bigint) as impressions,
        views,
        reach,
        likes,
        comments,
        shares,
        saves,
        link_clicks as clicks,
        follows,
        cast(null as decimal(18, 4)) as watch_seconds

    from instagram_posts

)

select * from renamed
