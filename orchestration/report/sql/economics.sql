-- What a new customer costs and brings, all and paid channels first.
select
    segment,
    costs,
    new_customers,
    cac,
    clv,
    clv_to_cac,
    payback_months,
    basis
from marts.unit_economics
order by
    case scope when 'all' then 1 when 'paid' then 2 else 3 end,
    costs desc,
    new_customers desc,
    segment
limit 25
