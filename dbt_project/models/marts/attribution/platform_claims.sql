with

ad_days as (

    select
        *,
        cast(date_trunc('month', delivered_date) as date) as month

    from {{ ref('fct_ad_performance') }}

),

-- A touch names its campaign; one that does not, or one that several platforms know, belongs to the
-- only platform that buys its channel, if there is one.
campaign_names as (

    select
        channel,
        platform,
        {{ campaign_spelling('campaign') }} as spelling

    from ad_days

    where campaign is not null

    union

    select
        channel,
        platform,
        {{ campaign_spelling('campaign_id') }} as spelling

    from ad_days

    where campaign_id is not null

),

campaigns as (

    select
        channel,
        spelling,
        min(platform) as platform

    from campaign_names

    group by channel, spelling

    having count(distinct platform) = 1

),

channels as (

    select
        channel,
        case when count(distinct platform) = 1 then min(platform) else '(unknown)' end as platform

    from ad_days

    group by channel

),

claimed as (

    select
        month,
        platform,
        sum(spend) as spend,
        sum(conversions) as claimed_conversions,
        sum(conversion_value) as claimed_value

    from ad_days

    group by month, platform

),

credits as (

    select
        cast(date_trunc('month', conversion_date) as date) as month,
        channel,
        credit,
        revenue,
        {{ campaign_spelling('campaign') }} as spelling

    from {{ ref('fct_attribution') }}

    where
        model = '{{ var("kpi_attribution_model") }}'
        and conversion_type = 'order'

),

attributed as (

    select
        credits.month,
        coalesce(campaigns.platform, channels.platform) as platform,
        sum(credits.credit) as attributed_conversions,
        sum(credits.revenue) as attributed_revenue

    from credits

    inner join channels
        on credits.channel = channels.channel

    left join campaigns
        on
            credits.channel = campaigns.channel
            and credits.spelling = campaigns.spelling

    group by credits.month, coalesce(campaigns.platform, channels.platform)

),

joined as (

    select
        coalesce(claimed.month, attributed.month) as month,
        coalesce(claimed.platform, attributed.platform) as platform,
        cast(coalesce(claimed.spend, 0) as decimal(18, 2)) as spend,
        cast(claimed.claimed_conversions as decimal(18, 4)) as claimed_conversions,
        cast(coalesce(attributed.attributed_conversions, 0) as decimal(18, 10))
            as attributed_conversions,
        cast(claimed.claimed_value as decimal(18, 2)) as claimed_value,
        cast(coalesce(attributed.attributed_revenue, 0) as decimal(18, 2)) as attributed_revenue

    from claimed

    full outer join attributed
        on
            claimed.month = attributed.month
            and claimed.platform = attributed.platform

),

measured as (

    select
        *,
        {{ safe_divide('claimed_conversions', 'attributed_conversions') }} as claim_ratio,
        {{ safe_divide('claimed_value', 'attributed_revenue') }} as value_claim_ratio,
        {{ safe_divide('claimed_value', 'spend') }} as claimed_roas,
        {{ safe_divide('attributed_revenue', 'spend') }} as attributed_roas

    from joined

)

select * from measured
