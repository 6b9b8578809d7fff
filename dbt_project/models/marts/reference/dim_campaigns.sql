with

advertised as (

    select
        campaign_key,
        'ads' as origin,
        platform,
        source,
        campaign_id,
        campaign_name as campaign,
        channel,
        delivered_date as first_date,
        delivered_date as last_date

    from {{ ref('int_ad_days') }}

    union all

    select
        campaign_key,
        'ads' as origin,
        platform,
        source,
        campaign_id,
        campaign_name as campaign,
        channel,
        period_start as first_date,
        period_end as last_date

    from {{ ref('int_ad_periods') }}

),

messaged as (

    select
        campaign_key,
        'messages' as origin,
        {{ regex_extract('source', "'^([^:]*)'") }} as platform,
        source,
        campaign_id,
        campaign_name as campaign,
        channel,
        message_date as first_date,
        message_date as last_date

    from {{ ref('int_message_counts') }}

    where campaign_key is not null

),

managed as (

    select
        source || ':' || coalesce(campaign_id, lower(trim(campaign_name))) as campaign_key,
        'crm' as origin,
        {{ regex_extract('source', "'^([^:]*)'") }} as platform,
        source,
        campaign_id,
        campaign_name as campaign,
        cast(null as string) as channel,
        start_date as first_date,
        end_date as last_date

    from {{ ref('stg_salesforce__campaigns') }}

    where coalesce(campaign_id, campaign_name) is not null

),

known as (

    select * from advertised

    union all

    select * from messaged

    union all

    select * from managed

),

known_labels as (

    select lower(trim(campaign_id)) as label from known

    union

    select lower(trim(campaign)) as label from known

),

-- Campaigns that only the tags of links name, such as a partner's or a leaflet's.
tagged as (

    select
        'tag:' || lower(trim(touchpoints.campaign)) as campaign_key,
        'tags' as origin,
        cast(null as string) as platform,
        cast(null as string) as source,
        cast(null as string) as campaign_id,
        touchpoints.campaign,
        touchpoints.channel,
        {{ reporting_date('touchpoints.touched_at') }} as first_date,
        {{ reporting_date('touchpoints.touched_at') }} as last_date

    from {{ ref('int_touchpoints') }} as touchpoints

    left join known_labels
        on lower(trim(touchpoints.campaign)) = known_labels.label

    where nullif(trim(touchpoints.campaign), '') is not null and known_labels.label is null

),

unioned as (

    select * from known

    union all

    select * from tagged

),

campaign_channels as (

    select
        campaign_key,
        channel,
        row_number() over (
            partition by campaign_key order by count(*) desc, channel
        ) as channel_rank

    from unioned

    where channel is not null

    group by campaign_key, channel

),

-- The newest name stands; the channel is the one that most rows name.
campaigns as (

    select
        unioned.campaign_key,
        min(unioned.origin) as origin,
        min(unioned.platform) as platform,
        min(unioned.source) as source,
        max(unioned.campaign_id) as campaign_id,
        max_by(
            unioned.campaign,
            coalesce(cast(unioned.last_date as string), '') || unioned.campaign
        ) as campaign,
        max(campaign_channels.channel) as channel,
        min(unioned.first_date) as first_date,
        max(unioned.last_date) as last_date

    from unioned

    left join campaign_channels
        on
            unioned.campaign_key = campaign_channels.campaign_key
            and campaign_channels.channel_rank = 1

    group by unioned.campaign_key

)

select * from campaigns
