-- Attribution model x channel: revenue of orders. A choice of models, as many as a chart can hold; how
-- far all of them agree stands in marts.attribution_agreement.
select
    model,
    channel,
    sum(revenue)::double as revenue
from marts.attribution_by_channel
where
    conversion_type = 'order'
    and model in (
        'first_touch', 'last_touch', 'last_non_direct', 'position_based', 'markov', 'shapley'
    )
group by model, channel
having sum(revenue) <> 0
order by
    case model
        when 'first_touch' then 1
        when 'last_touch' then 2
        when 'last_non_direct' then 3
        when 'position_based' then 4
        when 'markov' then 5
        else 6
    end,
    channel
