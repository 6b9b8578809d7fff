with

creative_performance_report as (

    select * from {{ source('linkedin_ads', 'creative_performance_report') }}

),

-- A row covers its day, or a month or range of which it gives the first day only.
renamed as (

    {{ ad_report({
        'platform': "'linkedin_ads'",
        'source': source_name('linkedin_ads'),
        'account_id': '_account',
        'account_name': 'account_name',
        'report_level': "'ad'",
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign_name',
        'campaign_type': 'coalesce(campaign_objective, campaign_type)',
        'ad_id': 'creative_id',
        'ad_name': 'creative_name',
        'currency': 'coalesce(currency, _currency)',
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'total_spent',
        'conversions': 'cast(conversions as decimal(18, 4))',
        'conversion_value': 'total_conversion_value',
        'video_views': 'video_views',
        'reach': 'reach',
        'delivered_date': 'case
            when _period_start < start_date or coalesce(_period_end, start_date) = start_date
                then start_date
        end',
        'period_start': 'coalesce(_period_start, start_date)',
        'period_end': 'coalesce(_period_end, start_date)',
    }) }}

    from creative_performance_report

)

select * from renamed
