with

creative_performance_report as (

    select * from {{ source('linkedin_ads', 'creative_performance_report') }}

),

dated as (

    select
        *,
        -- Without a breakdown by day every row of a file carries the first day of its range.
        min(start_date) over (partition by _source_file)
        = max(start_date) over (partition by _source_file)
        and start_date = _period_start
        and _period_end > _period_start as is_whole_period

    from creative_performance_report

),

renamed as (

    select
        'linkedin_ads' as platform,
        {{ source_name('linkedin_ads') }} as source,
        _account as account_id,
        account_name,
        'ad' as report_level,
        campaign_id,
        campaign_name,
        coalesce(campaign_objective, campaign_type) as campaign_type,
        cast(null as string) as ad_group_id,
        cast(null as string) as ad_group_name,
        creative_id as ad_id,
        creative_name as ad_name,
        cast(null as string) as segment,
        cast(null as string) as channel,
        coalesce(currency, _currency) as currency,
        impressions,
        clicks,
        total_spent as spend,
        cast(conversions as decimal(18, 4)) as conversions,
        total_conversion_value as conversion_value,
        video_views,
        reach,
        case when not coalesce(is_whole_period, false) then start_date end as delivered_date,
        coalesce(_period_start, start_date) as period_start,
        coalesce(_period_end, start_date) as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from dated

)

select * from renamed
