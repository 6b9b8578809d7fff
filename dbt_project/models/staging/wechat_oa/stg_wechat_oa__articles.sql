with

articles as (

    select * from {{ source('wechat_oa', 'articles') }}

),

renamed as (

    select
        'wechat' as platform,
        {{ source_name('wechat_oa') }} as source,
        _account as account_name,
        coalesce(
            nullif(
                concat_ws(
                    ':',
                    {{ regex_extract('url', "'[?&]mid=([0-9]+)'") }},
                    {{ regex_extract('url', "'[?&]idx=([0-9]+)'") }}
                ),
                ''
            ),
            url,
            {{ surrogate_key(['title', 'published_date']) }}
        ) as post_id,
        title,
        'article' as post_type,
        url as permalink,
        cast(published_date as timestamp) as published_at,
        {{ observed_at() }} as observed_at,
        cast(null as date) as metric_date,
        cast(null as bigint) as impressions,
        reading_times as views,
        reading_users as reach,
        cast(null as bigint) as likes,
        cast(null as bigint) as comments,
        sharing_users as shares,
        cast(null as bigint) as saves,
        cast(null as bigint) as clicks,
        followed_after_reading as follows,
        cast(null as decimal(18, 4)) as watch_seconds

    from articles

)

select * from renamed
