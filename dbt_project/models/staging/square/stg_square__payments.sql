with

payments as (

    select * from {{ source('square', 'payments') }}

),

-- A split tender is several payments of one order.
orders as (

    select
        _account,
        coalesce(order_id, id) as order_ref,
        max(reference_id) as reference_id,
        max(customer_id) as customer_id,
        max(buyer_email_address) as email,
        max(buyer_phone_number) as phone,
        max(country) as country,
        max(buyer_name) as customer_name,
        max(coalesce(currency, _currency)) as currency,
        max(card_fingerprint) as card_fingerprint,
        bool_or(status in ('COMPLETED', 'APPROVED')) as is_paid,
        bool_or(status = 'PENDING') as is_pending,
        sum(case when status in ('CANCELED', 'FAILED') then 0 else amount end) as paid,
        max(amount) as largest_amount,
        coalesce(sum(refunded), 0) as refund,
        lower(max(square_product)) as square_product,
        max(location_id) as location_id,
        min(created_at) as created_at,
        max(case when refunded > 0 then updated_at end) as refunded_at,
        max(_source_file) as source_file

    from payments

    group by _account, coalesce(order_id, id)

),

valued as (

    select
        *,
        case when is_paid or is_pending then paid else largest_amount end as amount

    from orders

),

renamed as (

    {{ order_statement({
        'source': source_name('square'),
        'order_ref': 'order_ref',
        'order_number': 'reference_id',
        'customer_ref': 'customer_id',
        'email': 'email',
        'phone': 'phone',
        'phone_region': phone_region('square', 'country'),
        'external_ids': json_object_of({
            'square_customer_id': 'customer_id',
            'card_fingerprint': 'card_fingerprint',
        }),
        'customer_name': 'customer_name',
        'status': "case
            when is_paid and refund >= amount and amount > 0 then 'refunded'
            when is_paid then 'paid'
            when is_pending then 'pending'
            else 'cancelled'
        end",
        'currency': 'currency',
        'gross': 'amount',
        'discount': '0',
        'refund': 'refund',
        'net': 'amount - refund',
        'sales_channel': "case
            when square_product in ('square_pos', 'virtual_terminal') then 'store' else 'online'
        end",
        'place': 'location_id',
        'ordered_at': 'created_at',
        'refunded_at': 'refunded_at',
        'source_file': 'source_file',
    }) }}

    from valued

)

select * from renamed
