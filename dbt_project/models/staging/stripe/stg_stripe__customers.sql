with

customers as (

    select * from {{ source('stripe', 'customers') }}

),

-- What they spent is told by their payments, day by day.
renamed as (

    {{ customer_record({
        'source': source_name('stripe'),
        'record_ref': 'id',
        'record_type': "'customer'",
        'email': 'email',
        'phone': 'phone',
        'phone_region': phone_region('stripe', 'card_address_country'),
        'external_ids': json_object_of({'stripe_customer_id': 'id'}),
        'full_name': 'name',
        'street': 'card_address_line1',
        'city': 'card_address_city',
        'region': 'card_address_state',
        'postal_code': 'card_address_zip',
        'country': country_code('card_address_country'),
        'lifecycle_stage': "case when payment_count > 0 then 'customer' else 'subscriber' end",
        'created_at': 'created_date',
        'updated_at': observed_at(),
    }) }}

    from customers

)

select * from renamed
