with

periods as (

    select * from {{ ref('int_ad_periods') }}

),

totals as (

    select
        period_start,
        period_end,
        platform,
        source,
        account_id,
        campaign_key,
        campaign_id,
        campaign_name as campaign,
        ad_group_id,
        ad_group_name as ad_group,
        ad_id,
        ad_name as ad,
        channel,
        currency,
        cast(coalesce(sum(impressions), 0) as bigint) as impressions,
        cast(coalesce(sum(clicks), 0) as bigint) as clicks,
        cast(coalesce(sum(spend_reporting), 0) as decimal(18, 2)) as spend,
        cast(coalesce(sum(spend), 0) as decimal(18, 2)) as spend_original,
        cast(sum(conversions) as decimal(18, 4)) as conversions,
        cast(sum(conversion_value_reporting) as decimal(18, 2)) as conversion_value,
        cast(sum(video_views) as bigint) as video_views

    from periods

    group by
        period_start,
        period_end,
        platform,
        source,
        account_id,
        campaign_key,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        channel,
        currency

),

rated as (

    select
        {{ surrogate_key([
            'period_start',
            'period_end',
            'platform',
            'source',
            'account_id',
            'campaign_key',
            'campaign_id',
            'campaign',
            'ad_group_id',
            'ad_group',
            'ad_id',
            'ad',
            'channel',
            'currency',
        ]) }} as ad_period_key,
        *,
        {{ safe_divide('clicks', 'impressions') }} as ctr,
        {{ safe_divide('spend', 'clicks') }} as cpc,
        {{ safe_divide('1000 * spend', 'impressions') }} as cpm

    from totals

)

select * from rated
