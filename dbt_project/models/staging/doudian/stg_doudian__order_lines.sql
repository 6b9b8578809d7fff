with

sub_orders as (

    select
        *,
        row_number() over (partition by _account, order_no order by sub_order_no) as line_number

    from {{ source('doudian', 'orders') }}

),

renamed as (

    {{ order_line({
        'source': source_name('doudian'),
        'order_ref': 'order_no',
        'line_number': 'line_number',
        'sku': 'coalesce(merchant_code, product_id)',
        'product': "concat_ws(' ', product_name, variant)",
        'quantity': 'quantity',
        'unit_price': 'unit_price',
        'discount': 'total_discount',
        'net': 'payable_amount - coalesce(shipping, 0)',
    }) }}

    from sub_orders

)

select * from renamed
