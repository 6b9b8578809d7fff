with

ads_report as (

    select * from {{ source('tencent_ads', 'ads_report') }}

),

renamed as (

    select
        'tencent_ads' as platform,
        {{ source_name('tencent_ads') }} as source,
        coalesce(account_id, _account) as account_id,
        account_name,
        {{ report_level([
            ('ad', ['creative_id', 'creative_name']),
        ]) }} as report_level,
        ad_id as campaign_id,
        ad_name as campaign_name,
        cast(null as string) as campaign_type,
        cast(null as string) as ad_group_id,
        cast(null as string) as ad_group_name,
        creative_id as ad_id,
        creative_name as ad_name,
        {{ joined_segments(['report_hour']) }} as segment,
        cast(null as string) as channel,
        _currency as currency,
        exposures as impressions,
        clicks,
        cost as spend,
        cast(conversions as decimal(18, 4)) as conversions,
        coalesce(payment_amount, order_amount) as conversion_value,
        cast(null as bigint) as video_views,
        exposed_users as reach,
        report_date as delivered_date,
        _period_start as period_start,
        _period_end as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from ads_report

)

select * from renamed
