with

report as (

    select * from {{ source('trade_desk', 'report') }}

),

renamed as (

    {{ ad_report({
        'platform': "'trade_desk'",
        'source': source_name('trade_desk'),
        'account_id': 'coalesce(advertiser_id, _account)',
        'account_name': 'advertiser',
        'report_level': report_level([
            ('ad', ['creative_id', 'creative']),
            ('ad_group', ['ad_group_id', 'ad_group']),
        ]),
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign',
        'campaign_type': 'media_type',
        'ad_group_id': 'ad_group_id',
        'ad_group_name': 'ad_group',
        'ad_id': 'creative_id',
        'ad_name': 'creative',
        'segment': joined_segments(['device_type', 'country']),
        'currency': "case
            when advertiser_cost_adv_currency is not null
                then coalesce(advertiser_currency_code, _currency)
            else _currency
        end",
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'coalesce(advertiser_cost_adv_currency, advertiser_cost)',
        'conversions': 'cast(total_click_view_conversions as decimal(18, 4))',
        'video_views': 'player_completed_views',
        'delivered_date': 'date',
    }) }}

    from report

)

select * from renamed
