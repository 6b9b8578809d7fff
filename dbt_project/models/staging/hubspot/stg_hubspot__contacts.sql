with

contacts as (

    select * from {{ source('hubspot', 'contacts') }}

),

contact_records as (

    select
        {{ source_name('hubspot') }} as source,
        record_id as record_ref,
        'contact' as record_type,
        {{ first_listed('email') }} as email,
        {{ first_listed('coalesce(mobile_phone_number, phone_number, whatsapp_phone_number)') }}
            as phone,
        {{ phone_region('hubspot', 'coalesce(country_region, ip_country)') }} as phone_region,
        cast(null as string) as loyalty_id,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        {{ json_object_of({
            'hubspot_id': 'record_id',
            'email': first_listed('additional_email_addresses'),
            'phone': "case when mobile_phone_number is not null then "
                ~ first_listed('phone_number') ~ " end",
            'gclid': 'google_ad_click_id',
            'fbclid': 'facebook_click_id',
        }) }} as external_ids,
        first_name as given_name,
        last_name as family_name,
        nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
        coalesce(company_name, associated_company) as company,
        try_cast(date_of_birth as date) as birth_date,
        cast(null as string) as national_id,
        street_address as street,
        city,
        state_region as region,
        postal_code,
        coalesce({{ country_code('country_region') }}, country_region) as country,
        {{ lifecycle_stage('lifecycle_stage') }} as lifecycle_stage,
        original_source,
        case
            when unsubscribed_from_all_email then false
            when lower(marketing_contact_status) = 'marketing contact' then true
        end as consent_email,
        cast(null as boolean) as consent_sms,
        cast(null as boolean) as consent_ads,
        coalesce(last_modified_date, create_date) as consent_at,
        cast(null as string) as merged_into_ref,
        false as is_deleted,
        create_date as created_at,
        coalesce(last_modified_date, create_date) as updated_at,
        _source_file as source_file,
        merged_contact_ids

    from contacts

),

merged_records as (

    select
        source,
        record_ref as merged_into_ref,
        {{ exploded_list('merged_contact_ids') }} as merged_ref,
        updated_at,
        source_file

    from contact_records

    where merged_contact_ids is not null

),

unioned as (

    select
        source,
        record_ref,
        record_type,
        email,
        phone,
        phone_region,
        loyalty_id,
        device_id,
        user_id,
        external_ids,
        given_name,
        family_name,
        full_name,
        company,
        birth_date,
        national_id,
        street,
        city,
        region,
        postal_code,
        country,
        lifecycle_stage,
        original_source,
        consent_email,
        consent_sms,
        consent_ads,
        consent_at,
        merged_into_ref,
        is_deleted,
        created_at,
        updated_at,
        source_file

    from contact_records

    union all

    -- Contacts that HubSpot merged away live on as references in older exports and events.
    select
        source,
        trim(merged_ref) as record_ref,
        'contact' as record_type,
        cast(null as string) as email,
        cast(null as string) as phone,
        cast(null as string) as phone_region,
        cast(null as string) as loyalty_id,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        cast(null as {{ json_type() }}) as external_ids,
        cast(null as string) as given_name,
        cast(null as string) as family_name,
        cast(null as string) as full_name,
        cast(null as string) as company,
        cast(null as date) as birth_date,
        cast(null as string) as national_id,
        cast(null as string) as street,
        cast(null as string) as city,
        cast(null as string) as region,
        cast(null as string) as postal_code,
        cast(null as string) as country,
        cast(null as string) as lifecycle_stage,
        cast(null as string) as original_source,
        cast(null as boolean) as consent_email,
        cast(null as boolean) as consent_sms,
        cast(null as boolean) as consent_ads,
        cast(null as timestamp) as consent_at,
        merged_into_ref,
        true as is_deleted,
        cast(null as timestamp) as created_at,
        updated_at,
        source_file

    from merged_records

    where trim(merged_ref) not in ('', merged_into_ref)

)

select * from unioned
