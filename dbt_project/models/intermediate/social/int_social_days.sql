with

reports as (

    {{ union_all_columns(
        [
            ref('stg_bilibili__days'),
            ref('stg_bilibili__play_days'),
            ref('stg_linkedin_page__content_days'),
            ref('stg_linkedin_page__follower_days'),
            ref('stg_linkedin_page__visitor_days'),
            ref('stg_meta_organic__metric_days'),
            ref('stg_meta_organic__page_insight_days'),
            ref('stg_tiktok_organic__audience_days'),
            ref('stg_tiktok_organic__days'),
            ref('stg_wechat_oa__follower_days'),
            ref('stg_wechat_oa__reading_days'),
            ref('stg_wechat_oa__sharing_days'),
            ref('stg_x_twitter__days'),
            ref('stg_youtube__channel_days'),
            ref('stg_youtube__video_days'),
        ],
        [
            'platform',
            'source',
            'account_name',
            'post_id',
            'metric_date',
            'impressions',
            'views',
            'reach',
            'likes',
            'comments',
            'shares',
            'clicks',
            'profile_visits',
            'follows',
            'unfollows',
        ],
    ) }}

),

-- Meta exports one file per metric: the metrics of a day meet in one row here.
merged as (

    select
        platform,
        source,
        account_name,
        post_id,
        metric_date,
        max(impressions) as impressions,
        max(views) as views,
        max(reach) as reach,
        max(likes) as likes,
        max(comments) as comments,
        max(shares) as shares,
        max(clicks) as clicks,
        max(profile_visits) as profile_visits,
        max(follows) as follows,
        max(unfollows) as unfollows

    from reports

    group by platform, source, account_name, post_id, metric_date

)

select * from merged
