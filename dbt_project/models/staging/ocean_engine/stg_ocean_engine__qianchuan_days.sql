with

qianchuan_report as (

    select * from {{ source('ocean_engine', 'qianchuan_report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'ocean_engine'",
        'source': source_name('ocean_engine'),
        'account_name': 'account_name',
        'report_level': "'campaign'",
        'campaign_id': 'plan_id',
        'campaign_name': 'plan_name',
        'campaign_type': 'promotion_type',
        'segment': joined_segments(['product_name', 'douyin_account_name', 'report_hour']),
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'cost',
        'conversions': 'cast(conversions as decimal(18, 4))',
        'conversion_value': 'direct_order_amount',
        'delivered_date': 'coalesce(report_date, try_cast(left(report_hour, 10) as date))',
    }) }}

    from qianchuan_report

)

select * from renamed
