with

campaign_grid as (

    select * from {{ source('microsoft_ads', 'campaign_grid') }}

),

renamed as (

    {{ ad_report({
        'platform': "'microsoft_ads'",
        'source': source_name('microsoft_ads'),
        'account_id': 'coalesce(account_number, _account)',
        'account_name': 'account_name',
        'report_level': "'campaign'",
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign',
        'campaign_type': 'campaign_type',
        'segment': joined_segments(['device', 'network']),
        'impressions': 'impr',
        'clicks': 'clicks',
        'spend': 'spend',
        'conversions': 'cast(conv as decimal(18, 4))',
        'conversion_value': 'revenue',
    }) }}

    from campaign_grid

)

select * from renamed
