with

sponsored_report as (

    select * from {{ source('amazon_ads', 'sponsored_report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'amazon_ads'",
        'source': source_name('amazon_ads'),
        'account_id': '_account',
        'report_level': report_level([
            ('keyword', ['targeting']),
            ('ad', ['advertised_sku', 'advertised_asin', 'creative_name']),
            ('ad_group', ['ad_group_id', 'ad_group_name']),
        ]),
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign_name',
        'campaign_type': 'campaign_type',
        'ad_group_id': 'ad_group_id',
        'ad_group_name': 'ad_group_name',
        'ad_id': 'coalesce(advertised_sku, advertised_asin)',
        'ad_name': 'creative_name',
        'segment': joined_segments(['targeting', 'match_type', 'placement']),
        'currency': 'coalesce(currency, _currency)',
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'spend',
        'conversions': 'cast(coalesce(total_orders_7d, total_orders_14d) as decimal(18, 4))',
        'conversion_value': 'coalesce(total_sales_7d, total_sales_14d)',
        'video_views': 'video_views',
        'delivered_date': 'coalesce(date, case when start_date = end_date then start_date end)',
        'period_start': 'coalesce(start_date, date)',
        'period_end': 'coalesce(end_date, start_date, date)',
    }) }}

    from sponsored_report

)

select * from renamed
