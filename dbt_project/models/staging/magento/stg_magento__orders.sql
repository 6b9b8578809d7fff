with

-- The grid shows no tax: goods came to the subtotal, or to less where there was a discount.
orders as (

    select
        *,
        lower(status) as status_name,
        coalesce(grand_total_base, grand_total_purchased) as total,
        least(
            coalesce(subtotal, coalesce(grand_total_base, grand_total_purchased)),
            coalesce(grand_total_base, grand_total_purchased) - coalesce(shipping_and_handling, 0)
        ) as goods

    from {{ source('magento', 'orders') }}

),

refunded_orders as (

    select
        *,
        case
            when status_name = 'closed' and coalesce(total_refunded, 0) = 0 then goods
            else coalesce({{ refunded_goods('total_refunded', 'goods', 'total - goods') }}, 0)
        end as refund

    from orders

),

renamed as (

    {{ order_statement({
        'source': source_name('magento'),
        'order_ref': 'id',
        'order_number': 'id',
        'email': 'customer_email',
        'phone_region': phone_region('magento'),
        'customer_name': 'coalesce(customer_name, bill_to_name)',
        'status': "case
            when status_name = 'closed' then 'refunded'
            when status_name in ('canceled', 'cancelled', 'fraud') then 'cancelled'
            when status_name like 'pending%' or status_name in ('holded', 'on hold', 'payment_review')
                then 'pending'
            else 'paid'
        end",
        'currency': '_currency',
        'gross': 'greatest(goods, coalesce(subtotal, goods))',
        'discount': 'greatest(coalesce(subtotal, goods) - goods, 0)',
        'shipping': 'shipping_and_handling',
        'refund': 'refund',
        'net': 'goods - refund',
        'sales_channel': "'online'",
        'place': 'purchase_point',
        'ordered_at': 'purchase_date',
    }) }}

    from refunded_orders

)

select * from renamed
