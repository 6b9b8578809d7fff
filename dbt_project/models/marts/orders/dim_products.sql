with

order_lines as (

    select * from {{ ref('int_order_lines') }} where product_key is not null

),

-- A product is called what it was called last.
products as (

    select
        product_key,
        {{ latest_value('sku', 'order_date') }} as sku,
        {{ latest_value('product', 'order_date') }} as product,
        {{ latest_value('category', 'order_date') }} as category,
        min(order_date) as first_sold_date,
        max(order_date) as last_sold_date

    from order_lines

    group by product_key

)

select * from products
