with

leads as (

    select * from {{ source('zoho', 'leads') }}

),

-- A converted lead is the same person as the contact it became; not having opted out is no consent.
renamed as (

    {{ customer_record({
        'source': source_name('zoho'),
        'record_ref': 'record_id',
        'record_type': "'lead'",
        'email': 'email',
        'phone': 'coalesce(mobile, phone)',
        'phone_region': phone_region('zoho', 'country'),
        'external_ids': json_object_of({
            'zoho_id': 'coalesce(converted_contact_id, record_id)',
            'email': 'secondary_email',
            'phone': 'case when mobile is not null then phone end',
            'gclid': 'gclid',
        }),
        'given_name': 'first_name',
        'family_name': 'last_name',
        'full_name': 'coalesce(' ~ joined_name('first_name', 'last_name') ~ ', lead_name)',
        'company': 'company',
        'street': 'street',
        'city': 'city',
        'region': 'state',
        'postal_code': 'zip_code',
        'country': 'coalesce(' ~ country_code('country') ~ ', country)',
        'lifecycle_stage': "case
            when is_converted then 'opportunity'
            else coalesce(" ~ lifecycle_stage('lead_status') ~ ", 'lead')
        end",
        'original_source': 'lead_source',
        'consent_email': 'case when email_opt_out then false end',
        'consent_at': 'coalesce(modified_time, created_time)',
        'created_at': 'created_time',
        'updated_at': 'coalesce(modified_time, created_time)',
    }) }}

    from leads

)

select * from renamed
