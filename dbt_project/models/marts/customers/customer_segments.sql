with

as_of as (

    select as_of_date from {{ ref('int_as_of') }}

),

orders as (

    select
        orders.order_id,
        orders.customer_id,
        orders.order_date,
        orders.net,
        orders.gross,
        orders.discount,
        as_of.as_of_date,
        lag(orders.order_date) over (
            partition by orders.customer_id
            order by orders.order_date, orders.order_id
        ) as previous_order_date

    from {{ ref('fct_orders') }} as orders

    inner join as_of
        on orders.order_date <= as_of.as_of_date

    where
        orders.is_revenue
        and orders.customer_id is not null

),

buyers as (

    select
        customer_id,
        {{ day_diff('min(order_date)', 'max(as_of_date)') }} as days_since_first_order,
        {{ day_diff('max(order_date)', 'max(as_of_date)') }} as days_since_last_order,
        -- The latest order that came after a silence in which others count as lapsed.
        {{ day_diff(
            "max(case when " ~ day_diff('previous_order_date', 'order_date')
            ~ " >= " ~ var('segment_at_risk_days') ~ " then order_date end)",
            'max(as_of_date)',
        ) }} as days_since_comeback,
        count(*) as orders,
        cast(sum(net) as decimal(18, 2)) as revenue,
        {{ safe_divide('sum(discount)', 'sum(gross)') }} as discount_rate

    from orders

    group by customer_id

),

-- A forecast for some and none for others cannot be ranked: then all are ranked by their history.
valued as (

    select
        buyers.*,
        case
            when
                '{{ var("value_tier_basis") }}' = 'predicted'
                and count(customer_value.clv_365d) over () = count(*) over ()
                then customer_value.clv_365d
            else buyers.revenue
        end as tier_value

    from buyers

    left join {{ ref('customer_value') }} as customer_value
        on buyers.customer_id = customer_value.customer_id

),

scored as (

    select
        *,
        {{ quintile_score('days_since_last_order desc') }} as recency_score,
        {{ quintile_score('orders') }} as frequency_score,
        {{ quintile_score('revenue') }} as monetary_score,
        {{ share_above('tier_value') }} as share_above,
        case
            when days_since_first_order < {{ var('segment_new_days') }} then 'new'
            when days_since_comeback < {{ var('segment_active_days') }} then 'won_back'
            when days_since_last_order < {{ var('segment_active_days') }} then 'active'
            when days_since_last_order < {{ var('segment_at_risk_days') }} then 'at_risk'
            else 'lapsed'
        end as lifecycle

    from valued

),

joined as (

    select
        customers.customer_id,
        coalesce(scored.lifecycle, 'prospect') as lifecycle,
        cast(scored.days_since_last_order as integer) as days_since_last_order,
        cast(coalesce(scored.orders, 0) as integer) as orders,
        coalesce(scored.revenue, 0) as revenue,
        scored.discount_rate,
        customers.channels,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score,
        cast(scored.recency_score as string)
        || cast(scored.frequency_score as string)
        || cast(scored.monetary_score as string) as rfm_code,
        case
            when scored.share_above < {{ var('value_tier_high_share') }} then 'high'
            when
                scored.share_above
                < {{ var('value_tier_high_share') }} + {{ var('value_tier_medium_share') }}
                then 'medium'
            when scored.customer_id is not null then 'low'
        end as value_tier,
        preferences.preferred_channel,
        preferences.preferred_hour

    from {{ ref('dim_customers') }} as customers

    left join scored
        on customers.customer_id = scored.customer_id

    left join {{ ref('int_customer_preferences') }} as preferences
        on customers.customer_id = preferences.customer_id

),

rfm_segments as (

    select
        codes.rfm_code,
        min_by(rules.rfm_segment, rules.rule_order) as rfm_segment

    from (select distinct rfm_code from joined) as codes

    inner join {{ ref('rfm_segments') }} as rules
        on {{ rule_holds('codes.rfm_code', 'rules.pattern') }}

    group by codes.rfm_code

),

personas as (

    select
        joined.customer_id,
        min_by(rules.persona, rules.rule_order) as persona

    from joined

    inner join {{ ref('personas') }} as rules
        on
            {{ rule_holds('joined.lifecycle', 'rules.lifecycle') }}
            and {{ rule_holds('joined.value_tier', 'rules.value_tier') }}
            and joined.orders >= coalesce(rules.orders_min, 0)
            and (rules.orders_max is null or joined.orders <= rules.orders_max)
            and coalesce(joined.discount_rate, 0) >= coalesce(rules.discount_rate_min, 0)
            and joined.channels >= coalesce(rules.channels_min, 0)

    group by joined.customer_id

),

segmented as (

    select
        joined.customer_id,
        joined.lifecycle,
        joined.days_since_last_order,
        joined.orders,
        joined.revenue,
        joined.discount_rate,
        joined.recency_score,
        joined.frequency_score,
        joined.monetary_score,
        joined.rfm_code,
        rfm_segments.rfm_segment,
        joined.value_tier,
        joined.preferred_channel,
        joined.preferred_hour,
        personas.persona

    from joined

    left join rfm_segments
        on joined.rfm_code = rfm_segments.rfm_code

    left join personas
        on joined.customer_id = personas.customer_id

)

select * from segmented
