with

performance_report as (

    select * from {{ source('microsoft_ads', 'performance_report') }}

),

renamed as (

    select
        'microsoft_ads' as platform,
        {{ source_name('microsoft_ads') }} as source,
        coalesce(account_number, account_id, _account) as account_id,
        account_name,
        {{ report_level([
            ('keyword', ['keyword_id', 'keyword']),
            ('ad', ['ad_id']),
            ('ad_group', ['ad_group_id', 'ad_group']),
        ]) }} as report_level,
        campaign_id,
        campaign as campaign_name,
        campaign_type,
        ad_group_id,
        ad_group as ad_group_name,
        ad_id,
        cast(null as string) as ad_name,
        {{ joined_segments([
            'keyword',
            'device_type',
            'network',
            'top_vs_other',
            'time_period',
        ]) }} as segment,
        cast(null as string) as channel,
        coalesce(currency_code, _currency) as currency,
        impr as impressions,
        clicks,
        spend,
        cast(conv as decimal(18, 4)) as conversions,
        revenue as conversion_value,
        cast(null as bigint) as video_views,
        cast(null as bigint) as reach,
        gregorian_date as delivered_date,
        _period_start as period_start,
        _period_end as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from performance_report

)

select * from renamed
