-- Channel: the economics under the model that KPIs use.
select
    channel,
    sum(sessions) as sessions,
    sum(clicks) as clicks,
    (sum(spend) + sum(coalesce(other_costs, 0)))::double as costs,
    sum(orders)::double as orders,
    sum(revenue)::double as revenue,
    sum(new_customers)::double as new_customers,
    case when sum(spend) > 0 then sum(revenue)::double / sum(spend)::double end as roas,
    case
        when sum(new_customers) > 0 and sum(spend) + sum(coalesce(other_costs, 0)) > 0
            then (sum(spend) + sum(coalesce(other_costs, 0)))::double / sum(new_customers)::double
    end as cac
from marts.kpi_daily
group by channel
having sum(sessions) > 0 or sum(spend) <> 0 or sum(revenue) <> 0 or sum(coalesce(other_costs, 0)) <> 0
order by revenue desc, costs desc, channel
