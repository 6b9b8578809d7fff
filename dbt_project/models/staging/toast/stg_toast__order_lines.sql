with

items as (

    select
        *,
        row_number() over (
            partition by _account, order_id order by item_selection_id
        ) as line_number

    from {{ source('toast', 'item_selection_details') }}

    where not coalesce(is_void, false)

),

renamed as (

    {{ order_line({
        'source': source_name('toast'),
        'order_ref': 'order_id',
        'line_number': 'line_number',
        'sku': 'coalesce(sku, plu, item_id)',
        'product': 'menu_item',
        'category': 'coalesce(sales_category, menu_group)',
        'quantity': 'qty',
        'unit_price': 'gross_price / nullif(qty, 0)',
        'discount': 'coalesce(discount, 0)',
        'net': 'net_price',
    }) }}

    from items

    where order_id is not null

)

select * from renamed
