with

exported as (

    select distinct
        _account,
        transaction_id

    from {{ source('square', 'items') }}

),

line_rows as (

    select
        api_orders.*,
        row_number() over (
            partition by api_orders._account, api_orders.id
            order by api_orders._source_file, api_orders._source_row
        ) as line_number

    from {{ source('square', 'api_orders') }} as api_orders

    -- A sale may stand in the export of items as well, which knows what was sent back.
    left join exported
        on
            api_orders.id = exported.transaction_id
            and coalesce(api_orders._account, '') = coalesce(exported._account, '')

    where api_orders.line_uid is not null and exported.transaction_id is null

),

renamed as (

    {{ order_line({
        'source': source_name('square'),
        'order_ref': 'id',
        'line_number': 'line_number',
        'product': 'line_name',
        'quantity': 'line_quantity',
        'unit_price': 'line_base_price',
        'discount': 'coalesce(line_discount, 0)',
        'net': 'coalesce(line_gross_sales, line_total - coalesce(line_tax, 0)'
            ~ ' + coalesce(line_discount, 0)) - coalesce(line_discount, 0)',
        'currency': 'coalesce(currency, _currency)',
    }) }}

    from line_rows

)

select * from renamed
