with

mailings as (

    select * from {{ ref('int_message_counts') }}

    where
        is_counted
        and campaign_key is not null

),

campaigns as (

    select
        source || ':' || coalesce(campaign_id, lower(trim(campaign_name))) as campaign_key,
        -- A mailing that went out in several versions has no one subject.
        case when count(distinct subject) = 1 then max(subject) end as subject,
        min(sent_at) as sent_at

    from {{ ref('int_message_campaigns') }}

    group by source || ':' || coalesce(campaign_id, lower(trim(campaign_name)))

),

posts as (

    select * from {{ ref('dim_contents') }}

),

social_performance as (

    select * from {{ ref('fct_social_performance') }}

    where level = 'post'

),

ad_days as (

    select * from {{ ref('int_ad_days') }}

),

mailing_results as (

    select
        mailings.channel,
        mailings.source as platform,
        coalesce(campaigns.subject, mailings.campaign_name, mailings.campaign_id) as content,
        mailings.medium as content_type,
        min(mailings.message_date) as published_date,
        min(campaigns.sent_at) as published_at,
        sum(mailings.delivered) as audience,
        sum(mailings.clicks) as responses

    from mailings

    left join campaigns
        on mailings.campaign_key = campaigns.campaign_key

    group by
        mailings.channel,
        mailings.source,
        mailings.campaign_key,
        coalesce(campaigns.subject, mailings.campaign_name, mailings.campaign_id),
        mailings.medium

),

-- What a platform counts since a post was published: the latest running total.
post_totals as (

    select
        platform,
        source,
        post_id,
        max_by(coalesce(impressions, views, reach), metric_date) as audience,
        max_by(engagements, metric_date) as responses

    from social_performance

    where is_snapshot

    group by platform, source, post_id

),

post_results as (

    select
        'Organic Social' as channel,
        posts.platform,
        coalesce(posts.title, posts.permalink, posts.post_id) as content,
        posts.content_type,
        {{ reporting_date('posts.published_at') }} as published_date,
        posts.published_at,
        post_totals.audience,
        post_totals.responses

    from post_totals

    inner join posts
        on
            post_totals.platform = posts.platform
            and post_totals.source = posts.source
            and post_totals.post_id = posts.post_id

),

-- Every day of an ad is a showing of its own: of days one learns by days.
ad_results as (

    select
        channel,
        platform,
        coalesce(ad_name, ad_group_name, campaign_name, campaign_id) as content,
        report_level as content_type,
        delivered_date as published_date,
        cast(null as timestamp) as published_at,
        sum(impressions) as audience,
        sum(clicks) as responses

    from ad_days

    group by
        channel,
        platform,
        coalesce(ad_name, ad_group_name, campaign_name, campaign_id),
        report_level,
        delivered_date

),

results as (

    select * from mailing_results

    union all

    select * from post_results

    union all

    select * from ad_results

),

placed as (

    select
        channel,
        platform,
        content,
        content_type,
        cast(
            {{ day_diff("cast(date_trunc('week', published_date) as date)", 'published_date') }} + 1
            as integer
        ) as iso_weekday,
        cast(
            extract(hour from {{ utc_to_zone('published_at', reporting_timezone()) }}) as integer
        ) as hour_of_day,
        cast(audience as bigint) as audience,
        cast(responses as bigint) as responses,
        published_date

    from results

    where published_date is not null

)

select * from placed
