with

-- A letter before ids and phones keeps spreadsheet programs from counting with them.
leads as (

    select
        *,
        regexp_replace(phone_number, '^p:', '') as phone

    from {{ source('meta_ads', 'leads') }}

),

renamed as (

    {{ customer_record({
        'source': source_name('meta_ads'),
        'record_ref': 'id',
        'record_type': "'lead'",
        'email': 'email',
        'phone': 'phone',
        'phone_region': phone_region('meta_ads', 'country'),
        'given_name': 'first_name',
        'family_name': 'last_name',
        'full_name': 'coalesce(full_name, ' ~ joined_name('first_name', 'last_name') ~ ')',
        'company': 'company_name',
        'birth_date': 'date_of_birth',
        'street': 'street_address',
        'city': 'city',
        'region': 'state',
        'postal_code': 'post_code',
        'country': 'country',
        'lifecycle_stage': "'lead'",
        'original_source': "case when is_organic then 'Organic social' else 'Facebook Ads' end",
        'created_at': 'created_time',
        'updated_at': 'created_time',
    }) }}

    from leads

)

select * from renamed
