{#- Orders that were closed unpaid brought nothing; those given back brought it and lost it. -#}
with

sub_orders as (

    select
        *,
        {{ regex_match("coalesce(after_sale_status, '')", "'退款成功|已退款|全额退款|退款完成'") }}
            as is_refunded,
        {{ regex_match("coalesce(order_status, '')", "'关闭|取消'") }} as is_closed,
        {{ regex_match("coalesce(order_status, '')", "'待付款|待支付|未支付'") }} as is_pending,
        payable_amount - coalesce(shipping, 0) as goods,
        coalesce(
            total_discount,
            coalesce(platform_discount, 0) + coalesce(shop_discount, 0)
            + coalesce(creator_discount, 0)
        ) as discounts

    from {{ source('doudian', 'orders') }}

),

judged as (

    select
        *,
        case
            when is_refunded then least(goods, coalesce(refund_amount, goods))
            else 0
        end as refunded_goods,
        is_refunded or not is_closed as is_sold

    from sub_orders

),

orders as (

    select
        _account,
        order_no,
        max({{ unmasked('receiver_phone') }}) as phone,
        max({{ unmasked('receiver_name') }}) as customer_name,
        max(_currency) as _currency,
        bool_or(is_sold) as is_sold,
        bool_and(is_pending) as is_pending,
        bool_and(is_refunded or is_closed) and bool_or(is_refunded) as is_refunded,
        sum(case when is_sold then goods else 0 end) as goods,
        sum(case when is_sold then discounts else 0 end) as discounts,
        sum(case when is_sold then shipping end) as shipping,
        sum(refunded_goods) as refund,
        min(coalesce(created_at, paid_at)) as ordered_at,
        max(_source_file) as _source_file

    from judged

    group by _account, order_no

),

renamed as (

    {{ order_statement({
        'source': source_name('doudian'),
        'order_ref': 'order_no',
        'order_number': 'order_no',
        'phone': 'phone',
        'phone_region': phone_region('doudian', otherwise='CN'),
        'customer_name': 'customer_name',
        'status': "case
            when is_pending then 'pending'
            when not is_sold then 'cancelled'
            when is_refunded then 'refunded'
            else 'paid'
        end",
        'currency': '_currency',
        'gross': 'goods + discounts',
        'discount': 'discounts',
        'shipping': 'shipping',
        'refund': 'refund',
        'net': 'goods - refund',
        'sales_channel': "'online'",
        'ordered_at': 'ordered_at',
    }) }}

    from orders

)

select * from renamed
