with

as_of as (

    select as_of_date from {{ ref('int_as_of') }}

),

segments as (

    select * from {{ ref('customer_segments') }}

),

sales as (

    select
        orders.order_id,
        orders.customer_id,
        orders.order_date,
        orders.ordered_at

    from {{ ref('fct_orders') }} as orders

    inner join as_of
        on orders.order_date <= as_of.as_of_date

    where
        orders.is_revenue
        and orders.customer_id is not null

),

last_sales as (

    select
        customer_id,
        max(order_date) as last_order_date,
        max(ordered_at) as last_ordered_at

    from sales

    group by customer_id

),

-- What was put into a cart and not followed by an order.
carts as (

    select
        records.customer_id,
        max(events.occurred_at) as left_at

    from {{ ref('int_web_events') }} as events

    inner join {{ ref('web_event_kinds') }} as event_kinds
        on
            lower(events.event_name) = event_kinds.event_name
            and event_kinds.kind in ('cart', 'checkout')

    inner join {{ ref('int_web_sessions') }} as sessions
        on events.session_id = sessions.session_id

    inner join {{ ref('int_records_to_customers') }} as records
        on sessions.record_key = records.record_key

    inner join as_of
        on {{ reporting_date('events.occurred_at') }} <= as_of.as_of_date

    left join last_sales
        on records.customer_id = last_sales.customer_id

    where
        records.customer_id is not null
        and (
            last_sales.last_ordered_at is null
            or last_sales.last_ordered_at < events.occurred_at
        )

    group by records.customer_id

),

bought as (

    select distinct
        sales.customer_id,
        lines.product_key,
        sales.order_date = last_sales.last_order_date as is_latest

    from sales

    inner join last_sales
        on sales.customer_id = last_sales.customer_id

    inner join {{ ref('fct_order_lines') }} as lines
        on sales.order_id = lines.order_id

    where lines.product_key is not null

),

-- The best companions of each product: with all of them, a wide range would be joined with itself.
companions as (

    select
        product_key,
        product,
        related_product_key,
        related_product,
        row_number() over (
            order by lift desc, pair_count desc, relation, related_product_key, product_key
        ) as companion_rank

    from {{ ref('product_affinity') }}

    where lift > 1

    qualify
        row_number() over (
            partition by product_key
            order by lift desc, pair_count desc, relation, related_product_key
        ) <= 30

),

-- What goes best with the latest purchase, of what the customer never bought. The least of numbers
-- is found as rows pass by, where their order would need all of them at once.
best_companions as (

    select
        bought.customer_id,
        min(companions.companion_rank) as companion_rank

    from bought

    inner join companions
        on bought.product_key = companions.product_key

    left join bought as known
        on
            bought.customer_id = known.customer_id
            and companions.related_product_key = known.product_key

    where
        bought.is_latest
        and known.product_key is null

    group by bought.customer_id

),

recommendations as (

    select
        best_companions.customer_id,
        companions.product,
        companions.related_product_key as recommended_product_key,
        companions.related_product as recommended_product

    from best_companions

    inner join companions
        on best_companions.companion_rank = companions.companion_rank

),

joined as (

    select
        segments.customer_id,
        segments.lifecycle,
        segments.value_tier,
        segments.rfm_segment,
        segments.orders,
        segments.days_since_last_order as days_since_order,
        cast(
            {{ day_diff(reporting_date('carts.left_at'), 'as_of.as_of_date') }} as integer
        ) as days_since_cart,
        customer_value.p_alive,
        recommendations.product,
        recommendations.recommended_product_key,
        recommendations.recommended_product,
        -- The channel of consent behind the one that the customer answers to.
        case
            when channels.is_paid then 'ads'
            else lower(segments.preferred_channel)
        end as preferred_contact,
        segments.preferred_hour,
        as_of.as_of_date

    from segments

    cross join as_of

    left join {{ ref('customer_value') }} as customer_value
        on segments.customer_id = customer_value.customer_id

    left join {{ ref('channels') }} as channels
        on segments.preferred_channel = channels.channel

    left join carts
        on segments.customer_id = carts.customer_id

    left join recommendations
        on segments.customer_id = recommendations.customer_id

)

select * from joined
