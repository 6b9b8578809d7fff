with

orders as (

    select
        *,
        case
            when buyer_paid_amount > 0 then greatest(buyer_paid_amount - coalesce(shipping, 0), 0)
            else coalesce(buyer_payable_amount, total_amount - coalesce(shipping, 0))
        end as goods,
        coalesce(refund_amount, 0) as refunded_amount

    from {{ source('taobao', 'orders') }}

),

-- A refund may hold the freight; revenue loses no more than the goods brought.
refunded as (

    select
        *,
        least(goods, refunded_amount) as refund

    from orders

),

renamed as (

    {{ order_statement({
        'source': source_name('taobao'),
        'order_ref': 'order_no',
        'order_number': 'order_no',
        'customer_ref': unmasked('buyer_member_name'),
        'phone': unmasked('coalesce(receiver_mobile, receiver_phone)'),
        'phone_region': phone_region('taobao', otherwise='CN'),
        'customer_name': unmasked('receiver_name'),
        'status': "case
            when " ~ regex_match('order_status', "'等待买家付款|待付款'") ~ " then 'pending'
            when " ~ regex_match('order_status', "'关闭|取消'") ~ "
                then case when refund > 0 then 'refunded' else 'cancelled' end
            else 'paid'
        end",
        'currency': '_currency',
        'gross': 'goods',
        'discount': '0',
        'shipping': 'shipping',
        'refund': 'refund',
        'net': 'goods - refund',
        'sales_channel': "'online'",
        'place': 'shop_name',
        'ordered_at': 'coalesce(created_at, paid_at)',
    }) }}

    from refunded

)

select * from renamed
