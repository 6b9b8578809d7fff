with

orders as (

    select
        *,
        coalesce(net_sales, net_revenue_formatted) as net_revenue,
        lower(status) as order_status

    from {{ source('woocommerce', 'orders') }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by _account, order_number order by net_revenue desc, date, _source_row
        ) as row_number

    from orders

),

-- A refund is a row below zero with a number of its own, and does not say of which order.
renamed as (

    {{ order_statement({
        'source': source_name('woocommerce'),
        'order_ref': "order_number || case when row_number > 1 then '/' || row_number else '' end",
        'order_number': 'case when net_revenue >= 0 then order_number end',
        'phone_region': phone_region('woocommerce'),
        'customer_name': 'customer',
        'status': "case
            when net_revenue < 0 then 'refunded'
            when " ~ regex_match('order_status', "'cancel|fail|trash'") ~ " then 'cancelled'
            when " ~ regex_match('order_status', "'pending|on.hold|draft'") ~ " then 'pending'
            else 'paid'
        end",
        'currency': '_currency',
        'gross': 'greatest(net_revenue, 0)',
        'discount': '0',
        'refund': 'greatest(-net_revenue, 0)',
        'net': 'net_revenue',
        'sales_channel': "'online'",
        'utm_source': regex_extract('attribution', "'(?i)^source: *(.+)$'"),
        'ordered_at': 'date',
    }) }}

    from numbered

)

select * from renamed
