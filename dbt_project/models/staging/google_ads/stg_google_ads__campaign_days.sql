with

campaign_report as (

    select * from {{ source('google_ads', 'campaign_report') }}

),

-- Placements, audiences and products are parts of a campaign, which may not add up to it.
renamed as (

    {{ ad_report({
        'platform': "'google_ads'",
        'source': source_name('google_ads'),
        'account_id': 'coalesce(customer_id, _account)',
        'account_name': 'account_name',
        'report_level': report_level([
            ('placement', ['placement']),
            ('audience', ['audience_segment']),
            ('product', ['item_id', 'product_title']),
            ('landing_page', ['landing_page']),
        ]),
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign',
        'campaign_type': 'campaign_type',
        'segment': joined_segments([
            'device',
            'hour_of_day',
            'network_with_search_partners',
            'conversion_action',
            'ad_network_type',
            'placement',
            'audience_segment',
            'item_id',
            'product_title',
            'landing_page',
        ]),
        'currency': 'coalesce(currency_code, _currency)',
        'impressions': 'impr',
        'clicks': 'clicks',
        'spend': 'cost',
        'conversions': 'cast(conversions as decimal(18, 4))',
        'conversion_value': 'conv_value',
        'video_views': 'video_views',
        'delivered_date': 'day',
    }) }}

    from campaign_report

)

select * from renamed
