with

report as (

    select * from {{ source('yandex_direct', 'report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'yandex_direct'",
        'source': source_name('yandex_direct'),
        'account_id': '_account',
        'report_level': report_level([
            ('ad', ['ad_number']),
            ('ad_group', ['group_number', 'ad_group']),
        ]),
        'campaign_id': 'campaign_number',
        'campaign_name': 'campaign',
        'campaign_type': 'campaign_type',
        'ad_group_id': 'group_number',
        'ad_group_name': 'ad_group',
        'ad_id': 'ad_number',
        'segment': joined_segments([
            'impression_condition', 'search_query', 'device', 'placement_type',
        ]),
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'spend',
        'conversions': 'cast(conversions as decimal(18, 4))',
        'conversion_value': 'revenue',
        'delivered_date': 'date',
    }) }}

    from report

)

select * from renamed
