with

statements as (

    select * from {{ ref('int_order_statements') }}

),

links as (

    select * from {{ ref('int_order_links') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

reports as (

    select
        statements.source as reporting_source,
        statements.order_ref as report_ref,
        links.order_id,
        links.link_rule,
        statements.currency,
        coalesce(statements.gross, statements.net) as amount,
        coalesce(statements.gross_reporting, statements.net_reporting) as amount_reporting,
        statements.ordered_at as reported_at,
        statements.order_date as reported_date

    from statements

    left join links
        on statements.order_id = links.report_id

    left join orders
        on statements.order_id = orders.order_id

    -- What no system owns and the seed counts is an order itself, not a report of one.
    where statements.is_sale and orders.order_id is null

)

select * from reports
