with

reports as (

    {{ union_all_columns(
        [
            ref('stg_bilibili__videos'),
            ref('stg_douyin__works'),
            ref('stg_linkedin_page__posts'),
            ref('stg_meta_organic__facebook_posts'),
            ref('stg_meta_organic__instagram_posts'),
            ref('stg_meta_organic__post_insights'),
            ref('stg_tiktok_organic__videos'),
            ref('stg_wechat_channels__videos'),
            ref('stg_wechat_oa__articles'),
            ref('stg_weibo__posts'),
            ref('stg_x_twitter__posts'),
            ref('stg_xiaohongshu__notes'),
            ref('stg_youtube__videos'),
        ],
        [
            'platform',
            'source',
            'account_name',
            'post_id',
            'title',
            'post_type',
            'permalink',
            'published_at',
            'observed_at',
            'metric_date',
            'impressions',
            'views',
            'reach',
            'likes',
            'comments',
            'shares',
            'saves',
            'clicks',
            'follows',
            'watch_seconds',
        ],
    ) }}

),

-- A lifetime figure is true on the day it was exported: a dated observation of a running total.
dated as (

    select
        *,
        coalesce(metric_date, {{ reporting_date('observed_at') }}) as observed_date,
        metric_date is null as is_snapshot

    from reports

),

latest_of_the_day as (

    select
        platform,
        source,
        account_name,
        post_id,
        title,
        post_type,
        permalink,
        published_at,
        observed_at,
        observed_date,
        is_snapshot,
        impressions,
        views,
        reach,
        likes,
        comments,
        shares,
        saves,
        clicks,
        follows,
        watch_seconds

    from dated

    qualify
        row_number() over (
            partition by platform, source, post_id, observed_date, is_snapshot
            order by observed_at desc nulls last, views desc nulls last, title
        ) = 1

)

select * from latest_of_the_day
