with

sponsored_report as (

    select * from {{ source('amazon_ads', 'sponsored_report') }}

),

renamed as (

    select
        'amazon_ads' as platform,
        {{ source_name('amazon_ads') }} as source,
        _account as account_id,
        cast(null as string) as account_name,
        {{ report_level([
            ('keyword', ['targeting']),
            ('ad', ['advertised_sku', 'advertised_asin', 'creative_name']),
            ('ad_group', ['ad_group_id', 'ad_group_name']),
        ]) }} as report_level,
        campaign_id,
        campaign_name,
        campaign_type,
        ad_group_id,
        ad_group_name,
        coalesce(advertised_sku, advertised_asin) as ad_id,
        creative_name as ad_name,
        {{ joined_segments(['targeting', 'match_type', 'placement']) }} as segment,
        cast(null as string) as channel,
        coalesce(currency, _currency) as currency,
        impressions,
        clicks,
        spend,
        cast(coalesce(total_orders_7d, total_orders_14d) as decimal(18, 4)) as conversions,
        coalesce(total_sales_7d, total_sales_14d) as conversion_value,
        video_views,
        cast(null as bigint) as reach,
        coalesce(date, case when start_date = end_date then start_date end) as delivered_date,
        coalesce(start_date, date) as period_start,
        coalesce(end_date, start_date, date) as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from sponsored_report

)

select * from renamed
