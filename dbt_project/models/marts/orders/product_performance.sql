with

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

    -- What was never paid is no sale; what was wholly refunded is one, with its refund.
    where status in ('paid', 'refunded')

),

products as (

    select * from {{ ref('dim_products') }}

),

-- Refunds are known by order: each line bears them as it bore the price.
sold as (

    select
        coalesce(order_lines.product_key, '(unknown)') as product_key,
        order_lines.order_id,
        orders.customer_id,
        orders.order_date,
        cast(date_trunc('month', orders.order_date) as date) as month_start,
        order_lines.quantity,
        coalesce(order_lines.net, 0) as sales,
        coalesce(
            cast(
                orders.refund
                * {{ safe_divide(
                    'order_lines.net', 'sum(order_lines.net) over (partition by order_lines.order_id)'
                ) }}
                as decimal(18, 4)
            ),
            0
        ) as refund

    from order_lines

    inner join orders
        on order_lines.order_id = orders.order_id

    where orders.order_date is not null

),

-- A buyer repeats who had bought the same product on an earlier day.
compared as (

    select
        *,
        min(order_date) over (partition by product_key, customer_id) as first_bought_date

    from sold

),

totals as (

    select
        month_start,
        product_key,
        count(distinct order_id) as orders,
        cast(sum(quantity) as decimal(18, 4)) as quantity,
        cast(sum(sales) as decimal(18, 2)) as sales,
        cast(sum(refund) as decimal(18, 2)) as refund,
        count(distinct customer_id) as buyers,
        count(distinct case when order_date > first_bought_date then customer_id end)
            as repeat_buyers

    from compared

    group by month_start, product_key

),

rated as (

    select
        totals.month_start,
        totals.product_key,
        products.sku,
        products.product,
        products.category,
        totals.orders,
        totals.quantity,
        totals.sales,
        totals.refund,
        cast(totals.sales - totals.refund as decimal(18, 2)) as revenue,
        cast({{ safe_divide('totals.sales', 'totals.quantity') }} as decimal(18, 2))
            as average_price,
        {{ safe_divide('totals.refund', 'totals.sales') }} as refund_rate,
        totals.buyers,
        totals.repeat_buyers,
        {{ safe_divide('totals.repeat_buyers', 'totals.buyers') }} as repeat_buyer_rate

    from totals

    left join products
        on totals.product_key = products.product_key

)

select * from rated
