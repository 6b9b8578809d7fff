with

report as (

    select * from {{ source('juguang_ads', 'report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'juguang_ads'",
        'source': source_name('juguang_ads'),
        'account_name': 'account_name',
        'report_level': report_level([
            ('ad', ['creative_id', 'creative_name', 'note_id']),
            ('ad_group', ['unit_id', 'unit_name']),
        ]),
        'campaign_id': 'plan_id',
        'campaign_name': 'plan_name',
        'campaign_type': 'marketing_goal',
        'ad_group_id': 'unit_id',
        'ad_group_name': 'unit_name',
        'ad_id': 'coalesce(creative_id, note_id)',
        'ad_name': 'creative_name',
        'segment': joined_segments(['placement', 'report_hour']),
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'cost',
        'conversions': 'cast(coalesce(orders, leads) as decimal(18, 4))',
        'conversion_value': 'order_amount',
        'delivered_date': 'report_date',
    }) }}

    from report

)

select * from renamed
