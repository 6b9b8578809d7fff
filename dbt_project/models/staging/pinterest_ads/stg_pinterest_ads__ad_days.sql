with

ads_report as (

    select * from {{ source('pinterest_ads', 'ads_report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'pinterest_ads'",
        'source': source_name('pinterest_ads'),
        'account_name': 'account_name',
        'report_level': report_level([
            ('ad', ['ad_id', 'ad_name', 'pin_id']),
            ('ad_group', ['ad_group_id', 'ad_group_name']),
        ]),
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign_name',
        'campaign_type': 'objective',
        'ad_group_id': 'ad_group_id',
        'ad_group_name': 'ad_group_name',
        'ad_id': 'coalesce(ad_id, pin_id)',
        'ad_name': 'ad_name',
        'currency': 'coalesce(currency, _currency)',
        'impressions': 'impressions',
        'clicks': first_reported(['outbound_clicks', 'pin_clicks']),
        'spend': 'spend',
        'conversions': 'cast(total_conversions as decimal(18, 4))',
        'conversion_value': 'total_conversion_value',
        'video_views': 'video_views',
        'reach': 'reach',
        'delivered_date': 'coalesce(date, case when start_date = end_date then start_date end)',
        'period_start': 'coalesce(start_date, _period_start)',
        'period_end': 'coalesce(end_date, _period_end)',
    }) }}

    from ads_report

)

select * from renamed
