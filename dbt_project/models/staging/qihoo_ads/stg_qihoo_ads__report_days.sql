with

report as (

    select * from {{ source('qihoo_ads', 'report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'qihoo_ads'",
        'source': source_name('qihoo_ads'),
        'account_name': 'promotion_account',
        'report_level': report_level([
            ('search_term', ['search_term']),
            ('keyword', ['keyword_id', 'keyword']),
            ('ad', ['creative_id', 'creative_title']),
            ('ad_group', ['promotion_group_id', 'promotion_group']),
        ]),
        'campaign_id': 'promotion_plan_id',
        'campaign_name': 'promotion_plan',
        'campaign_type': 'product_line',
        'ad_group_id': 'promotion_group_id',
        'ad_group_name': 'promotion_group',
        'ad_id': 'creative_id',
        'ad_name': 'creative_title',
        'segment': joined_segments([
            'keyword',
            'search_term',
            'province',
            'city',
            'report_hour',
        ]),
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'cost',
        'delivered_date': 'report_date',
    }) }}

    from report

)

select * from renamed
