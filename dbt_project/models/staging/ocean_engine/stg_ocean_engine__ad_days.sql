with

oceanengine_report as (

    select * from {{ source('ocean_engine', 'oceanengine_report') }}

),

renamed as (

    select
        'ocean_engine' as platform,
        {{ source_name('ocean_engine') }} as source,
        coalesce(account_id, _account) as account_id,
        account_name,
        {{ report_level([
            ('ad', ['material_id', 'material_name']),
            ('ad_group', ['ad_id', 'ad_name']),
        ]) }} as report_level,
        project_id as campaign_id,
        project_name as campaign_name,
        cast(null as string) as campaign_type,
        ad_id as ad_group_id,
        ad_name as ad_group_name,
        material_id as ad_id,
        material_name as ad_name,
        cast(null as string) as segment,
        cast(null as string) as channel,
        _currency as currency,
        impressions,
        clicks,
        cost as spend,
        cast(conversions as decimal(18, 4)) as conversions,
        cast(null as decimal(18, 4)) as conversion_value,
        cast(null as bigint) as video_views,
        cast(null as bigint) as reach,
        report_date as delivered_date,
        _period_start as period_start,
        _period_end as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from oceanengine_report

)

select * from renamed
