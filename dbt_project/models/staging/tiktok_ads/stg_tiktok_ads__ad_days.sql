with

ads_report as (

    select * from {{ source('tiktok_ads', 'ads_report') }}

),

renamed as (

    select
        'tiktok_ads' as platform,
        {{ source_name('tiktok_ads') }} as source,
        coalesce(account_id, _account) as account_id,
        account_name,
        {{ report_level([
            ('ad', ['ad_id', 'ad_name']),
            ('ad_group', ['ad_group_id', 'ad_group_name']),
        ]) }} as report_level,
        campaign_id,
        campaign_name,
        objective as campaign_type,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        {{ joined_segments(['country_region', 'placement', 'age', 'gender']) }} as segment,
        cast(null as string) as channel,
        coalesce(currency, _currency) as currency,
        impressions,
        {{ first_reported(['clicks_destination', 'clicks_all']) }} as clicks,
        cost as spend,
        cast(coalesce(conversions, results) as decimal(18, 4)) as conversions,
        total_complete_payment_value as conversion_value,
        video_views,
        reach,
        by_day as delivered_date,
        _period_start as period_start,
        _period_end as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from ads_report

)

select * from renamed
