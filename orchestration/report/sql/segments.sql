-- Customer segment: how many, and what they have spent.
select
    segment,
    count(*) as customers,
    coalesce(sum(revenue), 0)::double as revenue
from marts.dim_customers
group by segment
order by customers desc, segment
