with

days as (

    select *
    from {{ ref('int_ad_reports_chosen') }}
    where is_chosen and delivered_date is not null

),

campaign_channels as (

    select * from {{ ref('int_ad_channels') }}

),

fx_rates as (

    select * from {{ ref('int_fx_rates') }}

),

converted as (

    select
        days.campaign_key,
        days.platform,
        days.source,
        days.account_id,
        days.account_name,
        days.report_level,
        days.campaign_id,
        days.campaign_name,
        days.campaign_type,
        days.ad_group_id,
        days.ad_group_name,
        days.ad_id,
        days.ad_name,
        days.segment,
        coalesce(days.channel, campaign_channels.channel, 'Unassigned') as channel,
        days.currency,
        days.impressions,
        days.clicks,
        days.spend,
        {{ to_reporting('days.spend', 'fx_rates.rate_to_reporting') }} as exact_spend,
        days.conversions,
        days.conversion_value,
        {{ to_reporting('days.conversion_value', 'fx_rates.rate_to_reporting') }}
            as conversion_value_reporting,
        fx_rates.is_approximate as is_rate_approximate,
        days.video_views,
        days.reach,
        days.delivered_date,
        days.exported_at,
        days.file_version,
        days.source_file

    from days

    left join campaign_channels
        on days.campaign_key = campaign_channels.campaign_key

    left join fx_rates
        on
            days.currency = fx_rates.currency
            and days.delivered_date >= fx_rates.valid_from
            and days.delivered_date < fx_rates.valid_to

),

accumulated as (

    select
        *,
        sum(exact_spend) over (
            partition by delivered_date, channel
            order by
                campaign_key,
                ad_group_id,
                ad_group_name,
                ad_id,
                ad_name,
                segment,
                currency,
                exact_spend
            rows between unbounded preceding and current row
        ) as spend_through

    from converted

),

-- Differences of rounded running amounts: a day's channel adds up to the cent, however many
-- fractions of a cent an exchange rate leaves on its rows.
rounded as (

    select
        campaign_key,
        platform,
        source,
        account_id,
        account_name,
        report_level,
        campaign_id,
        campaign_name,
        campaign_type,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        segment,
        channel,
        currency,
        impressions,
        clicks,
        spend,
        cast(
            cast(spend_through as decimal(18, 2))
            - cast(spend_through - exact_spend as decimal(18, 2)) as decimal(18, 2)
        ) as spend_reporting,
        conversions,
        conversion_value,
        conversion_value_reporting,
        is_rate_approximate,
        video_views,
        reach,
        delivered_date,
        exported_at,
        file_version,
        source_file

    from accumulated

)

select * from rounded
