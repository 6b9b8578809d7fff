with

orders as (

    select * from {{ source('toast', 'order_details') }}

),

-- Checks know their customers, payments know both checks and orders.
checks as (

    select
        _account,
        check_id,
        max(customer_id) as customer_id,
        max(customer) as customer,
        max(customer_phone) as phone,
        max(customer_email) as email

    from {{ source('toast', 'check_details') }}

    group by _account, check_id

),

payments as (

    select
        payments._account,
        payments.order_id,
        max(checks.customer_id) as customer_id,
        max(checks.customer) as customer,
        coalesce(max(checks.phone), max(payments.phone)) as phone,
        coalesce(max(checks.email), max(payments.email)) as email,
        sum(payments.refund_amount) as refunded_amount,
        max(payments.refund_date) as refunded_at

    from {{ source('toast', 'payment_details') }} as payments

    left join checks
        on
            payments.check_id = checks.check_id
            and payments._account is not distinct from checks._account

    group by payments._account, payments.order_id

),

paid_orders as (

    select
        orders.*,
        payments.customer_id,
        payments.customer,
        payments.phone,
        payments.email,
        payments.refunded_at,
        coalesce(orders.discount_amount, 0) as discount,
        coalesce(orders.amount, orders.total - coalesce(orders.tax, 0) - coalesce(orders.tip, 0))
            as goods,
        payments.refunded_amount

    from orders

    left join payments
        on
            orders.order_id = payments.order_id
            and orders._account is not distinct from payments._account

),

refunded_orders as (

    select
        *,
        coalesce({{ refunded_goods('refunded_amount', 'goods', 'tax') }}, 0) as refund

    from paid_orders

),

-- Numbers of orders begin anew every day: the id is the only key. Tips are no revenue.
renamed as (

    {{ order_statement({
        'source': source_name('toast'),
        'order_ref': 'order_id',
        'order_number': 'order_id',
        'customer_ref': 'customer_id',
        'email': 'email',
        'phone': 'phone',
        'phone_region': phone_region('toast'),
        'customer_name': 'customer',
        'status': "case
            when voided then 'cancelled'
            when paid is null and closed is null then 'pending'
            when refund > 0 and refund >= goods then 'refunded'
            else 'paid'
        end",
        'currency': '_currency',
        'gross': 'goods + discount',
        'discount': 'discount',
        'tax': 'tax',
        'refund': 'refund',
        'net': 'goods - refund',
        'sales_channel': "case when " ~ regex_match('lower(order_source)', "'online|app|delivery|web'")
            ~ " then 'online' else 'store' end",
        'place': 'location',
        'ordered_at': 'opened',
        'refunded_at': 'case when refund > 0 then refunded_at end',
    }) }}

    from refunded_orders

)

select * from renamed
