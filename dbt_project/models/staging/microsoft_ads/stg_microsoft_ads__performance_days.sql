with

performance_report as (

    select * from {{ source('microsoft_ads', 'performance_report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'microsoft_ads'",
        'source': source_name('microsoft_ads'),
        'account_id': 'coalesce(account_number, account_id, _account)',
        'account_name': 'account_name',
        'report_level': report_level([
            ('keyword', ['keyword_id', 'keyword']),
            ('ad', ['ad_id']),
            ('ad_group', ['ad_group_id', 'ad_group']),
        ]),
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign',
        'campaign_type': 'campaign_type',
        'ad_group_id': 'ad_group_id',
        'ad_group_name': 'ad_group',
        'ad_id': 'ad_id',
        'segment': joined_segments([
            'keyword',
            'device_type',
            'network',
            'top_vs_other',
            'time_period',
        ]),
        'currency': 'coalesce(currency_code, _currency)',
        'impressions': 'impr',
        'clicks': 'clicks',
        'spend': 'spend',
        'conversions': 'cast(conv as decimal(18, 4))',
        'conversion_value': 'revenue',
        'delivered_date': 'gregorian_date',
    }) }}

    from performance_report

)

select * from renamed
