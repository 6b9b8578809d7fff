with

transaction_rows as (

    select
        *,
        lower(event_type) = 'refund' as is_refund

    from {{ source('square', 'transactions') }}

),

-- A payment and its refund are two rows, under one transaction or under two.
orders as (

    select
        _account,
        transaction_id,
        max(order_reference_id) as order_number,
        max(customer_id) as customer_id,
        max(customer_name) as customer_name,
        max(customer_reference_id) as customer_reference_id,
        max(_currency) as currency,
        lower(max(transaction_status)) as transaction_status,
        bool_or(not is_refund) as has_payment,
        sum(case when is_refund then 0 else gross_sales end) as gross,
        -sum(case when is_refund then 0 else coalesce(discounts, 0) end) as discount,
        sum(tax) as tax,
        -sum(
            case when is_refund then coalesce(net_sales, 0) else 0 end
            + coalesce(partial_refunds, 0)
        ) as refund,
        lower(max(source)) as sales_channel,
        max(location) as place,
        coalesce(min(case when not is_refund then occurred_at end), min(occurred_at)) as ordered_at,
        max(case when is_refund or partial_refunds < 0 then occurred_at end) as refunded_at,
        max(_source_file) as source_file

    from transaction_rows

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
        'order_number': 'order_number',
        'customer_ref': 'customer_id',
        'phone_region': phone_region('square'),
        'external_ids': json_object_of({
            'square_customer_id': 'customer_id',
            'loyalty_id': 'customer_reference_id',
        }),
        'customer_name': 'customer_name',
        'status': "case
            when transaction_status in ('canceled', 'cancelled', 'voided', 'failed')
                then 'cancelled'
            when transaction_status in ('pending', 'open') then 'pending'
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
