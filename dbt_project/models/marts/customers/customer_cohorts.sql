with

as_of as (

    select
        as_of_date,
        cast(date_trunc('month', as_of_date) as date) as last_month

    from {{ ref('int_as_of') }}

),

orders as (

    select
        orders.customer_id,
        orders.net,
        cast(date_trunc('month', orders.order_date) as date) as order_month,
        cast(
            date_trunc(
                'month', min(orders.order_date) over (partition by orders.customer_id)
            ) as date
        ) as cohort_month

    from {{ ref('fct_orders') }} as orders

    inner join as_of
        on orders.order_date <= as_of.as_of_date

    where
        orders.is_revenue
        and orders.customer_id is not null

),

bounds as (

    select
        min(orders.order_month) as first_month,
        max(as_of.last_month) as last_month

    from orders

    cross join as_of

),

days as (

    select cast({{ each_day('first_month', 'last_month') }} as date) as month_start from bounds

),

months as (

    select month_start from days where extract(day from month_start) = 1

),

cohorts as (

    select
        cohort_month,
        count(distinct customer_id) as customers

    from orders

    group by cohort_month

),

bought as (

    select
        cohort_month,
        order_month,
        count(distinct customer_id) as active_customers,
        count(*) as orders,
        sum(net) as revenue

    from orders

    group by cohort_month, order_month

),

-- Every month of every cohort up to the as-of day, those without an order too.
filled as (

    select
        cohorts.cohort_month,
        months.month_start as order_month,
        cast(
            12 * (
                extract(year from months.month_start) - extract(year from cohorts.cohort_month)
            )
            + extract(month from months.month_start) - extract(month from cohorts.cohort_month)
            as integer
        ) as months_since,
        cohorts.customers,
        coalesce(bought.active_customers, 0) as active_customers,
        coalesce(bought.orders, 0) as orders,
        cast(coalesce(bought.revenue, 0) as decimal(18, 2)) as revenue

    from cohorts

    inner join months
        on cohorts.cohort_month <= months.month_start

    left join bought
        on
            cohorts.cohort_month = bought.cohort_month
            and months.month_start = bought.order_month

),

accumulated as (

    select
        *,
        cast(
            sum(revenue) over (
                partition by cohort_month
                order by months_since
                rows between unbounded preceding and current row
            ) as decimal(18, 2)
        ) as cumulative_revenue

    from filled

),

measured as (

    select
        accumulated.cohort_month,
        accumulated.months_since,
        accumulated.order_month,
        accumulated.customers,
        accumulated.active_customers,
        {{ safe_divide('accumulated.active_customers', 'accumulated.customers') }}
            as retention_rate,
        accumulated.orders,
        accumulated.revenue,
        accumulated.cumulative_revenue,
        {{ safe_divide('accumulated.cumulative_revenue', 'accumulated.customers') }}
            as cumulative_revenue_per_customer,
        -- The as-of month is over on its last day only.
        accumulated.order_month < as_of.last_month
        or extract(day from as_of.as_of_date + interval 1 day) = 1 as is_complete

    from accumulated

    cross join as_of

)

select * from measured
