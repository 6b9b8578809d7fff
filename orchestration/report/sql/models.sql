-- Attribution model x channel: revenue of orders.
select
    model,
    channel,
    sum(revenue)::double as revenue
from marts.attribution_by_channel
where conversion_type = 'order'
group by model, channel
having sum(revenue) <> 0
order by
    case model
        when 'first_touch' then 1
        when 'last_touch' then 2
        when 'last_non_direct' then 3
        when 'linear' then 4
        when 'time_decay' then 5
        when 'position_based' then 6
        else 7
    end,
    model,
    channel
