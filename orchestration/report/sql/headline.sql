-- One row: the numbers at the top of the page, over all days with data.
with

days as (

    select
        min(kpi_date) as first_date,
        max(kpi_date) as last_date,
        sum(revenue) as revenue,
        sum(spend) + sum(coalesce(other_costs, 0)) as costs,
        sum(new_customers) as new_customers,
        sum(orders) as orders
    from marts.kpi_daily

),

customers as (

    select
        count(*) as customers,
        count(*) filter (where orders >= 1) as buyers,
        count(*) filter (where orders >= 2) as repeat_buyers,
        count(*) filter (where is_omnichannel) as omnichannel
    from marts.dim_customers

)

select
    days.first_date,
    days.last_date,
    days.revenue,
    days.costs,
    days.orders,
    customers.customers,
    days.new_customers,
    case when days.costs > 0 then days.revenue / days.costs end as return_on_costs,
    case when days.new_customers > 0 then days.costs / days.new_customers end as cac,
    case when days.orders > 0 then days.revenue / days.orders end as aov,
    case when customers.buyers > 0 then customers.repeat_buyers / customers.buyers end
        as repeat_rate,
    case when customers.customers > 0 then customers.omnichannel / customers.customers end
        as omnichannel_rate
from days
cross join customers
