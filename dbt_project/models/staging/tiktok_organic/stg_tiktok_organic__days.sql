with

business_daily as (

    select * from {{ source('tiktok_organic', 'business_daily') }}

),

renamed as (

    select
        'tiktok' as platform,
        {{ source_name('tiktok_organic') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        date as metric_date,
        cast(null as bigint) as impressions,
        video_views as views,
        reached_audience as reach,
        likes,
        comments,
        shares,
        phone_number_clicks as clicks,
        profile_views as profile_visits,
        new_followers as follows,
        lost_followers as unfollows

    from business_daily

)

select * from renamed
