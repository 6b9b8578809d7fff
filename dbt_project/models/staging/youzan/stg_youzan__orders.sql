with

orders as (

    select
        *,
        coalesce(product_amount - coalesce(shop_discount, 0), paid_amount - coalesce(shipping, 0))
            as goods,
        coalesce(refund_amount, 0) as refunded_amount

    from {{ source('youzan', 'orders') }}

),

-- A refund may hold the freight; revenue loses no more than the goods brought.
refunded as (

    select
        *,
        least(goods, refunded_amount) as refund

    from orders

),

renamed as (

    select
        {{ source_name('youzan') }} as source,
        order_no as order_ref,
        order_no as order_number,
        cast(null as string) as customer_ref,
        cast(null as string) as email,
        {{ unmasked('coalesce(buyer_phone, receiver_phone)') }} as phone,
        {{ phone_region('youzan', otherwise='CN') }} as phone_region,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        cast(null as {{ json_type() }}) as external_ids,
        {{ unmasked('coalesce(buyer_name, receiver_name)') }} as customer_name,
        case
            when {{ regex_match('order_status', "'待付款|未付款|待支付'") }} then 'pending'
            when {{ regex_match('order_status', "'关闭|取消|退款'") }}
                then case when refunded_amount > 0 then 'refunded' else 'cancelled' end
            else 'paid'
        end as status,
        _currency as currency,
        cast(goods + coalesce(shop_discount, 0) as decimal(18, 4)) as gross,
        coalesce(shop_discount, 0) as discount,
        cast(null as decimal(18, 4)) as tax,
        shipping,
        cast(refund as decimal(18, 4)) as refund,
        cast(goods - refund as decimal(18, 4)) as net,
        'online' as sales_channel,
        shop_name as place,
        cast(null as boolean) as accepts_marketing,
        cast(null as string) as utm_source,
        cast(null as string) as utm_medium,
        cast(null as string) as utm_campaign,
        cast(null as string) as click_id,
        coalesce(created_at, paid_at) as ordered_at,
        cast(null as timestamp) as refunded_at,
        _source_file as source_file

    from refunded

)

select * from renamed
