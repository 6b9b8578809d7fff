with

contacts as (

    select * from {{ source('brevo', 'contacts') }}

),

-- Not being blocked is no consent; having confirmed is one.
renamed as (

    {{ customer_record({
        'source': source_name('brevo'),
        'record_ref': 'coalesce(lower(trim(email)), contact_id, sms)',
        'record_type': "'subscriber'",
        'email': 'email',
        'phone': 'coalesce(sms, whatsapp, landline_number)',
        'phone_region': phone_region('brevo'),
        'user_id': 'ext_id',
        'external_ids': json_object_of({
            'brevo_id': 'contact_id',
            'phone': 'case when sms is not null then whatsapp end',
        }),
        'given_name': 'first_name',
        'family_name': 'last_name',
        'full_name': joined_name('first_name', 'last_name'),
        'lifecycle_stage': "'subscriber'",
        'consent_email': "case
            when email_blocklisted then false
            when double_opt_in or opt_in then true
        end",
        'consent_sms': 'case when sms_blocklisted then false end',
        'consent_at': 'coalesce(modified_time, added_time)',
        'created_at': 'added_time',
        'updated_at': 'coalesce(modified_time, added_time)',
    }) }}

    from contacts

)

select * from renamed
