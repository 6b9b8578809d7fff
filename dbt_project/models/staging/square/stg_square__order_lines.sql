with

item_rows as (

    select * from {{ source('square', 'items') }}

),

renamed as (

    select
        {{ source_name('square') }} as source,
        transaction_id as order_ref,
        cast(
            row_number() over (
                partition by _account, transaction_id
                order by occurred_at, _source_file, _source_row
            ) as int
        ) as line_number,
        coalesce(sku, gtin) as sku,
        item as product,
        -- The till writes the word where an item has no category.
        case when lower(category) != 'none' then category end as category,
        cast(qty as decimal(18, 4)) as quantity,
        cast(gross_sales / nullif(qty, 0) as decimal(18, 4)) as unit_price,
        -coalesce(discounts, 0) as discount,
        net_sales as net,
        _currency as currency

    from item_rows

)

select * from renamed
