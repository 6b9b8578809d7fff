with

-- The order's amounts stand on each of its rows.
orders as (

    select
        _account,
        order_no,
        max(openid) as openid,
        max(unionid) as unionid,
        max({{ unmasked('receiver_phone') }}) as phone,
        max({{ unmasked('receiver_name') }}) as customer_name,
        max(_currency) as _currency,
        max(order_status) as order_status,
        coalesce(sum(product_paid_amount), max(paid_amount) - coalesce(max(shipping), 0)) as goods,
        max(shipping) as shipping,
        coalesce(max(refund_amount), 0) as refunded,
        min(coalesce(created_at, paid_at)) as ordered_at,
        max(_source_file) as _source_file

    from {{ source('wechat_shop', 'orders') }}

    group by _account, order_no

),

renamed as (

    {{ order_statement({
        'source': source_name('wechat_shop'),
        'order_ref': 'order_no',
        'order_number': 'order_no',
        'phone': 'phone',
        'phone_region': phone_region('wechat_shop', otherwise='CN'),
        'external_ids': json_object_of({'openid': 'openid', 'unionid': 'unionid'}),
        'customer_name': 'customer_name',
        'status': "case
            when " ~ regex_match('order_status', "'待付款|待支付|未付款'") ~ " then 'pending'
            when " ~ regex_match('order_status', "'关闭|取消|退款'") ~ "
                then case when refunded > 0 then 'refunded' else 'cancelled' end
            else 'paid'
        end",
        'currency': '_currency',
        'gross': 'goods',
        'discount': '0',
        'shipping': 'shipping',
        'refund': 'least(goods, refunded)',
        'net': 'goods - least(goods, refunded)',
        'sales_channel': "'online'",
        'ordered_at': 'ordered_at',
    }) }}

    from orders

)

select * from renamed
