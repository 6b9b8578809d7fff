with

items as (

    select
        *,
        row_number() over (
            partition by _account, coalesce(order_number, order_id)
            order by _source_file, _source_row
        ) as line_number

    from {{ source('woocommerce', 'plugin_orders') }}

    where item_name is not null

),

renamed as (

    {{ order_line({
        'source': source_name('woocommerce'),
        'order_ref': 'coalesce(order_number, order_id)',
        'line_number': 'line_number',
        'sku': 'item_sku',
        'product': 'item_name',
        'quantity': 'item_quantity',
        'unit_price': 'coalesce(item_price, item_total / nullif(item_quantity, 0))',
        'net': 'coalesce(item_total, ' ~ exact_product('item_price', 'item_quantity') ~ ')',
        'currency': 'coalesce(upper(order_currency), _currency)',
    }) }}

    from items

)

select * from renamed
