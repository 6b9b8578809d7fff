with

conversions as (

    select * from {{ ref('fct_conversions') }}

    where customer_id is not null

),

leads as (

    select
        customer_id,
        min(conversion_date) as lead_date

    from conversions

    where conversion_type = 'lead'

    group by customer_id

),

outcomes as (

    select
        leads.customer_id,
        leads.lead_date,
        min(case when conversions.conversion_type = 'mql' then conversions.conversion_date end)
            as mql_date,
        min(
            case
                when conversions.conversion_type = 'opportunity_won'
                    then conversions.conversion_date
            end
        ) as won_date,
        min(case when conversions.conversion_type = 'order' then conversions.conversion_date end)
            as order_date,
        sum(case when conversions.conversion_type = 'order' then conversions.revenue end)
            as revenue

    from leads

    left join conversions
        on
            leads.customer_id = conversions.customer_id
            and leads.lead_date <= conversions.conversion_date

    group by leads.customer_id, leads.lead_date

),

timed as (

    select
        outcomes.customer_id,
        customers.first_touch_channel,
        outcomes.lead_date,
        outcomes.mql_date,
        outcomes.won_date,
        outcomes.order_date,
        cast({{ day_diff('outcomes.lead_date', 'outcomes.mql_date') }} as integer)
            as days_to_mql,
        cast({{ day_diff('outcomes.lead_date', 'outcomes.order_date') }} as integer)
            as days_to_order,
        outcomes.mql_date is not null as is_mql,
        outcomes.order_date is not null as is_buyer,
        cast(coalesce(outcomes.revenue, 0) as decimal(18, 2)) as revenue

    from outcomes

    left join {{ ref('dim_customers') }} as customers
        on outcomes.customer_id = customers.customer_id

)

select * from timed
