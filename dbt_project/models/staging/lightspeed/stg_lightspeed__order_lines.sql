with

line_rows as (

    select
        *,
        row_number() over (
            partition by _account, receipt_number order by _source_file, _source_row
        ) as line_number

    from {{ source('lightspeed', 'sale_lines') }}

),

renamed as (

    {{ order_line({
        'source': source_name('lightspeed'),
        'order_ref': 'receipt_number',
        'line_number': 'line_number',
        'sku': 'sku',
        'product': 'product',
        'category': 'category',
        'quantity': 'quantity',
        'unit_price': 'price',
        'discount': 'discount',
        'net': 'coalesce(subtotal, total - coalesce(tax, 0), '
            ~ exact_product('price', 'quantity') ~ ' - coalesce(discount, 0))',
    }) }}

    from line_rows

)

select * from renamed
