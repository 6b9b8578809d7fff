with

report as (

    select * from {{ source('alimama_ads', 'report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'alimama_ads'",
        'source': source_name('alimama_ads'),
        'account_name': 'account_name',
        'report_level': report_level([
            ('ad', ['creative_id', 'creative_name']),
            ('ad_group', ['unit_id', 'unit_name']),
        ]),
        'campaign_id': 'plan_id',
        'campaign_name': 'plan_name',
        'campaign_type': 'scene_name',
        'ad_group_id': 'unit_id',
        'ad_group_name': 'unit_name',
        'ad_id': 'creative_id',
        'ad_name': 'creative_name',
        'segment': joined_segments([
            'subject_id', 'subject_name', 'keyword', 'audience', 'report_hour',
        ]),
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'cost',
        'conversions': 'cast(total_deals as decimal(18, 4))',
        'conversion_value': 'total_deal_amount',
        'delivered_date': 'report_date',
    }) }}

    from report

)

select * from renamed
