with

as_of as (

    select as_of_date from {{ ref('int_as_of') }}

),

costs as (

    select
        cast(date_trunc('week', cost_date) as date) as week_start,
        channel,
        sum(spend + other_costs) as spend

    from {{ ref('int_marketing_costs') }}

    group by cast(date_trunc('week', cost_date) as date), channel

),

first_days as (

    select min(cost_date) as first_date from {{ ref('int_marketing_costs') }}

    union all

    select min(conversion_date) as first_date from {{ ref('fct_conversions') }}

    where conversion_type = 'order'

),

-- Whole weeks in which both costs and orders were known.
weeks as (

    select
        inputs.week_start,
        inputs.revenue,
        inputs.promotion_days,
        inputs.holidays,
        row_number() over (order by inputs.week_start desc) as weeks_ago

    from {{ ref('mmm_input_weekly') }} as inputs

    cross join as_of

    cross join (select max(first_date) as first_date from first_days) as bounds

    where
        inputs.week_start >= bounds.first_date
        and inputs.week_start + interval 6 day <= as_of.as_of_date

),

channels as (

    select distinct channel from costs

),

channel_weeks as (

    select
        channels.channel,
        weeks.week_start,
        weeks.weeks_ago,
        cast(coalesce(costs.spend, 0) as double) as spend

    from channels

    -- A history without a whole week still gives each channel its refusal.
    left join weeks
        on true

    left join costs
        on
            channels.channel = costs.channel
            and weeks.week_start = costs.week_start

),

presents as (

    select
        channel,
        coalesce(
            list(spend order by week_start) filter (where week_start is not null), []
        ) as spend,
        coalesce(
            avg(case when weeks_ago <= {{ var('budget_recent_weeks') }} then spend end), 0
        ) as present

    from channel_weeks

    group by channel

),

bounded as (

    select
        presents.channel,
        presents.spend,
        greatest(
            presents.present
            * (1 - coalesce(bounds.maximum_change, {{ var('budget_maximum_change') }})),
            coalesce(bounds.minimum_spend, 0)
        ) as low,
        least(
            presents.present
            * (1 + coalesce(bounds.maximum_change, {{ var('budget_maximum_change') }})),
            coalesce(bounds.maximum_spend, 1e15)
        ) as high

    from presents

    left join {{ ref('budget_bounds') }} as bounds
        on presents.channel = bounds.channel

),

week_lists as (

    select
        coalesce(list(cast(revenue as double) order by week_start), []) as revenue,
        coalesce(list(cast(promotion_days as double) order by week_start), []) as promotion_days,
        coalesce(list(cast(holidays as double) order by week_start), []) as holidays,
        count(*) as weeks

    from weeks

),

channel_lists as (

    select
        list(channel order by channel) as channel,
        list(cast(low as double) order by channel) as low,
        list(cast(high as double) order by channel) as high,
        flatten(list(spend order by channel)) as spend

    from bounded

),

planned as (

    select
        week_lists.weeks,
        unnest(
            plan_budget(
                channel_lists.channel,
                channel_lists.low,
                channel_lists.high,
                channel_lists.spend,
                week_lists.revenue,
                week_lists.promotion_days,
                week_lists.holidays,
                {{ var('budget_recent_weeks') }},
                {{ var('budget_minimum_weeks') }},
                {{ var('budget_minimum_variation') }},
                {{ var('budget_replicates') }},
                {{ var('budget_interval_level') }},
                {{ var('budget_seed') }}
            )
        ) as plan

    from channel_lists

    cross join week_lists

),

recommended as (

    select
        planned.plan.channel,
        planned.plan.recommendation,
        planned.plan.reason,
        cast(planned.plan.present as decimal(18, 2)) as weekly_spend,
        cast(planned.plan.recommended as decimal(18, 2)) as recommended_weekly_spend,
        cast(planned.plan.recommended - planned.plan.present as decimal(18, 2))
            as weekly_spend_change,
        planned.plan.marginal as marginal_return,
        planned.plan.marginal_low as marginal_return_low,
        planned.plan.marginal_high as marginal_return_high,
        {%- for gain in ['gain', 'gain_low', 'gain_high'] %}
        cast(planned.plan.{{ gain }} as decimal(18, 2)) as expected_{{ gain }},
        {%- endfor %}
        {%- for gain in ['plan_gain', 'plan_gain_low', 'plan_gain_high'] %}
        cast(planned.plan.{{ gain }} as decimal(18, 2)) as {{ gain }},
        {%- endfor %}
        planned.plan.half as half_saturation_spend,
        planned.plan.carryover as carryover_rate,
        planned.plan.p_value,
        cast(planned.weeks as integer) as weeks,
        as_of.as_of_date

    from planned

    cross join as_of

)

select * from recommended
