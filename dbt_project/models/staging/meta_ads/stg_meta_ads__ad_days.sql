with

ads_report as (

    select * from {{ source('meta_ads', 'ads_report') }}

),

renamed as (

    select
        'meta_ads' as platform,
        {{ source_name('meta_ads') }} as source,
        coalesce(account_id, _account) as account_id,
        account_name,
        {{ report_level([
            ('ad', ['ad_id', 'ad_name']),
            ('ad_group', ['ad_set_id', 'ad_set_name']),
        ]) }} as report_level,
        campaign_id,
        campaign_name,
        objective as campaign_type,
        ad_set_id as ad_group_id,
        ad_set_name as ad_group_name,
        ad_id,
        ad_name,
        {{ joined_segments([
            'age',
            'gender',
            'country',
            'region',
            'platform',
            'placement',
            'device_platform',
            'impression_device',
            'time_of_day',
        ]) }} as segment,
        cast(null as string) as channel,
        coalesce(currency, _currency) as currency,
        impressions,
        -- Clicks on links are what the other platforms count; "all" adds likes and expansions.
        {{ first_reported(['link_clicks', 'clicks_all']) }} as clicks,
        amount_spent as spend,
        -- Results mix kinds (reach, visits, sales): they count only where nothing better is there
        -- and the row says that they are sales or leads.
        cast(
            case
                when {{ is_reported('purchases') }} then coalesce(purchases, 0)
                when {{ is_reported('leads') }} then coalesce(leads, 0)
                when {{ regex_match('lower(result_indicator)', "'purchase|lead|registration'") }}
                    then results
            end as decimal(18, 4)
        ) as conversions,
        purchases_conversion_value as conversion_value,
        {{ first_reported(['three_second_video_plays', 'video_plays', 'thruplays']) }}
            as video_views,
        reach,
        -- A range of several days is a period fact, whatever day it starts on.
        coalesce(day, case when reporting_starts = reporting_ends then reporting_starts end)
            as delivered_date,
        coalesce(reporting_starts, _period_start) as period_start,
        coalesce(reporting_ends, _period_end) as period_end,
        _exported_at as exported_at,
        _file_version as file_version,
        _source_file as source_file

    from ads_report

)

select * from renamed
