with

line_rows as (

    select * from {{ source('square', 'api_orders') }}

),

-- One row per line item, the order's own cells on each.
orders as (

    select
        _account,
        id,
        max(reference_id) as reference_id,
        max(customer_id) as customer_id,
        max(recipient_name) as recipient_name,
        max(recipient_email) as recipient_email,
        max(recipient_phone) as recipient_phone,
        max(coalesce(currency, _currency)) as currency,
        upper(max(state)) as state,
        lower(max(source_name)) as source_name,
        max(location_id) as location_id,
        coalesce(max(total), 0) as total,
        coalesce(max(tax), 0) as tax,
        coalesce(max(tip), 0) as tip,
        coalesce(max(service_charge), 0) as service_charge,
        coalesce(max(discount), 0) as discount,
        coalesce(max(returned), 0) as returned,
        coalesce(max(returned), 0) - coalesce(max(returned_tax), 0)
        - coalesce(max(returned_tip), 0) - coalesce(max(returned_service_charge), 0) as refund,
        min(created_at) as created_at,
        max(_source_file) as source_file

    from line_rows

    group by _account, id

),

netted as (

    select
        *,
        total - tax - tip - service_charge as goods

    from orders

),

-- What is sent back is an order of its own, without a line but with what it returns.
renamed as (

    {{ order_statement({
        'source': source_name('square'),
        'order_ref': 'id',
        'order_number': 'reference_id',
        'customer_ref': 'customer_id',
        'email': 'recipient_email',
        'phone': 'recipient_phone',
        'phone_region': phone_region('square'),
        'external_ids': json_object_of({'square_customer_id': 'customer_id'}),
        'customer_name': 'recipient_name',
        'status': "case
            when state = 'CANCELED' then 'cancelled'
            when state in ('OPEN', 'DRAFT') then 'pending'
            when returned > 0 and goods - refund <= 0 then 'refunded'
            else 'paid'
        end",
        'currency': 'currency',
        'gross': 'goods + discount',
        'discount': 'discount',
        'tax': 'tax',
        'shipping': 'service_charge',
        'refund': 'refund',
        'net': 'goods - refund',
        'sales_channel': "case when source_name like '%online%' then 'online' else 'store' end",
        'place': 'location_id',
        'ordered_at': 'created_at',
        'refunded_at': 'case when returned > 0 then created_at end',
        'source_file': 'source_file',
    }) }}

    from netted

)

select * from renamed
