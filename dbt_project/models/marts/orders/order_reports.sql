with

reports as (

    select * from {{ ref('int_order_reports') }}

),

valued as (

    select
        reporting_source,
        report_ref,
        order_id,
        link_rule,
        currency,
        cast(amount_reporting as decimal(18, 2)) as amount,
        cast(amount as decimal(18, 2)) as amount_original,
        reported_at,
        reported_date

    from reports

)

select * from valued
