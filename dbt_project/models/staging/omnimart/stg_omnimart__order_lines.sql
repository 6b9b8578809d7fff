with

order_lines as (

    select * from {{ source('omnimart', 'order_lines') }}

),

renamed as (

    select
        source,
        order_id as order_ref,
        cast(
            row_number() over (partition by source, order_id order by omnimart_order_line) as int
        ) as line_number,
        sku,
        product,
        category,
        cast(quantity as decimal(18, 4)) as quantity,
        unit_price,
        coalesce(discount, 0) as discount,
        cast(
            coalesce(net, {{ exact_product('unit_price', 'quantity') }} - coalesce(discount, 0))
            as decimal(18, 4)
        ) as net,
        -- Lines are in their order's currency, which they do not repeat.
        cast(null as string) as currency

    from order_lines

)

select * from renamed
