with

ads as (

    select
        delivered_date as kpi_date,
        channel,
        {{ kpi_amounts({'impressions': 'impressions', 'clicks': 'clicks', 'spend': 'spend'}) }}

    from {{ ref('fct_ad_performance') }}

    group by delivered_date, channel

),

costs as (

    select
        cost_date as kpi_date,
        channel,
        {{ kpi_amounts({'other_costs': 'amount_reporting'}) }}

    from {{ ref('int_other_costs') }}

    group by cost_date, channel

),

sessions as (

    select
        {{ reporting_date('started_at') }} as kpi_date,
        channel,
        {{ kpi_amounts({
            'sessions': '1',
            'converting_sessions': 'case when has_order then 1 end',
        }) }}

    from {{ ref('int_web_sessions') }}

    group by {{ reporting_date('started_at') }}, channel

),

credits as (

    select
        conversion_date as kpi_date,
        channel,
        {{ kpi_amounts({
            'leads': "case when conversion_type = 'lead' then credit end",
            'mqls': "case when conversion_type = 'mql' then credit end",
            'orders': "case when conversion_type = 'order' then credit end",
            'revenue': "case when conversion_type = 'order' then revenue end",
            'new_customers':
                "case when conversion_type = 'order' and is_first_order then credit end",
        }) }}

    from {{ ref('fct_attribution') }}

    where model = '{{ var("kpi_attribution_model") }}'

    group by conversion_date, channel

),

refunds as (

    select
        shift_date as kpi_date,
        channel,
        {{ kpi_amounts({'revenue': 'revenue_shift'}) }}

    from {{ ref('int_refund_shifts') }}

    group by shift_date, channel

),

unioned as (

    select * from ads

    union all

    select * from costs

    union all

    select * from sessions

    union all

    select * from credits

    union all

    select * from refunds

),

totals as (

    select
        kpi_date,
        channel,
        {{ kpi_sums('unioned') }}

    from unioned

    group by kpi_date, channel

),

rated as (

    select
        *,
        {{ kpi_ratio_columns() }}

    from totals

)

select * from rated
