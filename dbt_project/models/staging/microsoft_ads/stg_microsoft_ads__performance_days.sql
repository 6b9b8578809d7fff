with

performance_report as (

    select * from {{ source('microsoft_ads', 'performance_report') }}

),

-- A report by week or month gives the first day of each; what it sums is no day's. One without a
-- preamble does not say so: its rows cover more than that day.
dated as (

    select
        *,
        case lower(report_aggregation)
            when 'weekly' then cast(gregorian_date + interval '6' day as date)
            when 'monthly' then last_day(gregorian_date)
            else case
                when
                    report_aggregation is null
                    and _period_start = gregorian_date
                    and _period_end = last_day(gregorian_date)
                    then nullif(_period_end, gregorian_date)
            end
        end as last_day_summed

    from performance_report

),

renamed as (

    {{ ad_report({
        'platform': "'microsoft_ads'",
        'source': source_name('microsoft_ads'),
        'account_id': 'coalesce(account_number, account_id, _account)',
        'account_name': 'account_name',
        'report_level': report_level([
            ('search_term', ['search_term']),
            ('keyword', ['keyword_id', 'keyword']),
            ('ad', ['ad_id']),
            ('ad_group', ['ad_group_id', 'ad_group']),
        ]),
        'campaign_id': 'campaign_id',
        'campaign_name': 'campaign',
        'campaign_type': 'campaign_type',
        'ad_group_id': 'ad_group_id',
        'ad_group_name': 'ad_group',
        'ad_id': 'ad_id',
        'segment': joined_segments([
            'search_term',
            'keyword',
            'device_type',
            'network',
            'top_vs_other',
            'time_period',
            'week',
            'month',
        ]),
        'currency': 'coalesce(currency_code, _currency)',
        'impressions': 'impr',
        'clicks': 'clicks',
        'spend': 'spend',
        'conversions': 'cast(conv as decimal(18, 4))',
        'conversion_value': 'revenue',
        'delivered_date': 'case when last_day_summed is null then gregorian_date end',
        'period_start': "case
            when last_day_summed is null then _period_start
            else gregorian_date
        end",
        'period_end': 'least(last_day_summed, _period_end)',
    }) }}

    from dated

)

select * from renamed
