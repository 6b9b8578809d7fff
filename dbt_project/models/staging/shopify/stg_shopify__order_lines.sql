with

line_rows as (

    select * from {{ source('shopify', 'orders') }}

    where not coalesce(test, false)

),

numbered as (

    select
        *,
        max(id) over (partition by _account, name, _grain_key) as order_id,
        max(currency) over (partition by _account, name, _grain_key) as order_currency,
        row_number() over (
            partition by _account, name, _grain_key order by _source_file, _source_row
        ) as line_number

    from line_rows

),

-- As in the orders: of the names of an order the newest counts, and names alone may repeat.
named as (

    select
        *,
        {{ shopify_order_ref('order_id', 'dense_rank') }} as order_ref,
        {{ shopify_name_rank('order_id', '_file_version', 'dense_rank') }} as name_rank

    from numbered

),

renamed as (

    select
        {{ source_name('shopify') }} as source,
        order_ref,
        cast(line_number as int) as line_number,
        lineitem_sku as sku,
        lineitem_name as product,
        cast(null as string) as category,
        cast(lineitem_quantity as decimal(18, 4)) as quantity,
        lineitem_price as unit_price,
        coalesce(lineitem_discount, 0) as discount,
        cast(
            {{ exact_product('lineitem_price', 'lineitem_quantity') }}
            - coalesce(lineitem_discount, 0) as decimal(18, 4)
        ) as net,
        coalesce(order_currency, _currency) as currency

    from named

    where lineitem_name is not null and name_rank = 1

)

select * from renamed
