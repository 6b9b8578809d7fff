{%- set country = 'coalesce(mailing_country, other_country)' -%}

with

contact as (

    select * from {{ source('salesforce', 'contact') }}

),

-- Not having opted out is no consent.
renamed as (

    {{ customer_record({
        'source': source_name('salesforce'),
        'record_ref': 'id',
        'record_type': "'contact'",
        'email': 'email',
        'phone': 'coalesce(mobile_phone, phone, home_phone, other_phone)',
        'phone_region': phone_region('salesforce', country),
        'external_ids': json_object_of({
            'salesforce_contact_id': 'id',
            'phone': 'case when mobile_phone is not null then phone end',
        }),
        'given_name': 'first_name',
        'family_name': 'last_name',
        'full_name': joined_name('first_name', 'last_name'),
        'birth_date': 'birthdate',
        'street': 'coalesce(mailing_street, other_street)',
        'city': 'coalesce(mailing_city, other_city)',
        'region': 'coalesce(mailing_state, other_state)',
        'postal_code': 'coalesce(mailing_postal_code, other_postal_code)',
        'country': 'coalesce(' ~ country_code(country) ~ ', ' ~ country ~ ')',
        'original_source': 'lead_source',
        'consent_email': 'case when has_opted_out_of_email then false end',
        'consent_sms': 'case when do_not_call then false end',
        'consent_at': 'last_modified_date',
        'merged_into_ref': salesforce_lookup('master_record_id'),
        'is_deleted': 'coalesce(is_deleted or _is_deleted, false)',
        'created_at': 'created_date',
        'updated_at': 'last_modified_date',
    }) }}

    from contact

)

select * from renamed
