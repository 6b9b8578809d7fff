with

payments as (

    select
        *,
        coalesce(order_id, payment_id) as order_ref,
        {{ regex_match("lower(coalesce(result, 'success'))", "'success|approved'") }} as is_taken

    from {{ source('clover', 'payments') }}

),

-- An order may be paid in parts. The tip is no revenue, and stands beside the amount.
orders as (

    select
        _account,
        order_ref,
        max(customer_name) as customer_name,
        max(coalesce(upper(currency), _currency)) as currency,
        bool_or(is_taken) as is_taken,
        sum(case when is_taken then amount - coalesce(tax_amount, 0) else 0 end) as goods,
        sum(case when is_taken then tax_amount end) as tax,
        sum(case when is_taken then refund_amount end) as refunded,
        min(coalesce(order_date, payment_date)) as ordered_at,
        max(_source_file) as _source_file

    from payments

    group by _account, order_ref

),

refunded_orders as (

    select
        *,
        coalesce({{ refunded_goods('abs(refunded)', 'goods', 'tax') }}, 0) as refund

    from orders

),

renamed as (

    {{ order_statement({
        'source': source_name('clover'),
        'order_ref': 'order_ref',
        'order_number': 'order_ref',
        'phone_region': phone_region('clover'),
        'customer_name': 'customer_name',
        'status': "case
            when not is_taken then 'cancelled'
            when refund > 0 and refund >= goods then 'refunded'
            else 'paid'
        end",
        'currency': 'currency',
        'gross': 'goods',
        'discount': '0',
        'tax': 'tax',
        'refund': 'refund',
        'net': 'goods - refund',
        'sales_channel': "'store'",
        'ordered_at': 'ordered_at',
    }) }}

    from refunded_orders

)

select * from renamed
