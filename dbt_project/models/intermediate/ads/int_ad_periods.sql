with

-- A range that the file does not state is converted at the last rate known.
periods as (

    select
        *,
        coalesce(period_end, cast(exported_at as date), date '9999-12-30') as rate_date

    from {{ ref('int_ad_reports_chosen') }}

    where is_chosen and delivered_date is null

),

campaign_channels as (

    select * from {{ ref('int_ad_channels') }}

),

fx_rates as (

    select * from {{ ref('int_fx_rates') }}

),

converted as (

    select
        periods.campaign_key,
        periods.platform,
        periods.source,
        periods.account_id,
        periods.account_name,
        periods.report_level,
        periods.campaign_id,
        periods.campaign_name,
        periods.campaign_type,
        periods.ad_group_id,
        periods.ad_group_name,
        periods.ad_id,
        periods.ad_name,
        periods.segment,
        coalesce(periods.channel, campaign_channels.channel, 'Unassigned') as channel,
        periods.currency,
        periods.impressions,
        periods.clicks,
        periods.spend,
        {{ to_reporting('periods.spend', 'fx_rates.rate_to_reporting') }} as spend_reporting,
        periods.conversions,
        periods.conversion_value,
        {{ to_reporting('periods.conversion_value', 'fx_rates.rate_to_reporting') }}
            as conversion_value_reporting,
        periods.video_views,
        periods.reach,
        periods.period_start,
        periods.period_end,
        periods.exported_at,
        periods.file_version,
        periods.source_file

    from periods

    left join campaign_channels
        on periods.campaign_key = campaign_channels.campaign_key

    left join fx_rates
        on
            periods.currency = fx_rates.currency
            and periods.rate_date >= fx_rates.valid_from
            and periods.rate_date < fx_rates.valid_to

)

select * from converted
