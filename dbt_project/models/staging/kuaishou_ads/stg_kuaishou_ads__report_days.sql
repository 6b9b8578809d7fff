with

report as (

    select * from {{ source('kuaishou_ads', 'report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'kuaishou_ads'",
        'source': source_name('kuaishou_ads'),
        'account_name': 'account_name',
        'report_level': report_level([
            ('ad', ['creative_id', 'creative_name']),
            ('ad_group', ['group_id', 'group_name']),
        ]),
        'campaign_id': 'plan_id',
        'campaign_name': 'plan_name',
        'ad_group_id': 'group_id',
        'ad_group_name': 'group_name',
        'ad_id': 'creative_id',
        'ad_name': 'creative_name',
        'segment': joined_segments(['report_hour']),
        'impressions': 'coalesce(impressions, material_exposures, cover_exposures)',
        'clicks': first_reported(['clicks', 'behaviors', 'cover_clicks']),
        'spend': 'cost',
        'conversions': 'cast(coalesce(conversions, orders) as decimal(18, 4))',
        'conversion_value': 'order_amount',
        'video_views': 'plays_3s',
        'delivered_date': 'report_date',
    }) }}

    from report

)

select * from renamed
