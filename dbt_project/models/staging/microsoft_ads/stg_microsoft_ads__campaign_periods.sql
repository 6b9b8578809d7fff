with

campaign_grid as (

    select * from {{ source('microsoft_ads', 'campaign_grid') }}

),

renamed as (

    select
        'microsoft_ads' as platform,
        {{ source_name('microsoft_ads') }} as source,
        coalesce(account_number, _account) as account_id,
        account_name,
        'campaign' as report_level,
        campaign_id,
        campaign as campaign_name,
        campaign_type,
        cast(null as string) as ad_group_id,
        cast(null as string) as ad_group_name,
        cast(null as string) as ad_id,
        cast(null as string) as ad_name,
        {{ joined_segments(['device', 'network']) }} as segment,
        cast(null as string) as channel,
        _currency as currency,
        impr as impressions,
        clicks,
        spend,
        cast(conv as decimal(18, 4)) as conversions,
        revenue as conversion_value,
        cast(null as bigint) as video_views,
        cast(null as bigint) as reach,
        cast(null as date) as delivered_date,
        _period_start as period_start,
        _period_end as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from campaign_grid

)

select * from renamed
