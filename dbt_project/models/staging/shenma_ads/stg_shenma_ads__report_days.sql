with

report as (

    select * from {{ source('shenma_ads', 'report') }}

),

renamed as (

    select
        'shenma_ads' as platform,
        {{ source_name('shenma_ads') }} as source,
        coalesce(account_id, _account) as account_id,
        account_name,
        {{ report_level([
            ('search_term', ['search_term']),
            ('keyword', ['keyword_id', 'keyword']),
            ('ad', ['creative_id', 'creative_title']),
            ('ad_group', ['promotion_unit_id', 'promotion_unit']),
        ]) }} as report_level,
        promotion_plan_id as campaign_id,
        promotion_plan as campaign_name,
        cast(null as string) as campaign_type,
        promotion_unit_id as ad_group_id,
        promotion_unit as ad_group_name,
        creative_id as ad_id,
        creative_title as ad_name,
        {{ joined_segments(['keyword', 'search_term']) }} as segment,
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

    from report

)

select * from renamed
