with

orders as (

    select * from {{ ref('int_orders') }}

),

reports as (

    select
        order_id,
        count(*) as reports

    from {{ ref('int_order_reports') }}

    where order_id is not null

    group by order_id

),

numbered as (

    select
        *,
        row_number() over (
            partition by customer_id, is_revenue
            order by ordered_at nulls last, order_id
        ) as order_rank

    from orders

),

valued as (

    select
        numbered.order_id,
        numbered.source,
        numbered.order_ref,
        numbered.customer_id,
        numbered.status,
        numbered.currency,
        cast(
            coalesce(
                numbered.gross_reporting,
                numbered.net_reporting
                + coalesce(numbered.discount_reporting, 0)
                + coalesce(numbered.refund_reporting, 0)
            ) as decimal(18, 2)
        ) as gross,
        {%- for amount in ['discount', 'tax', 'shipping', 'refund', 'net'] %}
        cast(coalesce(numbered.{{ amount }}_reporting, 0) as decimal(18, 2)) as {{ amount }},
        {%- endfor %}
        cast(numbered.net as decimal(18, 2)) as net_original,
        numbered.sales_channel,
        numbered.place,
        numbered.ordered_at,
        numbered.order_date,
        numbered.refunded_date,
        numbered.is_revenue,
        numbered.is_revenue
        and numbered.customer_id is not null
        and numbered.order_rank = 1 as is_first_order,
        cast(coalesce(reports.reports, 0) as integer) as reported_by

    from numbered

    left join reports
        on numbered.order_id = reports.order_id

)

select * from valued
