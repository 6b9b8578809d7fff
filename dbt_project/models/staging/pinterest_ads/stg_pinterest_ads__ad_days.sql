with

ads_report as (

    select * from {{ source('pinterest_ads', 'ads_report') }}

),

renamed as (

    select
        'pinterest_ads' as platform,
        {{ source_name('pinterest_ads') }} as source,
        coalesce(account_id, _account) as account_id,
        account_name,
        {{ report_level([
            ('ad', ['ad_id', 'ad_name', 'pin_id']),
            ('ad_group', ['ad_group_id', 'ad_group_name']),
        ]) }} as report_level,
        campaign_id,
        campaign_name,
        objective as campaign_type,
        ad_group_id,
        ad_group_name,
        coalesce(ad_id, pin_id) as ad_id,
        ad_name,
        cast(null as string) as segment,
        cast(null as string) as channel,
        coalesce(currency, _currency) as currency,
        impressions,
        {{ first_reported(['outbound_clicks', 'pin_clicks']) }} as clicks,
        spend,
        cast(total_conversions as decimal(18, 4)) as conversions,
        total_conversion_value as conversion_value,
        video_views,
        reach,
        coalesce(date, case when start_date = end_date then start_date end) as delivered_date,
        coalesce(start_date, _period_start) as period_start,
        coalesce(end_date, _period_end) as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from ads_report

)

select * from renamed
