-- Intent that came to nothing in the last three months that had any.
select
    month_start,
    kind,
    intents,
    fulfilment_rate,
    unfulfilled,
    sales_at_risk
from marts.sales_at_risk
qualify dense_rank() over (order by month_start desc) <= 3
order by month_start desc, sales_at_risk desc, kind
