with

customers as (

    select * from {{ source('square', 'customers') }}

),

-- Who does not tell the year has a birthday and no day of birth.
renamed as (

    {{ customer_record({
        'source': source_name('square'),
        'record_ref': 'square_customer_id',
        'record_type': "'customer'",
        'email': 'email_address',
        'phone': 'phone_number',
        'phone_region': phone_region('square'),
        'loyalty_id': 'reference_id',
        'external_ids': json_object_of({'square_customer_id': 'square_customer_id'}),
        'given_name': 'first_name',
        'family_name': 'last_name',
        'full_name': joined_name('first_name', 'last_name'),
        'company': 'company_name',
        'birth_date': 'try_cast(birthday as date)',
        'street': "nullif(concat_ws(', ', street_address_1, street_address_2), '')",
        'city': 'city',
        'region': 'state',
        'postal_code': 'postal_code',
        'lifecycle_stage': "case when transaction_count > 0 then 'customer' else 'subscriber' end",
        'consent_email': "case
            when lower(email_subscription_status) = 'subscribed' then true
            when lower(email_subscription_status) in ('unsubscribed', 'bounced') then false
        end",
        'consent_at': observed_at(),
        'created_at': 'cast(first_visit as timestamp)',
        'updated_at': observed_at(),
    }) }}

    from customers

)

select * from renamed
