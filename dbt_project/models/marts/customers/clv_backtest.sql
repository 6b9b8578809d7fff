with

histories as (

    select * from {{ ref('int_customer_histories') }}

    where cut = 'holdout'

),

parameters as (

    select * from {{ ref('int_clv_parameters') }}

    where cut = 'holdout'

),

groups as (

    select distinct
        frequency,
        recency_days,
        age_days,
        holdout_days

    from histories

),

forecasts as (

    select
        groups.*,
        {{ order_forecast('groups', 'groups.holdout_days', 'parameters') }} as forecast

    from groups

    inner join parameters
        on true

),

compared as (

    select
        histories.cut_date,
        histories.holdout_days,
        histories.customer_id,
        histories.frequency,
        forecasts.forecast.orders as expected_orders,
        forecasts.forecast.orders_variance,
        forecasts.forecast.orders * ({{ expected_spend('histories', 'parameters') }})
            as expected_revenue,
        histories.holdout_orders,
        histories.holdout_revenue,
        histories.holdout_orders
        between forecasts.forecast.orders_low and forecasts.forecast.orders_high
            as has_expected_orders,
        histories.holdout_revenue
        between forecasts.forecast.value_low * ({{ spend_evidence('histories', 'parameters') }})
        and forecasts.forecast.value_high * ({{ spend_evidence('histories', 'parameters') }})
            as has_expected_revenue

    from histories

    inner join parameters
        on histories.cut = parameters.cut

    inner join forecasts
        on
            histories.frequency = forecasts.frequency
            and histories.recency_days = forecasts.recency_days
            and histories.age_days = forecasts.age_days

),

ranked as (

    select
        *,
        ntile(10) over (order by expected_orders desc, customer_id) as decile

    from compared

),

buckets as (

    select
        ranked.*,
        'total' as breakdown,
        0 as bucket

    from ranked

    union all

    select
        ranked.*,
        'frequency' as breakdown,
        least(frequency, 7) as bucket

    from ranked

    union all

    select
        ranked.*,
        'decile' as breakdown,
        decile as bucket

    from ranked

),

totals as (

    select
        breakdown,
        cast(bucket as integer) as bucket,
        min(cut_date) as fitted_until,
        min(holdout_days) as holdout_days,
        count(*) as customers,
        -- Sums of decimals do not depend on the order of the rows.
        cast(sum(cast(expected_orders as decimal(18, 6))) as double) as expected_orders,
        sqrt(cast(sum(cast(orders_variance as decimal(18, 6))) as double))
            as expected_orders_deviation,
        cast(sum(holdout_orders) as bigint) as actual_orders,
        cast(sum(cast(abs(expected_orders - holdout_orders) as decimal(18, 6))) as double)
        / count(*) as mean_absolute_error,
        avg(case when has_expected_orders then 1 else 0 end) as orders_in_interval_rate,
        cast(sum(cast(expected_revenue as decimal(18, 4))) as decimal(18, 2)) as expected_revenue,
        cast(sum(holdout_revenue) as decimal(18, 2)) as actual_revenue,
        avg(case when has_expected_revenue then 1 when not has_expected_revenue then 0 end)
            as revenue_in_interval_rate

    from buckets

    group by breakdown, bucket

),

judged as (

    select
        breakdown,
        bucket,
        fitted_until,
        holdout_days,
        customers,
        expected_orders,
        expected_orders_deviation,
        actual_orders,
        {{ safe_divide('expected_orders - actual_orders', 'actual_orders') }} as orders_error,
        mean_absolute_error,
        orders_in_interval_rate,
        expected_revenue,
        actual_revenue,
        {{ safe_divide('expected_revenue - actual_revenue', 'actual_revenue') }}
            as revenue_error,
        revenue_in_interval_rate

    from totals

)

select * from judged
