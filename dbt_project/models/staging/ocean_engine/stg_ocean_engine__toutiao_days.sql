with

toutiao_report as (

    select * from {{ source('ocean_engine', 'toutiao_report') }}

),

renamed as (

    select
        'ocean_engine' as platform,
        {{ source_name('ocean_engine') }} as source,
        coalesce(account_id, _account) as account_id,
        account_name,
        -- Here the ad group holds the plans; a report without groups is one of plans.
        case
            when
                coalesce(ad_group_id, ad_group_name) is not null
                and coalesce(plan_id, plan_name) is not null
                then 'ad_group'
            else 'campaign'
        end as report_level,
        case
            when coalesce(ad_group_id, ad_group_name) is not null then ad_group_id
            else plan_id
        end as campaign_id,
        coalesce(ad_group_name, plan_name) as campaign_name,
        cast(null as string) as campaign_type,
        case
            when coalesce(ad_group_id, ad_group_name) is not null then plan_id
        end as ad_group_id,
        case
            when coalesce(ad_group_id, ad_group_name) is not null then plan_name
        end as ad_group_name,
        cast(null as string) as ad_id,
        cast(null as string) as ad_name,
        {{ joined_segments(['report_hour']) }} as segment,
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

    from toutiao_report

)

select * from renamed
