with

item_rows as (

    select
        *,
        lower(event_type) = 'refund' as is_refund

    from {{ source('square', 'items') }}

),

orders as (

    select
        _account,
        transaction_id,
        max(customer_id) as customer_id,
        max(customer_name) as customer_name,
        max(customer_reference_id) as customer_reference_id,
        max(_currency) as currency,
        bool_or(not is_refund) as has_payment,
        sum(case when is_refund then 0 else gross_sales end) as gross,
        -sum(case when is_refund then 0 else coalesce(discounts, 0) end) as discount,
        sum(tax) as tax,
        -sum(case when is_refund then coalesce(net_sales, 0) else 0 end) as refund,
        lower(max(channel)) as sales_channel,
        max(location) as place,
        coalesce(min(case when not is_refund then occurred_at end), min(occurred_at)) as ordered_at,
        max(case when is_refund then occurred_at end) as refunded_at,
        max(_source_file) as source_file

    from item_rows

    group by _account, transaction_id

),

netted as (

    select
        *,
        gross - discount - refund as net

    from orders

),

renamed as (

    {{ order_statement({
        'source': source_name('square'),
        'order_ref': 'transaction_id',
        'customer_ref': 'customer_id',
        'phone_region': phone_region('square'),
        'external_ids': json_object_of({
            'square_customer_id': 'customer_id',
            'loyalty_id': 'customer_reference_id',
        }),
        'customer_name': 'customer_name',
        'status': "case
            when refund > 0 and (net <= 0 or not has_payment) then 'refunded'
            else 'paid'
        end",
        'currency': 'currency',
        'gross': 'gross',
        'discount': 'discount',
        'tax': 'tax',
        'refund': 'refund',
        'net': 'net',
        'sales_channel': "case when sales_channel like '%online%' then 'online' else 'store' end",
        'place': 'place',
        'ordered_at': 'ordered_at',
        'refunded_at': 'refunded_at',
        'source_file': 'source_file',
    }) }}

    from netted

)

select * from renamed
