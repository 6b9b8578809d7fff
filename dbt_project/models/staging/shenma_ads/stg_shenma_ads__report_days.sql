with

report as (

    select * from {{ source('shenma_ads', 'report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'shenma_ads'",
        'source': source_name('shenma_ads'),
        'account_name': 'account_name',
        'report_level': report_level([
            ('search_term', ['search_term']),
            ('keyword', ['keyword_id', 'keyword']),
            ('ad', ['creative_id', 'creative_title']),
            ('ad_group', ['promotion_unit_id', 'promotion_unit']),
        ]),
        'campaign_id': 'promotion_plan_id',
        'campaign_name': 'promotion_plan',
        'ad_group_id': 'promotion_unit_id',
        'ad_group_name': 'promotion_unit',
        'ad_id': 'creative_id',
        'ad_name': 'creative_title',
        'segment': joined_segments(['keyword', 'search_term', 'report_hour']),
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'cost',
        'conversions': 'cast(conversions as decimal(18, 4))',
        'delivered_date': 'report_date',
    }) }}

    from report

)

select * from renamed
