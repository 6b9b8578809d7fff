with

sales as (

    select
        *,
        lower(status) as sale_status,
        coalesce(subtotal - coalesce(discount, 0), total - coalesce(tax, 0)) as goods

    from {{ source('lightspeed', 'sales') }}

),

-- A sale below zero is a return: the till writes no other link to what was sold.
renamed as (

    {{ order_statement({
        'source': source_name('lightspeed'),
        'order_ref': 'receipt_number',
        'order_number': 'receipt_number',
        'customer_ref': 'customer_id',
        'email': 'customer_email',
        'phone': 'customer_phone',
        'phone_region': phone_region('lightspeed'),
        'customer_name': 'customer',
        'status': "case
            when " ~ regex_match('sale_status', "'void|cancel'") ~ " then 'cancelled'
            when " ~ regex_match('sale_status', "'open|layby|layaway|quote|park|pending'") ~ "
                then 'pending'
            when goods < 0 then 'refunded'
            else 'paid'
        end",
        'currency': 'coalesce(upper(currency), _currency)',
        'gross': 'case when goods < 0 then 0 else goods + coalesce(discount, 0) end',
        'discount': 'case when goods < 0 then 0 else coalesce(discount, 0) end',
        'tax': 'tax',
        'refund': 'case when goods < 0 then -goods else 0 end',
        'net': 'goods',
        'sales_channel': "'store'",
        'place': 'shop',
        'ordered_at': 'date',
    }) }}

    from sales

)

select * from renamed
