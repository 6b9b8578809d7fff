with

days as (

    select * from {{ ref('int_social_days') }}

),

posts as (

    select * from {{ ref('int_social_posts') }}

),

observations as (

    select
        metric_date,
        platform,
        source,
        account_name as account,
        post_id,
        cast(null as string) as title,
        false as is_snapshot,
        impressions,
        views,
        reach,
        likes,
        comments,
        shares,
        cast(null as bigint) as saves,
        clicks,
        profile_visits,
        follows,
        unfollows

    from days

    union all

    select
        observed_date as metric_date,
        platform,
        source,
        account_name as account,
        post_id,
        title,
        is_snapshot,
        impressions,
        views,
        reach,
        likes,
        comments,
        shares,
        saves,
        clicks,
        cast(null as bigint) as profile_visits,
        follows,
        cast(null as bigint) as unfollows

    from posts

),

-- Two reports of one post and day describe the same people: the fuller figure stands, never both.
merged as (

    select
        metric_date,
        platform,
        source,
        max(account) as account,
        post_id,
        max(title) as title,
        case when post_id is null then 'account' else 'post' end as level,
        is_snapshot,
        max(impressions) as impressions,
        max(views) as views,
        max(reach) as reach,
        max(likes) as likes,
        max(comments) as comments,
        max(shares) as shares,
        max(saves) as saves,
        max(clicks) as clicks,
        max(profile_visits) as profile_visits,
        max(follows) as follows,
        max(unfollows) as unfollows

    from observations

    group by
        metric_date,
        platform,
        source,
        case when post_id is null then account end,
        post_id,
        is_snapshot

),

rated as (

    select
        *,
        coalesce(likes, comments, shares, saves) is not null as has_engagements,
        coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0) + coalesce(saves, 0)
            as engagement_count

    from merged

),

-- What a running total gained since the observation before it.
compared as (

    select
        *,
        lag(metric_date) over observations_of_one as previous_date,
        impressions - lag(impressions) over observations_of_one as impressions_gained,
        views - lag(views) over observations_of_one as views_gained,
        case
            when has_engagements and lag(has_engagements) over observations_of_one
                then engagement_count - lag(engagement_count) over observations_of_one
        end as engagements_gained

    from rated

    window
        observations_of_one as (
            partition by platform, source, account, post_id, is_snapshot order by metric_date
        )

),

final as (

    select
        {{ surrogate_key([
            'metric_date', 'platform', 'source', 'account', 'post_id', 'is_snapshot',
        ]) }} as social_performance_key,
        metric_date,
        platform,
        source,
        account,
        post_id,
        title,
        level,
        is_snapshot,
        impressions,
        views,
        reach,
        likes,
        comments,
        shares,
        saves,
        clicks,
        profile_visits,
        follows,
        unfollows,
        case when has_engagements then engagement_count end as engagements,
        case
            when has_engagements
                then {{ safe_divide('engagement_count', 'coalesce(impressions, views, reach)') }}
        end as engagement_rate,
        case when is_snapshot then {{ day_diff('previous_date', 'metric_date') }} end
            as days_since_previous,
        case when is_snapshot then impressions_gained end as impressions_gained,
        case when is_snapshot then views_gained end as views_gained,
        case when is_snapshot then engagements_gained end as engagements_gained

    from compared

)

select * from final
