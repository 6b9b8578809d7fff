with

account_overview as (

    select * from {{ source('x_twitter', 'account_overview') }}

),

renamed as (

    select
        'x' as platform,
        {{ source_name('x_twitter') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        date as metric_date,
        impressions,
        video_views as views,
        cast(null as bigint) as reach,
        likes,
        replies as comments,
        -- Reposts and shares by link or message are counted apart.
        coalesce(reposts, 0) + coalesce(shares, 0) as shares,
        cast(null as bigint) as clicks,
        profile_visits,
        new_follows as follows,
        unfollows

    from account_overview

)

select * from renamed
