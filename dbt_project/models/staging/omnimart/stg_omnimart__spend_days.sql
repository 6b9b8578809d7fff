with

spend as (

    select * from {{ source('omnimart', 'spend') }}

),

renamed as (

    select
        source as platform,
        source,
        account as account_id,
        account as account_name,
        {{ report_level([('ad', ['ad']), ('ad_group', ['ad_group'])]) }} as report_level,
        campaign_id,
        campaign as campaign_name,
        cast(null as string) as campaign_type,
        cast(null as string) as ad_group_id,
        ad_group as ad_group_name,
        cast(null as string) as ad_id,
        ad as ad_name,
        cast(null as string) as segment,
        channel,
        coalesce(upper(currency), _currency) as currency,
        impressions,
        clicks,
        spend,
        cast(conversions as decimal(18, 4)) as conversions,
        conversion_value,
        cast(null as bigint) as video_views,
        cast(null as bigint) as reach,
        omnimart_spend_date as delivered_date,
        omnimart_spend_date as period_start,
        omnimart_spend_date as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from spend

)

select * from renamed
