with

orders as (

    select
        *,
        lower(order_status) as status_name,
        order_total_ex_tax - coalesce(shipping_cost_ex_tax, 0) - coalesce(handling_cost_ex_tax, 0)
            as goods

    from {{ source('bigcommerce', 'orders') }}

),

refunded_orders as (

    select
        *,
        case
            when status_name = 'refunded' and coalesce(refund_amount, 0) = 0 then goods
            else coalesce({{ refunded_goods('abs(refund_amount)', 'goods', 'tax_total') }}, 0)
        end as refund

    from orders

),

-- Guests share the customer 0.
renamed as (

    {{ order_statement({
        'source': source_name('bigcommerce'),
        'order_ref': 'order_id',
        'order_number': 'order_id',
        'customer_ref': "case when customer_id != '0' then customer_id end",
        'email': 'coalesce(customer_email, billing_email)',
        'phone': 'coalesce(customer_phone, billing_phone)',
        'phone_region': phone_region('bigcommerce', 'billing_country'),
        'customer_name': 'coalesce(customer_name, '
            ~ joined_name('billing_first_name', 'billing_last_name') ~ ')',
        'status': "case
            when status_name = 'refunded' then 'refunded'
            when status_name in ('cancelled', 'declined') then 'cancelled'
            when status_name in ('incomplete', 'pending', 'awaiting payment') then 'pending'
            else 'paid'
        end",
        'currency': 'coalesce(upper(order_currency_code), _currency)',
        'gross': 'greatest(goods, coalesce(subtotal_ex_tax, goods))',
        'discount': 'greatest(coalesce(subtotal_ex_tax, goods) - goods, 0)',
        'tax': 'tax_total',
        'shipping': 'shipping_cost_ex_tax',
        'refund': 'refund',
        'net': 'goods - refund',
        'sales_channel': "'online'",
        'place': 'order_source',
        'ordered_at': 'coalesce(ordered_at, cast(order_date as timestamp))',
    }) }}

    from refunded_orders

)

select * from renamed
