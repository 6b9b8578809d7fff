-- Week (Monday) x channel: what was spent and earned.
select
    date_trunc('week', kpi_date)::date as week,
    channel,
    (sum(spend) + sum(coalesce(other_costs, 0)))::double as spend,
    sum(revenue)::double as revenue
from marts.kpi_daily
where kpi_date > (select max(kpi_date) from marts.kpi_daily) - 7 * 26
group by all
having sum(spend) <> 0 or sum(revenue) <> 0 or sum(coalesce(other_costs, 0)) <> 0
order by week, channel
