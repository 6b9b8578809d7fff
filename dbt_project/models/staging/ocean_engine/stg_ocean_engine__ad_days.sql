with

oceanengine_report as (

    select * from {{ source('ocean_engine', 'oceanengine_report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'ocean_engine'",
        'source': source_name('ocean_engine'),
        'account_name': 'account_name',
        'report_level': report_level([
            ('ad', ['material_id', 'material_name']),
            ('ad_group', ['ad_id', 'ad_name']),
        ]),
        'campaign_id': 'project_id',
        'campaign_name': 'project_name',
        'ad_group_id': 'ad_id',
        'ad_group_name': 'ad_name',
        'ad_id': 'material_id',
        'ad_name': 'material_name',
        'segment': joined_segments(['report_hour']),
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'cost',
        'conversions': 'cast(conversions as decimal(18, 4))',
        'delivered_date': 'coalesce(report_date, try_cast(left(report_hour, 10) as date))',
    }) }}

    from oceanengine_report

)

select * from renamed
