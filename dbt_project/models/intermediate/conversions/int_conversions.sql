with

-- A person becomes a lead, and a qualified lead, once, whichever systems say so and how often.
first_lead_stages as (

    select
        stage as conversion_type,
        source,
        record_ref,
        customer_id,
        entered_at as converted_at,
        row_number() over (
            partition by stage, coalesce(customer_id, record_key, source || ' ' || record_ref)
            order by entered_at, source, record_ref
        ) as entry_number

    from {{ ref('int_lead_stages') }}

    where stage in ('lead', 'mql')

),

lead_conversions as (

    select
        conversion_type,
        source,
        record_ref,
        customer_id,
        cast(null as string) as order_id,
        cast(0 as decimal(18, 2)) as revenue_reporting,
        converted_at

    from first_lead_stages

    where entry_number = 1

),

deal_conversions as (

    select
        'opportunity_won' as conversion_type,
        source,
        deal_ref as record_ref,
        customer_id,
        cast(null as string) as order_id,
        cast(coalesce(amount_reporting, 0) as decimal(18, 2)) as revenue_reporting,
        closed_at as converted_at

    from {{ ref('int_deals') }}

    where
        is_won
        and not is_deleted
        and closed_at is not null

),

order_conversions as (

    select
        'order' as conversion_type,
        source,
        record_ref,
        customer_id,
        order_id,
        cast(net_reporting as decimal(18, 2)) as revenue_reporting,
        ordered_at as converted_at

    from {{ ref('int_orders') }}

    where
        is_revenue
        and ordered_at is not null

),

unioned as (

    select * from lead_conversions

    union all

    select * from deal_conversions

    union all

    select * from order_conversions

),

identified as (

    select
        {{ surrogate_key(['conversion_type', 'source', 'coalesce(order_id, record_ref)']) }}
            as conversion_id,
        conversion_type,
        customer_id,
        source,
        record_ref,
        order_id,
        revenue_reporting,
        coalesce(
            conversion_type = 'order'
            and customer_id is not null
            and row_number() over (
                partition by conversion_type, customer_id
                order by converted_at, order_id
            ) = 1,
            false
        ) as is_first_order,
        max(case when conversion_type = 'lead' then converted_at end) over (
            partition by customer_id
        ) as customer_lead_at,
        converted_at,
        {{ reporting_date('converted_at') }} as conversion_date

    from unioned

),

opportunities as (

    select
        identified.conversion_id,
        max(deals.created_at) as opportunity_at

    from identified

    inner join {{ ref('int_deals') }} as deals
        on
            identified.customer_id = deals.customer_id
            and identified.converted_at >= deals.created_at

    where not deals.is_deleted

    group by identified.conversion_id

),

staged as (

    select
        identified.conversion_id,
        identified.conversion_type,
        identified.customer_id,
        identified.source,
        identified.record_ref,
        identified.order_id,
        identified.revenue_reporting,
        identified.is_first_order,
        case
            when
                identified.customer_id is not null
                and identified.customer_lead_at <= identified.converted_at
                then identified.customer_lead_at
        end as lead_at,
        opportunities.opportunity_at,
        identified.converted_at,
        identified.conversion_date

    from identified

    left join opportunities
        on identified.conversion_id = opportunities.conversion_id

)

select * from staged
