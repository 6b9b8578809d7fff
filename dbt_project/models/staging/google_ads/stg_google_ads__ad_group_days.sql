with

ad_group_report as (

    select * from {{ source('google_ads', 'ad_group_report') }}

),

renamed as (

    select
        'google_ads' as platform,
        {{ source_name('google_ads') }} as source,
        coalesce(customer_id, _account) as account_id,
        account_name,
        'ad_group' as report_level,
        campaign_id,
        campaign as campaign_name,
        campaign_type,
        ad_group_id,
        ad_group as ad_group_name,
        cast(null as string) as ad_id,
        cast(null as string) as ad_name,
        {{ joined_segments([
            'device',
            'network_with_search_partners',
            'conversion_action',
            'ad_network_type',
        ]) }} as segment,
        cast(null as string) as channel,
        coalesce(currency_code, _currency) as currency,
        impr as impressions,
        clicks,
        cost as spend,
        cast(conversions as decimal(18, 4)) as conversions,
        conv_value as conversion_value,
        video_views,
        cast(null as bigint) as reach,
        day as delivered_date,
        _period_start as period_start,
        _period_end as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from ad_group_report

)

select * from renamed
