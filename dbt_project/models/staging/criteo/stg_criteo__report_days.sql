with

report as (

    select * from {{ source('criteo', 'report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'criteo'",
        'source': source_name('criteo'),
        'account_id': 'coalesce(advertiser_id, _account)',
        'account_name': 'advertiser',
        'report_level': report_level([
            ('ad', ['ad_id', 'ad']),
            ('ad_group', ['ad_set_id', 'ad_set']),
        ]),
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign',
        'ad_group_id': 'ad_set_id',
        'ad_group_name': 'ad_set',
        'ad_id': 'ad_id',
        'ad_name': 'ad',
        'segment': joined_segments(['device']),
        'currency': 'coalesce(currency, _currency)',
        'impressions': 'displays',
        'clicks': 'clicks',
        'spend': 'cost',
        'conversions': 'cast(sales as decimal(18, 4))',
        'conversion_value': 'revenue',
        'delivered_date': 'day',
    }) }}

    from report

)

select * from renamed
