with

ads_report as (

    select * from {{ source('snapchat_ads', 'ads_report') }}

),

dated as (

    select
        *,
        -- A day ends on itself or at the midnight after it; a file whose rows all start together
        -- may as well be of two days.
        end_time is null
        or end_time = start_time
        or (
            end_time = start_time + 1
            and min(start_time) over (partition by _source_file)
            < max(start_time) over (partition by _source_file)
        ) as is_one_day

    from ads_report

),

renamed as (

    {{ ad_report({
        'platform': "'snapchat_ads'",
        'source': source_name('snapchat_ads'),
        'account_name': 'account_name',
        'report_level': report_level([
            ('ad', ['ad_id', 'ad_name']),
            ('ad_group', ['ad_squad_id', 'ad_squad_name']),
        ]),
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign_name',
        'campaign_type': 'objective',
        'ad_group_id': 'ad_squad_id',
        'ad_group_name': 'ad_squad_name',
        'ad_id': 'ad_id',
        'ad_name': 'ad_name',
        'currency': 'coalesce(currency, _currency)',
        'impressions': 'coalesce(paid_impressions, impressions)',
        'clicks': first_reported(['swipe_ups', 'clicks']),
        'spend': 'spend',
        'conversions': 'cast(total_purchases as decimal(18, 4))',
        'conversion_value': 'total_purchases_value',
        'video_views': 'video_views',
        'reach': 'paid_reach',
        'delivered_date': 'coalesce(date, case when is_one_day then start_time end)',
        'period_start': 'coalesce(start_time, date)',
        'period_end': 'coalesce(end_time, start_time, date)',
    }) }}

    from dated

)

select * from renamed
