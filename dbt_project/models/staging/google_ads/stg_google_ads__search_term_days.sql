with

search_terms_report as (

    select * from {{ source('google_ads', 'search_terms_report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'google_ads'",
        'source': source_name('google_ads'),
        'account_id': 'coalesce(customer_id, _account)',
        'account_name': 'account_name',
        'report_level': "'search_term'",
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign',
        'campaign_type': 'campaign_type',
        'ad_group_id': 'ad_group_id',
        'ad_group_name': 'ad_group',
        'segment': joined_segments([
            'search_term',
            'match_type',
            'keyword',
            'device',
            'hour_of_day',
            'network_with_search_partners',
            'conversion_action',
            'ad_network_type',
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

    from search_terms_report

)

select * from renamed
