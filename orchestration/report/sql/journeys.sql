-- The paths that earned most.
select
    path,
    sum(journeys) as journeys,
    sum(conversions) as conversions,
    sum(revenue)::double as revenue
from marts.journey_paths
where conversion_type = 'order'
group by path
having sum(conversions) > 0
order by revenue desc, path
limit 10
