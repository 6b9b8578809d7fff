{#- Prices hold the tax, except where it is added at the till. -#}
with

items as (

    select
        *,
        item_price - coalesce(item_promotion_discount, 0)
        - case when upper(currency) in ('USD', 'CAD') then 0 else coalesce(item_tax, 0) end
            as goods,
        coalesce(lower(item_status), lower(order_status)) = 'cancelled' as is_cancelled

    from {{ source('amazon_seller', 'orders') }}

),

orders as (

    select
        _account,
        amazon_order_id,
        max(buyer_email) as email,
        max(buyer_phone_number) as phone,
        max(buyer_name) as customer_name,
        max(ship_country) as country,
        max(sales_channel) as place,
        max(lower(order_status)) as order_status,
        max(coalesce(upper(currency), _currency)) as currency,
        bool_and(is_cancelled) as is_cancelled,
        coalesce(sum(case when not is_cancelled then goods end), 0) as goods,
        coalesce(sum(case when not is_cancelled then item_promotion_discount end), 0) as discount,
        sum(case when not is_cancelled then item_tax end) as tax,
        sum(case when not is_cancelled then shipping_price end) as shipping,
        min(purchase_date) as ordered_at,
        max(_source_file) as _source_file

    from items

    group by _account, amazon_order_id

),

renamed as (

    {{ order_statement({
        'source': source_name('amazon_seller'),
        'order_ref': 'amazon_order_id',
        'order_number': 'amazon_order_id',
        'email': 'email',
        'phone': 'phone',
        'phone_region': phone_region('amazon_seller', 'country'),
        'customer_name': 'customer_name',
        'status': "case
            when is_cancelled then 'cancelled'
            when order_status like 'pending%' then 'pending'
            else 'paid'
        end",
        'currency': 'currency',
        'gross': 'goods + discount',
        'discount': 'discount',
        'tax': 'tax',
        'shipping': 'shipping',
        'refund': '0',
        'net': 'goods',
        'sales_channel': "'online'",
        'place': 'place',
        'ordered_at': 'ordered_at',
    }) }}

    from orders

)

select * from renamed
