with

items as (

    select
        *,
        row_number() over (
            partition by _account, amazon_order_id order by _source_file, _source_row
        ) as line_number

    from {{ source('amazon_seller', 'orders') }}

    where lower(coalesce(item_status, order_status)) != 'cancelled'

),

renamed as (

    {{ order_line({
        'source': source_name('amazon_seller'),
        'order_ref': 'amazon_order_id',
        'line_number': 'line_number',
        'sku': 'coalesce(sku, asin)',
        'product': 'product_name',
        'quantity': 'quantity',
        'unit_price': 'item_price / nullif(quantity, 0)',
        'discount': 'item_promotion_discount',
        'net': "item_price - coalesce(item_promotion_discount, 0)
            - case when upper(currency) in ('USD', 'CAD') then 0 else coalesce(item_tax, 0) end",
        'currency': 'coalesce(upper(currency), _currency)',
    }) }}

    from items

)

select * from renamed
