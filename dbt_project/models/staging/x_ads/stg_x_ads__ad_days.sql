with

ads_report as (

    select * from {{ source('x_ads', 'ads_report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'x_ads'",
        'source': source_name('x_ads'),
        'account_name': 'account_name',
        'report_level': report_level([
            ('ad', ['ad_id', 'ad_name', 'post_id']),
            ('ad_group', ['ad_group_id', 'ad_group_name']),
        ]),
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign_name',
        'campaign_type': 'objective',
        'ad_group_id': 'ad_group_id',
        'ad_group_name': 'ad_group_name',
        'ad_id': 'coalesce(ad_id, post_id)',
        'ad_name': 'ad_name',
        'segment': joined_segments(['placement']),
        'currency': 'coalesce(currency, _currency)',
        'impressions': 'impressions',
        'clicks': first_reported(['link_clicks', 'url_clicks', 'clicks']),
        'spend': 'spend',
        'conversions': 'cast(purchases as decimal(18, 4))',
        'conversion_value': 'purchases_value',
        'video_views': 'video_views',
        'reach': 'reach',
        'delivered_date': 'time_period',
    }) }}

    from ads_report

)

select * from renamed
