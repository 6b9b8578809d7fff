with

targets as (

    select * from {{ ref('int_targets') }}

),

orders as (

    select *
    from {{ ref('fct_conversions') }}
    where conversion_type = 'order' and customer_id is not null

),

leads as (

    select
        customer_id,
        min(conversion_date) as lead_date

    from {{ ref('fct_conversions') }}

    where conversion_type = 'lead' and customer_id is not null

    group by customer_id

),

last_orders as (

    select
        customer_id,
        max(conversion_date) as last_order_date

    from orders

    group by customer_id

),

customers as (

    select * from {{ ref('dim_customers') }}

),

-- Buyers of the period, and those among them who had bought before.
buyers as (

    select
        targets.target_key,
        count(distinct orders.customer_id) as buyers,
        count(distinct case when not orders.is_first_order then orders.customer_id end)
            as repeat_buyers

    from targets

    inner join orders
        on
            orders.conversion_date
            between targets.period_start and least(targets.period_end, targets.as_of_date)

    group by targets.target_key

),

-- Leads of the period, and those among them who bought on that day or later.
lead_outcomes as (

    select
        targets.target_key,
        count(leads.customer_id) as lead_customers,
        count(case when last_orders.last_order_date >= leads.lead_date then 1 end)
            as lead_buyers

    from targets

    inner join leads
        on leads.lead_date between targets.period_start and targets.period_end

    left join last_orders
        on leads.customer_id = last_orders.customer_id

    group by targets.target_key

),

-- What is true of all customers stands for every period.
customer_base as (

    select
        count(case when orders > 0 then 1 end) as customers_with_orders,
        count(case when orders > 0 and is_omnichannel then 1 end) as omnichannel_customers,
        count(case when channels >= 2 then 1 end) as cross_channel_people,
        count(case when channels >= 2 and orders > 0 then 1 end) as cross_channel_buyers,
        sum(case when orders > 0 then revenue end) as customer_revenue

    from customers

),

joined as (

    select
        targets.target_key,
        buyers.buyers,
        buyers.repeat_buyers,
        lead_outcomes.lead_customers,
        lead_outcomes.lead_buyers,
        customer_base.customers_with_orders,
        customer_base.omnichannel_customers,
        customer_base.cross_channel_people,
        customer_base.cross_channel_buyers,
        customer_base.customer_revenue

    from targets

    cross join customer_base

    left join buyers
        on targets.target_key = buyers.target_key

    left join lead_outcomes
        on targets.target_key = lead_outcomes.target_key

    where targets.segment = 'all'

)

select * from joined
