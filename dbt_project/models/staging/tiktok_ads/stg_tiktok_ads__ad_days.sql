with

ads_report as (

    select * from {{ source('tiktok_ads', 'ads_report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'tiktok_ads'",
        'source': source_name('tiktok_ads'),
        'account_name': 'account_name',
        'report_level': report_level([
            ('ad', ['ad_id', 'ad_name']),
            ('ad_group', ['ad_group_id', 'ad_group_name']),
        ]),
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign_name',
        'campaign_type': 'objective',
        'ad_group_id': 'ad_group_id',
        'ad_group_name': 'ad_group_name',
        'ad_id': 'ad_id',
        'ad_name': 'ad_name',
        'segment': joined_segments(['country_region', 'placement', 'age', 'gender', 'by_hour']),
        'currency': 'coalesce(currency, _currency)',
        'impressions': 'impressions',
        'clicks': first_reported(['clicks_destination', 'clicks_all']),
        'spend': 'cost',
        'conversions': 'cast(coalesce(conversions, results) as decimal(18, 4))',
        'conversion_value': 'total_complete_payment_value',
        'video_views': 'video_views',
        'reach': 'reach',
        'delivered_date': 'coalesce(by_day, day, try_cast(left(by_hour, 10) as date))',
    }) }}

    from ads_report

)

select * from renamed
