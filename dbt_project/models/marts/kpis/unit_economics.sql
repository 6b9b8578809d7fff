with

as_of as (

    select as_of_date from {{ ref('int_as_of') }}

),

-- A customer counts for the channels that earned the first order, by their credit for it.
acquisitions as (

    select
        conversions.customer_id,
        attribution.channel,
        cast(attribution.credit as double) as credit,
        conversions.conversion_date as first_order_date,
        -- Months of 30 days that were over on the as-of day.
        floor(
            ({{ day_diff('conversions.conversion_date', 'as_of.as_of_date') }} + 1) / 30
        ) as whole_months

    from {{ ref('fct_attribution') }} as attribution

    inner join {{ ref('fct_conversions') }} as conversions
        on attribution.conversion_id = conversions.conversion_id

    inner join as_of
        on conversions.conversion_date <= as_of.as_of_date

    where
        attribution.model = '{{ var("kpi_attribution_model") }}'
        and attribution.conversion_type = 'order'
        and conversions.is_first_order

),

costs as (

    select
        marketing_costs.channel,
        sum(marketing_costs.spend + marketing_costs.other_costs) as costs

    from {{ ref('int_marketing_costs') }} as marketing_costs

    inner join as_of
        on marketing_costs.cost_date <= as_of.as_of_date

    group by marketing_costs.channel

),

names as (

    select channel from costs

    union

    select channel from acquisitions

),

scopes as (

    select
        channel,
        'channel' as scope,
        channel as segment

    from names

    union all

    select
        channel,
        'all' as scope,
        'all' as segment

    from names

    union all

    select
        names.channel,
        'paid' as scope,
        'paid' as segment

    from names

    inner join {{ ref('dim_channels') }} as channels
        on names.channel = channels.channel

    where channels.is_paid

),

values_of_customers as (

    select
        acquisitions.channel,
        sum(acquisitions.credit) as new_customers,
        sum({{ exact_product('customer_value.clv_historic', 'acquisitions.credit') }})
            as revenue_so_far,
        sum({{ exact_product('customer_value.clv_365d', 'acquisitions.credit') }})
            as revenue_to_come,
        sum(case when customer_value.clv_365d is not null then acquisitions.credit end)
            as forecast_customers

    from acquisitions

    left join {{ ref('customer_value') }} as customer_value
        on acquisitions.customer_id = customer_value.customer_id

    group by acquisitions.channel

),

-- Only lines whose product has a cost say what is left of revenue.
margins as (

    select
        coalesce(
            {{ safe_divide(
                'sum(lines.net - ' ~ exact_product('product_costs.unit_cost', 'lines.quantity') ~ ')', 'sum(lines.net)'
            ) }},
            {{ var('contribution_margin_rate') or 'null' }}
        ) as margin_rate

    from {{ ref('fct_order_lines') }} as lines

    inner join {{ ref('product_costs') }} as product_costs
        on lines.sku = product_costs.sku

),

summed as (

    select
        scopes.scope,
        scopes.segment,
        cast(coalesce(sum(costs.costs), 0) as decimal(18, 2)) as costs,
        coalesce(sum(values_of_customers.new_customers), 0) as new_customers,
        {{ safe_divide(
            'coalesce(sum(costs.costs), 0)', 'sum(values_of_customers.new_customers)'
        ) }} as cac,
        {{ safe_divide(
            'sum(values_of_customers.revenue_so_far)', 'sum(values_of_customers.new_customers)'
        ) }} as revenue_per_customer,
        {{ safe_divide(
            'sum(values_of_customers.revenue_to_come)',
            'sum(values_of_customers.forecast_customers)'
        ) }} as expected_revenue_per_customer

    from scopes

    left join costs
        on scopes.channel = costs.channel

    left join values_of_customers
        on scopes.channel = values_of_customers.channel

    group by scopes.scope, scopes.segment

),

-- Customers younger than a month say nothing of it: each month is a mean of those who lived it.
lived as (

    select
        channel,
        whole_months,
        sum(credit) as customers

    from acquisitions

    group by channel, whole_months

),

earned as (

    select
        acquisitions.channel,
        floor(
            {{ day_diff('acquisitions.first_order_date', 'orders.order_date') }} / 30
        ) as month_number,
        sum({{ exact_product('orders.net', 'acquisitions.credit') }}) as revenue

    from acquisitions

    inner join {{ ref('fct_orders') }} as orders
        on
            acquisitions.customer_id = orders.customer_id
            and acquisitions.first_order_date <= orders.order_date
            and acquisitions.whole_months
            > floor({{ day_diff('acquisitions.first_order_date', 'orders.order_date') }} / 30)

    where orders.is_revenue

    group by acquisitions.channel, month_number

),

earned_by_segment as (

    select
        scopes.segment,
        earned.month_number,
        sum(earned.revenue) as revenue

    from earned

    inner join scopes
        on earned.channel = scopes.channel

    group by scopes.segment, earned.month_number

),

lived_by_segment as (

    select
        scopes.segment,
        lived.whole_months,
        sum(lived.customers) as customers

    from lived

    inner join scopes
        on lived.channel = scopes.channel

    group by scopes.segment, lived.whole_months

),

months as (

    select
        earned.segment,
        earned.month_number,
        {{ safe_divide('max(earned.revenue)', 'sum(lived.customers)') }} as revenue

    from earned_by_segment as earned

    inner join lived_by_segment as lived
        on
            earned.segment = lived.segment
            and earned.month_number < lived.whole_months

    group by earned.segment, earned.month_number

),

cumulated as (

    select
        segment,
        month_number,
        sum(revenue) over (partition by segment order by month_number) as cumulative_revenue

    from months

),

judged as (

    select
        summed.*,
        margins.margin_rate,
        coalesce(margins.margin_rate, 1)
        * (summed.revenue_per_customer + summed.expected_revenue_per_customer) as clv

    from summed

    cross join margins

),

paid_back as (

    select
        judged.segment,
        min(cumulated.month_number) + 1 as payback_months

    from judged

    inner join cumulated
        on
            judged.segment = cumulated.segment
            and judged.cac <= cumulated.cumulative_revenue * coalesce(judged.margin_rate, 1)

    group by judged.segment

),

joined as (

    select
        judged.scope,
        judged.segment,
        judged.costs,
        judged.new_customers,
        judged.cac,
        cast(judged.revenue_per_customer as decimal(18, 2)) as revenue_per_customer,
        cast(judged.expected_revenue_per_customer as decimal(18, 2))
            as expected_revenue_per_customer,
        judged.margin_rate,
        cast(judged.clv as decimal(18, 2)) as clv,
        {{ safe_divide('judged.clv', 'judged.cac') }} as clv_to_cac,
        cast(paid_back.payback_months as integer) as payback_months,
        case when judged.margin_rate is null then 'revenue' else 'margin' end as basis

    from judged

    left join paid_back
        on judged.segment = paid_back.segment

)

select * from joined
