with

qianchuan_report as (

    select * from {{ source('ocean_engine', 'qianchuan_report') }}

),

renamed as (

    select
        'ocean_engine' as platform,
        {{ source_name('ocean_engine') }} as source,
        coalesce(account_id, _account) as account_id,
        account_name,
        'campaign' as report_level,
        plan_id as campaign_id,
        plan_name as campaign_name,
        promotion_type as campaign_type,
        cast(null as string) as ad_group_id,
        cast(null as string) as ad_group_name,
        cast(null as string) as ad_id,
        cast(null as string) as ad_name,
        {{ joined_segments(['product_name', 'douyin_account_name']) }} as segment,
        cast(null as string) as channel,
        _currency as currency,
        impressions,
        clicks,
        cost as spend,
        cast(conversions as decimal(18, 4)) as conversions,
        direct_order_amount as conversion_value,
        cast(null as bigint) as video_views,
        cast(null as bigint) as reach,
        report_date as delivered_date,
        _period_start as period_start,
        _period_end as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from qianchuan_report

)

select * from renamed
