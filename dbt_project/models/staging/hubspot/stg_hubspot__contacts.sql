with

contacts as (

    select * from {{ source('hubspot', 'contacts') }}

),

merged_refs as (

    select
        *,
        {{ exploded_list('merged_contact_ids') }} as merged_ref

    from contacts

    where merged_contact_ids is not null

),

unioned as (

    {{ customer_record({
        'source': source_name('hubspot'),
        'record_ref': 'record_id',
        'record_type': "'contact'",
        'email': first_listed('email'),
        'phone': first_listed('coalesce(mobile_phone_number, phone_number, whatsapp_phone_number)'),
        'phone_region': phone_region('hubspot', 'coalesce(country_region, ip_country)'),
        'external_ids': json_object_of({
            'hubspot_id': 'record_id',
            'email': first_listed('additional_email_addresses'),
            'phone': "case when mobile_phone_number is not null then "
                ~ first_listed('phone_number') ~ " end",
            'gclid': 'google_ad_click_id',
            'fbclid': 'facebook_click_id',
        }),
        'given_name': 'first_name',
        'family_name': 'last_name',
        'full_name': joined_name('first_name', 'last_name'),
        'company': 'coalesce(company_name, associated_company)',
        'birth_date': 'try_cast(date_of_birth as date)',
        'street': 'street_address',
        'city': 'city',
        'region': 'state_region',
        'postal_code': 'postal_code',
        'country': 'coalesce(' ~ country_code('country_region') ~ ', country_region)',
        'lifecycle_stage': lifecycle_stage('lifecycle_stage'),
        'original_source': 'original_source',
        'consent_email': "case
            when unsubscribed_from_all_email then false
            when
                lower(marketing_contact_status) in (
                    'marketing contact', 'true', 'marketingkontakt', 'contacto de marketing'
                )
                then true
        end",
        'consent_at': 'coalesce(last_modified_date, create_date)',
        'is_deleted': 'coalesce(archived, false)',
        'created_at': 'create_date',
        'updated_at': 'coalesce(last_modified_date, create_date)',
    }) }}

    from contacts

    union all

    -- Contacts that HubSpot merged away live on as references in older exports and events.
    {{ customer_record({
        'source': source_name('hubspot'),
        'record_ref': 'trim(merged_ref)',
        'record_type': "'contact'",
        'merged_into_ref': 'record_id',
        'is_deleted': 'true',
        'updated_at': 'coalesce(last_modified_date, create_date)',
    }) }}

    from merged_refs

    where trim(merged_ref) not in ('', record_id)

)

select * from unioned
