with

targets as (

    select * from {{ ref('int_targets') }}

),

days as (

    select kpi_daily.*
    from {{ ref('kpi_daily') }} as kpi_daily
    inner join {{ ref('int_as_of') }} as as_of
        on kpi_daily.kpi_date <= as_of.as_of_date

),

-- A measure that no source has brought yet is unknown, not zero.
first_days as (

    select
        min(case when impressions != 0 then kpi_date end) as impressions,
        min(case when clicks != 0 then kpi_date end) as clicks,
        min(case when spend != 0 or other_costs != 0 then kpi_date end) as costs,
        min(case when sessions != 0 then kpi_date end) as sessions,
        min(case when converting_sessions != 0 then kpi_date end) as converting_sessions,
        min(case when leads != 0 then kpi_date end) as leads,
        min(case when mqls != 0 then kpi_date end) as mqls,
        min(case when orders != 0 then kpi_date end) as orders,
        min(case when new_customers != 0 then kpi_date end) as new_customers

    from days

),

sums as (

    select
        targets.target_key,
        targets.period_end,
        {{ kpi_sums('days') }}

    from targets

    left join days
        on
            days.kpi_date between targets.period_start and targets.period_end
            and (targets.segment = 'all' or lower(targets.segment) = lower(days.channel))

    group by targets.target_key, targets.period_end

),

known as (

    select
        sums.target_key,
        case when first_days.impressions <= sums.period_end then coalesce(sums.impressions, 0) end
            as impressions,
        case when first_days.clicks <= sums.period_end then coalesce(sums.clicks, 0) end as clicks,
        case when first_days.costs <= sums.period_end then coalesce(sums.spend, 0) end as spend,
        case when first_days.costs <= sums.period_end then coalesce(sums.other_costs, 0) end
            as other_costs,
        case when first_days.sessions <= sums.period_end then coalesce(sums.sessions, 0) end
            as sessions,
        case
            when first_days.converting_sessions <= sums.period_end
                then coalesce(sums.converting_sessions, 0)
        end as converting_sessions,
        case when first_days.leads <= sums.period_end then coalesce(sums.leads, 0) end as leads,
        case when first_days.mqls <= sums.period_end then coalesce(sums.mqls, 0) end as mqls,
        case when first_days.orders <= sums.period_end then coalesce(sums.orders, 0) end as orders,
        case when first_days.orders <= sums.period_end then coalesce(sums.revenue, 0) end
            as revenue,
        case
            when first_days.new_customers <= sums.period_end
                then coalesce(sums.new_customers, 0)
        end as new_customers

    from sums

    cross join first_days

)

select * from known
