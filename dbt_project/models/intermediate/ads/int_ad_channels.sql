{%- set absent = ['click_id_type', 'referrer_domain'] -%}

with

-- One campaign is of one type, whichever of its reports states it.
campaigns as (

    select
        campaign_key,
        platform,
        max(lower(trim(campaign_type))) as campaign_type,
        -- Where no platform rule holds, the spend is classified as a paid click of its source.
        {{ regex_extract('max(source)', "'^([^:]*)'") }} as utm_source,
        'cpc' as utm_medium,
        max(campaign_name) as utm_campaign

    from {{ ref('int_ad_reports_chosen') }}

    group by campaign_key, platform

),

platform_channels as (

    select * from {{ ref('platform_channels') }}

),

matched as (

    select
        campaigns.*,
        platform_channels.channel as platform_channel,
        row_number() over (
            partition by campaigns.campaign_key
            order by platform_channels.rule_order nulls last, campaigns.platform
        ) as rule_rank

    from campaigns

    left join platform_channels
        on
            campaigns.platform = platform_channels.platform
            and {{ rule_holds('campaigns.campaign_type', 'platform_channels.campaign_type') }}

),

traffic_channels as (

    {{ classify_channels('campaigns', absent=absent) }}

),

classified as (

    select
        matched.campaign_key,
        coalesce(matched.platform_channel, traffic_channels.channel) as channel

    from matched

    left join traffic_channels
        on {{ traffic_key('matched', absent=absent) }} = traffic_channels.traffic_key

    where matched.rule_rank = 1

)

select * from classified
