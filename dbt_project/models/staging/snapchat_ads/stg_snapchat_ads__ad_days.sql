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

    select
        'snapchat_ads' as platform,
        {{ source_name('snapchat_ads') }} as source,
        coalesce(account_id, _account) as account_id,
        account_name,
        {{ report_level([
            ('ad', ['ad_id', 'ad_name']),
            ('ad_group', ['ad_squad_id', 'ad_squad_name']),
        ]) }} as report_level,
        campaign_id,
        campaign_name,
        objective as campaign_type,
        ad_squad_id as ad_group_id,
        ad_squad_name as ad_group_name,
        ad_id,
        ad_name,
        cast(null as string) as segment,
        cast(null as string) as channel,
        coalesce(currency, _currency) as currency,
        coalesce(paid_impressions, impressions) as impressions,
        {{ first_reported(['swipe_ups', 'clicks']) }} as clicks,
        spend,
        cast(total_purchases as decimal(18, 4)) as conversions,
        total_purchases_value as conversion_value,
        video_views,
        paid_reach as reach,
        coalesce(date, case when is_one_day then start_time end) as delivered_date,
        coalesce(start_time, date) as period_start,
        coalesce(end_time, start_time, date) as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from dated

)

select * from renamed
