with

orders as (

    select * from {{ source('youzan', 'orders') }}

),

-- All products of an order stand in one cell: name(variant)(quantity);name(quantity);
products as (

    select
        {{ source_name('youzan') }} as source,
        order_no as order_ref,
        _currency as currency,
        {{ exploded_list("translate(all_product_names, '；（）', ';()')") }} as product_text

    from orders

),

parsed as (

    select
        source,
        order_ref,
        currency,
        trim(product_text) as product_text,
        {{ regex_extract('trim(product_text)', "'^(.*)[(][0-9]+[)]$'") }} as product,
        {{ regex_extract('trim(product_text)', "'[(]([0-9]+)[)]$'") }} as quantity

    from products

    where trim(product_text) != ''

),

renamed as (

    select
        source,
        order_ref,
        cast(
            row_number() over (partition by source, order_ref order by product_text) as int
        ) as line_number,
        cast(null as string) as sku,
        coalesce(product, product_text) as product,
        cast(null as string) as category,
        cast(coalesce(quantity, '1') as decimal(18, 4)) as quantity,
        cast(null as decimal(18, 4)) as unit_price,
        cast(null as decimal(18, 4)) as discount,
        cast(null as decimal(18, 4)) as net,
        currency

    from parsed

)

select * from renamed
