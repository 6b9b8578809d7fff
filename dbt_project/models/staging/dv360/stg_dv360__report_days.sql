with

report as (

    select * from {{ source('dv360', 'report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'dv360'",
        'source': source_name('dv360'),
        'account_id': 'coalesce(advertiser_id, _account)',
        'account_name': 'advertiser',
        'report_level': report_level([
            ('ad', ['creative_id', 'creative']),
            ('ad_group', ['line_item_id', 'line_item']),
        ]),
        'campaign_id': 'insertion_order_id',
        'campaign_name': 'insertion_order',
        'campaign_type': 'line_item_type',
        'ad_group_id': 'line_item_id',
        'ad_group_name': 'line_item',
        'ad_id': 'creative_id',
        'ad_name': 'creative',
        'segment': joined_segments(['device_type', 'exchange', 'country']),
        'currency': 'coalesce(advertiser_currency, _currency)',
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'coalesce(revenue_adv_currency, revenue, '
            ~ 'total_media_cost_adv_currency, media_cost_adv_currency)',
        'conversions': 'cast(total_conversions as decimal(18, 4))',
        'video_views': 'complete_views_video',
        'delivered_date': 'date',
    }) }}

    from report

)

select * from renamed
