with

line_rows as (

    select
        *,
        row_number() over (
            partition by _account, order_no order by _source_file, _source_row
        ) as line_number

    from {{ source('wechat_shop', 'orders') }}

),

renamed as (

    {{ order_line({
        'source': source_name('wechat_shop'),
        'order_ref': 'order_no',
        'line_number': 'line_number',
        'sku': 'coalesce(merchant_code, sku_id, product_id)',
        'product': "concat_ws(' ', product_name, variant)",
        'quantity': 'quantity',
        'unit_price': 'unit_price',
        'net': 'product_paid_amount',
    }) }}

    from line_rows

    where coalesce(product_name, product_id, sku_id) is not null

)

select * from renamed
