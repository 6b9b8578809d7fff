with

as_of as (

    select as_of_date from {{ ref('int_as_of') }}

),

-- Models of value count days with purchases: who orders twice on one day went shopping once.
purchase_days as (

    select
        orders.customer_id,
        orders.order_date as purchase_date,
        sum(orders.net) as revenue

    from {{ ref('fct_orders') }} as orders

    inner join as_of
        on orders.order_date <= as_of.as_of_date

    where
        orders.is_revenue
        and orders.customer_id is not null

    group by orders.customer_id, orders.order_date

),

bounds as (

    select
        as_of.as_of_date,
        least(
            cast(
                round(
                    {{ var('clv_holdout_share') }}
                    * {{ day_diff('min(purchase_days.purchase_date)', 'as_of.as_of_date') }}
                ) as integer
            ),
            365
        ) as holdout_days

    from purchase_days

    cross join as_of

    group by as_of.as_of_date

),

-- What is known on the as-of day, and what was known when the hold-out began.
cuts as (

    select
        'as_of' as cut,
        as_of_date as cut_date,
        0 as holdout_days

    from bounds

    union all

    select
        'holdout' as cut,
        as_of_date - holdout_days as cut_date,
        holdout_days

    from bounds

    where holdout_days > 0

),

known as (

    select
        cuts.cut,
        cuts.cut_date,
        cuts.holdout_days,
        purchase_days.customer_id,
        purchase_days.purchase_date,
        purchase_days.revenue,
        purchase_days.purchase_date <= cuts.cut_date as is_known

    from purchase_days

    cross join cuts

),

histories as (

    select
        cut,
        cut_date,
        holdout_days,
        customer_id,
        min(purchase_date) as first_order_date,
        max(purchase_date) filter (where is_known) as last_order_date,
        count(*) filter (where is_known) as purchase_days,
        min_by(revenue, purchase_date) as first_day_revenue,
        sum(revenue) filter (where is_known) as revenue,
        count(*) filter (where not is_known) as holdout_orders,
        sum(revenue) filter (where not is_known) as holdout_revenue

    from known

    group by cut, cut_date, holdout_days, customer_id

    having bool_or(is_known)

),

measured as (

    select
        cut,
        cut_date,
        holdout_days,
        customer_id,
        first_order_date,
        cast(purchase_days as integer) as purchase_days,
        cast(purchase_days - 1 as integer) as frequency,
        cast({{ day_diff('first_order_date', 'last_order_date') }} as integer) as recency_days,
        cast({{ day_diff('first_order_date', 'cut_date') }} as integer) as age_days,
        -- The first purchase is what made a customer; only what came after tells of the next.
        cast(
            coalesce({{ safe_divide('revenue - first_day_revenue', 'purchase_days - 1') }}, 0)
            as decimal(18, 2)
        ) as monetary_value,
        cast(revenue as decimal(18, 2)) as revenue,
        cast(holdout_orders as integer) as holdout_orders,
        cast(coalesce(holdout_revenue, 0) as decimal(18, 2)) as holdout_revenue

    from histories

)

select * from measured
