with

spend as (

    select * from {{ source('omnimart', 'spend') }}

),

renamed as (

    {{ ad_report({
        'platform': 'source',
        'source': 'source',
        'account_id': 'account',
        'account_name': 'account',
        'report_level': report_level([('ad', ['ad']), ('ad_group', ['ad_group'])]),
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign',
        'ad_group_name': 'ad_group',
        'ad_name': 'ad',
        'channel': 'channel',
        'currency': 'coalesce(upper(currency), _currency)',
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'spend',
        'conversions': 'cast(conversions as decimal(18, 4))',
        'conversion_value': 'conversion_value',
        'delivered_date': 'omnimart_spend_date',
        'period_start': 'omnimart_spend_date',
        'period_end': 'omnimart_spend_date',
    }) }}

    from spend

)

select * from renamed
