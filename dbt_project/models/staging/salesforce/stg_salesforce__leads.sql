with

lead as (

    select * from {{ source('salesforce', 'lead') }}

),

-- A converted lead is the same person as the contact it became.
renamed as (

    {{ customer_record({
        'source': source_name('salesforce'),
        'record_ref': 'id',
        'record_type': "'lead'",
        'email': 'email',
        'phone': 'coalesce(mobile_phone, phone)',
        'phone_region': phone_region('salesforce', 'country'),
        'external_ids': json_object_of({
            'salesforce_lead_id': 'id',
            'salesforce_contact_id': salesforce_lookup('converted_contact_id'),
            'phone': 'case when mobile_phone is not null then phone end',
        }),
        'given_name': 'first_name',
        'family_name': 'last_name',
        'full_name': joined_name('first_name', 'last_name'),
        'company': 'company',
        'street': 'street',
        'city': 'city',
        'region': 'state',
        'postal_code': 'postal_code',
        'country': 'coalesce(' ~ country_code('country') ~ ', country)',
        'lifecycle_stage': "case
            when is_converted then 'opportunity'
            else coalesce(" ~ lifecycle_stage('status') ~ ", 'lead')
        end",
        'original_source': 'lead_source',
        'consent_email': 'case when has_opted_out_of_email then false end',
        'consent_sms': 'case when do_not_call then false end',
        'consent_at': 'last_modified_date',
        'merged_into_ref': salesforce_lookup('master_record_id'),
        'is_deleted': 'coalesce(is_deleted or _is_deleted, false)',
        'created_at': 'created_date',
        'updated_at': 'last_modified_date',
    }) }}

    from lead

)

select * from renamed
