with

contacts as (

    select * from {{ source('zoho', 'contacts') }}

),

renamed as (

    {{ customer_record({
        'source': source_name('zoho'),
        'record_ref': 'record_id',
        'record_type': "'contact'",
        'email': 'email',
        'phone': 'coalesce(mobile, phone, home_phone, other_phone)',
        'phone_region': phone_region('zoho', 'mailing_country'),
        'external_ids': json_object_of({
            'zoho_id': 'record_id',
            'email': 'secondary_email',
            'phone': 'case when mobile is not null then phone end',
        }),
        'given_name': 'first_name',
        'family_name': 'last_name',
        'full_name': joined_name('first_name', 'last_name'),
        'company': 'account_name',
        'birth_date': 'date_of_birth',
        'street': 'mailing_street',
        'city': 'mailing_city',
        'region': 'mailing_state',
        'postal_code': 'mailing_zip',
        'country': 'coalesce(' ~ country_code('mailing_country') ~ ', mailing_country)',
        'original_source': 'lead_source',
        'consent_email': 'case when email_opt_out then false end',
        'consent_at': 'coalesce(modified_time, created_time)',
        'created_at': 'created_time',
        'updated_at': 'coalesce(modified_time, created_time)',
    }) }}

    from contacts

)

select * from renamed
