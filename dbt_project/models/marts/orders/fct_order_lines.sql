with

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

valued as (

    select
        order_line_id,
        order_id,
        line_number,
        product_key,
        sku,
        product,
        category,
        quantity,
        cast(unit_price_reporting as decimal(18, 2)) as unit_price,
        cast(discount_reporting as decimal(18, 2)) as discount,
        cast(net_reporting as decimal(18, 2)) as net

    from order_lines

)

select * from valued
