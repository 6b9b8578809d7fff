with

api_report as (

    select * from {{ source('google_ads', 'api_report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'google_ads'",
        'source': source_name('google_ads'),
        'account_id': 'coalesce(customer_id, _account)',
        'account_name': 'account_name',
        'report_level': "'campaign'",
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign',
        'campaign_type': 'campaign_type',
        'segment': joined_segments(['device', 'hour_of_day', 'ad_network_type', 'conversion_action']),
        'currency': 'coalesce(currency_code, _currency)',
        'impressions': 'coalesce(impressions, 0)',
        'clicks': 'coalesce(clicks, 0)',
        'spend': 'cast(cost_micros / 1000000.0 as decimal(18, 4))',
        'conversions': 'cast(conversions as decimal(18, 4))',
        'conversion_value': 'conversions_value',
        'video_views': 'video_views',
        'delivered_date': 'day',
    }) }}

    from api_report

)

select * from renamed
