-- Stage, in the order of the funnel: customers who reached it or a later one.
with

stages as (

    select * from (
        values
        ('awareness', 1),
        ('interest', 2),
        ('consideration', 3),
        ('purchase', 4),
        ('loyalty', 5)
    ) as stage_order (stage, stage_number)

),

furthest as (

    select
        customers.customer_id,
        greatest(
            case when customers.orders >= 2 then 5 when customers.orders = 1 then 4 else 0 end,
            coalesce(max(stages.stage_number) filter (where stages.stage_number <= 3), 0)
        ) as stage_number
    from marts.dim_customers as customers
    left join marts.fct_touchpoints as touchpoints
        on customers.customer_id = touchpoints.customer_id
    left join stages
        on touchpoints.stage = stages.stage
    group by customers.customer_id, customers.orders

)

select
    stages.stage,
    count(*) as customers
from stages
inner join furthest
    on stages.stage_number <= furthest.stage_number
group by stages.stage, stages.stage_number
order by stages.stage_number
