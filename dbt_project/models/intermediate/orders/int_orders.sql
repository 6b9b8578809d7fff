{%- set amounts = ['gross', 'discount', 'tax', 'shipping', 'refund'] -%}

with

statements as (

    select * from {{ ref('int_order_statements') }}

),

links as (

    select * from {{ ref('int_order_links') }}

),

sales as (

    select statements.*

    from statements

    left join links
        on statements.order_id = links.report_id

    where
        links.report_id is null
        and (
            statements.role = 'owner'
            or (statements.counts_when_unlinked and statements.is_sale)
        )

),

judged as (

    select
        *,
        is_sale and not (status = 'refunded' and coalesce(net, 0) = 0) as is_revenue

    from sales

),

orders as (

    select
        order_id,
        source,
        order_ref,
        order_number,
        record_ref,
        record_key,
        customer_id,
        status,
        is_revenue,
        currency,
        {%- for amount in amounts %}
        {{ amount }},
        {{ amount }}_reporting,
        {%- endfor %}
        -- Nothing is earned by what was never paid, so sums need no filter on the status.
        cast(case when is_sale then coalesce(net, 0) else 0 end as decimal(18, 4)) as net,
        cast(case when is_sale then coalesce(net_reporting, 0) else 0 end as decimal(18, 4))
            as net_reporting,
        sales_channel,
        place,
        utm_source,
        utm_medium,
        utm_campaign,
        click_id,
        ordered_at,
        order_date,
        refunded_date

    from judged

)

select * from orders
