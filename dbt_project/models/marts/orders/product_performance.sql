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
refunded as (

    select
        orders.order_id,
        sum(order_lines.net) as net

    from orders

    inner join order_lines
        on orders.order_id = order_lines.order_id

    where orders.refund != 0

    group by orders.order_id

),

sold as (

    select
        coalesce(order_lines.product_key, '(unknown)') as product_key,
        order_lines.order_id,
        orders.customer_id,
        orders.order_date,
        order_lines.quantity,
        coalesce(order_lines.net, 0) as sales,
        coalesce(
            cast(
                orders.refund
                * {{ safe_divide('order_lines.net', 'refunded.net') }}
                as decimal(18, 4)
            ),
            0
        ) as refund

    from order_lines

    inner join orders
        on order_lines.order_id = orders.order_id

    left join refunded
        on order_lines.order_id = refunded.order_id

    where orders.order_date is not null

),

-- An order may have several lines of a product.
bought as (

    select
        product_key,
        order_id,
        customer_id,
        order_date,
        sum(quantity) as quantity,
        sum(sales) as sales,
        sum(refund) as refund

    from sold

    group by product_key, order_id, customer_id, order_date

),

-- A buyer repeats who had bought the same product on an earlier day.
first_bought as (

    select
        product_key,
        customer_id,
        min(order_date) as first_bought_date

    from bought

    where customer_id is not null

    group by product_key, customer_id

),

buyer_months as (

    select
        cast(date_trunc('month', bought.order_date) as date) as month_start,
        bought.product_key,
        bought.customer_id,
        count(*) as orders,
        sum(bought.quantity) as quantity,
        sum(bought.sales) as sales,
        sum(bought.refund) as refund,
        max(bought.order_date) > min(first_bought.first_bought_date) as has_repeated

    from bought

    left join first_bought
        on
            bought.product_key = first_bought.product_key
            and bought.customer_id = first_bought.customer_id

    group by
        cast(date_trunc('month', bought.order_date) as date),
        bought.product_key,
        bought.customer_id

),

totals as (

    select
        month_start,
        product_key,
        cast(sum(orders) as bigint) as orders,
        cast(sum(quantity) as decimal(18, 4)) as quantity,
        cast(sum(sales) as decimal(18, 2)) as sales,
        cast(sum(refund) as decimal(18, 2)) as refund,
        count(customer_id) as buyers,
        count(case when has_repeated then customer_id end) as repeat_buyers

    from buyer_months

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
