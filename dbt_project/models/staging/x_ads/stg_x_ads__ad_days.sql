with

ads_report as (

    select * from {{ source('x_ads', 'ads_report') }}

),

renamed as (

    select
        'x_ads' as platform,
        {{ source_name('x_ads') }} as source,
        coalesce(account_id, _account) as account_id,
        account_name,
        {{ report_level([
            ('ad', ['ad_id', 'ad_name', 'post_id']),
            ('ad_group', ['ad_group_id', 'ad_group_name']),
        ]) }} as report_level,
        campaign_id,
        campaign_name,
        objective as campaign_type,
        ad_group_id,
        ad_group_name,
        coalesce(ad_id, post_id) as ad_id,
        ad_name,
        {{ joined_segments(['placement']) }} as segment,
        cast(null as string) as channel,
        coalesce(currency, _currency) as currency,
        impressions,
        {{ first_reported(['link_clicks', 'url_clicks', 'clicks']) }} as clicks,
        spend,
        cast(purchases as decimal(18, 4)) as conversions,
        purchases_value as conversion_value,
        video_views,
        reach,
        time_period as delivered_date,
        _period_start as period_start,
        _period_end as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from ads_report

)

select * from renamed
