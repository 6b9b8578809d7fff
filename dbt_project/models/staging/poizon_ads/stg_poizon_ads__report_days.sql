with

report as (

    select * from {{ source('poizon_ads', 'report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'poizon_ads'",
        'source': source_name('poizon_ads'),
        'account_id': 'coalesce(advertiser_user_id, _account)',
        'account_name': 'advertiser_user_name',
        'report_level': report_level([
            ('ad', ['creative_id', 'creative_name']),
            ('ad_group', ['unit_id', 'unit_name']),
        ]),
        'campaign_id': 'plan_id',
        'campaign_name': 'plan_name',
        'ad_group_id': 'unit_id',
        'ad_group_name': 'unit_name',
        'ad_id': 'creative_id',
        'ad_name': 'creative_name',
        'segment': joined_segments(['report_hour']),
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'cost',
        'conversions': 'cast(coalesce(conversions, orders) as decimal(18, 4))',
        'conversion_value': 'order_amount',
        'delivered_date': 'report_date',
    }) }}

    from report

)

select * from renamed
