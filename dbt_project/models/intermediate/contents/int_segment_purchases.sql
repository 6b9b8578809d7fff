{%- set segment_types = ['lifecycle', 'value_tier', 'persona'] -%}
{%- set breakdowns = {'product': 'product', 'product_category': 'category'} -%}

with

as_of as (

    select as_of_date from {{ ref('int_as_of') }}

),

customers as (

    select
        customer_id,
        lifecycle,
        value_tier,
        persona

    from {{ ref('customer_segments') }}

),

orders as (

    select
        orders.order_id,
        coalesce(orders.sales_channel, '(unknown)') as channel,
        customers.lifecycle,
        customers.value_tier,
        customers.persona

    from {{ ref('fct_orders') }} as orders

    inner join customers
        on orders.customer_id = customers.customer_id

    inner join as_of
        on
            {{ day_diff('orders.order_date', 'as_of.as_of_date') }}
            between 0 and {{ var('segment_performance_days') - 1 }}

    where orders.is_revenue

),

order_products as (

    select
        order_lines.order_id,
        coalesce(products.product, order_lines.product, products.sku) as product,
        coalesce(products.category, order_lines.category) as category

    from {{ ref('fct_order_lines') }} as order_lines

    left join {{ ref('dim_products') }} as products
        on order_lines.product_key = products.product_key

),

-- Segments and the orders they placed through a channel, with and without a product.
segment_orders as (
    {% for segment in segment_types %}
    select
        channel,
        '{{ segment }}' as segment_type,
        {{ segment }} as segment,
        count(*) as audience

    from orders

    where {{ segment }} is not null

    group by channel, {{ segment }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

baskets as (
    {% for breakdown, value in breakdowns.items() %}
    select distinct
        orders.order_id,
        orders.channel,
        orders.lifecycle,
        orders.value_tier,
        orders.persona,
        '{{ breakdown }}' as breakdown,
        order_products.{{ value }} as value

    from orders

    inner join order_products
        on orders.order_id = order_products.order_id

    where order_products.{{ value }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

basket_counts as (

    select
        channel,
        lifecycle,
        value_tier,
        persona,
        breakdown,
        value,
        count(*) as responses

    from baskets

    group by channel, lifecycle, value_tier, persona, breakdown, value

),

segment_baskets as (
    {% for segment in segment_types %}
    select
        channel,
        '{{ segment }}' as segment_type,
        {{ segment }} as segment,
        breakdown,
        value,
        cast(sum(responses) as bigint) as responses

    from basket_counts

    where {{ segment }} is not null

    group by channel, {{ segment }}, breakdown, value
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

channel_orders as (

    select
        channel,
        count(*) as orders

    from orders

    group by channel

),

-- Usual is what all segments together buy through the same channel.
compared as (

    select
        'product_share' as measure,
        segment_baskets.channel,
        segment_baskets.segment_type,
        segment_baskets.segment,
        segment_baskets.breakdown,
        segment_baskets.value,
        segment_orders.audience,
        segment_baskets.responses,
        sum(segment_baskets.responses) over same_value as usual_responses,
        channel_orders.orders as usual_audience

    from segment_baskets

    inner join segment_orders
        on
            segment_baskets.channel = segment_orders.channel
            and segment_baskets.segment_type = segment_orders.segment_type
            and segment_baskets.segment = segment_orders.segment

    inner join channel_orders
        on segment_baskets.channel = channel_orders.channel

    window same_value as (
        partition by
            segment_baskets.channel,
            segment_baskets.segment_type,
            segment_baskets.breakdown,
            segment_baskets.value
    )

)

select * from compared
