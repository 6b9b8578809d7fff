with

customers as (

    select * from {{ source('shopify', 'customers') }}

),

-- The export does not say when a box was ticked: what it says is true of the day it was made. The
-- API does.
renamed as (

    {{ customer_record({
        'source': source_name('shopify'),
        'record_ref': 'coalesce(customer_id, lower(trim(email)), phone)',
        'record_type': "'customer'",
        'email': 'email',
        'phone': 'coalesce(phone, default_address_phone)',
        'phone_region': phone_region('shopify', 'default_address_country_code'),
        'external_ids': json_object_of({
            'shopify_customer_id': 'customer_id',
            'phone': 'case when phone is not null then default_address_phone end',
        }),
        'given_name': 'first_name',
        'family_name': 'last_name',
        'full_name': joined_name('first_name', 'last_name'),
        'company': 'default_address_company',
        'street': "nullif(concat_ws(', ', default_address_address1, default_address_address2), '')",
        'city': 'default_address_city',
        'region': 'default_address_province_code',
        'postal_code': 'default_address_zip',
        'country': 'coalesce(' ~ country_code('default_address_country_code')
            ~ ', default_address_country_code)',
        'lifecycle_stage': "case when total_orders > 0 then 'customer' else 'subscriber' end",
        'consent_email': 'coalesce(accepts_email_marketing, '
            ~ shopify_consent('email_marketing_state') ~ ')',
        'consent_sms': 'coalesce(accepts_sms_marketing, '
            ~ shopify_consent('sms_marketing_state') ~ ')',
        'consent_at': 'coalesce(email_marketing_updated_at, sms_marketing_updated_at, '
            ~ observed_at() ~ ')',
        'created_at': 'created_at',
        'updated_at': 'coalesce(updated_at, ' ~ observed_at() ~ ')',
    }) }}

    from customers

)

select * from renamed
