with

ads_report as (

    select * from {{ source('tencent_ads', 'ads_report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'tencent_ads'",
        'source': source_name('tencent_ads'),
        'account_name': 'account_name',
        'report_level': report_level([
            ('ad', ['creative_id', 'creative_name']),
        ]),
        'campaign_id': 'ad_id',
        'campaign_name': 'ad_name',
        'ad_id': 'creative_id',
        'ad_name': 'creative_name',
        'segment': joined_segments(['report_hour']),
        'impressions': 'exposures',
        'clicks': 'clicks',
        'spend': 'cost',
        'conversions': 'cast(conversions as decimal(18, 4))',
        'conversion_value': 'coalesce(payment_amount, order_amount)',
        'reach': 'exposed_users',
        'delivered_date': 'report_date',
    }) }}

    from ads_report

)

select * from renamed
