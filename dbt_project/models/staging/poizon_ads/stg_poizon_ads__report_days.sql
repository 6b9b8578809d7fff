with

report as (

    select * from {{ source('poizon_ads', 'report') }}

),

renamed as (

    select
        'poizon_ads' as platform,
        {{ source_name('poizon_ads') }} as source,
        coalesce(advertiser_user_id, _account) as account_id,
        advertiser_user_name as account_name,
        {{ report_level([
            ('ad', ['creative_id', 'creative_name']),
            ('ad_group', ['unit_id', 'unit_name']),
        ]) }} as report_level,
        plan_id as campaign_id,
        plan_name as campaign_name,
        cast(null as string) as campaign_type,
        unit_id as ad_group_id,
        unit_name as ad_group_name,
        creative_id as ad_id,
        creative_name as ad_name,
        cast(null as string) as segment,
        cast(null as string) as channel,
        _currency as currency,
        impressions,
        clicks,
        cost as spend,
        cast(coalesce(conversions, orders) as decimal(18, 4)) as conversions,
        order_amount as conversion_value,
        cast(null as bigint) as video_views,
        cast(null as bigint) as reach,
        report_date as delivered_date,
        _period_start as period_start,
        _period_end as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from report

)

select * from renamed
