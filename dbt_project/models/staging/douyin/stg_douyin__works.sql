with

works as (

    select * from {{ source('douyin', 'works') }}

),

renamed as (

    select
        'douyin' as platform,
        {{ source_name('douyin') }} as source,
        _account as account_name,
        coalesce(
            work_id,
            {{ surrogate_key(['work_title', 'published_at']) }}
        ) as post_id,
        left(regexp_replace(work_title, '(?s)[\n\r].*', ''), 200) as title,
        work_type as post_type,
        cast(null as string) as permalink,
        published_at,
        {{ observed_at() }} as observed_at,
        cast(null as date) as metric_date,
        cast(null as bigint) as impressions,
        plays as views,
        cast(null as bigint) as reach,
        likes,
        comments,
        shares,
        favorites as saves,
        cast(null as bigint) as clicks,
        new_followers as follows,
        cast(average_play_seconds * plays as decimal(18, 4)) as watch_seconds

    from works

)

select * from renamed
