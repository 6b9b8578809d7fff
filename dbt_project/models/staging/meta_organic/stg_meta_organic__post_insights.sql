with

post_insights as (

    select * from {{ source('meta_organic', 'post_insights') }}

),

renamed as (

    select
        'facebook' as platform,
        {{ source_name('meta_organic') }} as source,
        _account as account_name,
        {{ regex_extract('post_id', "'([^_]+)$'") }} as post_id,
        left(regexp_replace(post_message, '(?s)[\n\r].*', ''), 200) as title,
        type as post_type,
        permalink,
        posted as published_at,
        {{ observed_at() }} as observed_at,
        cast(null as date) as metric_date,
        lifetime_post_total_impressions as impressions,
        cast(null as bigint) as views,
        lifetime_post_total_reach as reach,
        cast(null as bigint) as likes,
        cast(null as bigint) as comments,
        cast(null as bigint) as shares,
        cast(null as bigint) as saves,
        lifetime_post_consumptions as clicks,
        cast(null as bigint) as follows,
        cast(null as decimal(18, 4)) as watch_seconds

    from post_insights

)

select * from renamed
