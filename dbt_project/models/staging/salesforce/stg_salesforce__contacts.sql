with

contact as (

    select * from {{ source('salesforce', 'contact') }}

),

renamed as (

    select
        {{ source_name('salesforce') }} as source,
        id as record_ref,
        'contact' as record_type,
        email,
        coalesce(mobile_phone, phone, home_phone, other_phone) as phone,
        {{ phone_region('salesforce', 'coalesce(mailing_country, other_country)') }}
            as phone_region,
        cast(null as string) as loyalty_id,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        {{ json_object_of({
            'salesforce_contact_id': 'id',
            'phone': 'case when mobile_phone is not null then phone end',
        }) }} as external_ids,
        first_name as given_name,
        last_name as family_name,
        nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
        cast(null as string) as company,
        birthdate as birth_date,
        cast(null as string) as national_id,
        coalesce(mailing_street, other_street) as street,
        coalesce(mailing_city, other_city) as city,
        coalesce(mailing_state, other_state) as region,
        coalesce(mailing_postal_code, other_postal_code) as postal_code,
        coalesce(
            {{ country_code('coalesce(mailing_country, other_country)') }},
            mailing_country,
            other_country
        ) as country,
        cast(null as string) as lifecycle_stage,
        lead_source as original_source,
        -- Not having opted out is no consent.
        case when has_opted_out_of_email then false end as consent_email,
        case when do_not_call then false end as consent_sms,
        cast(null as boolean) as consent_ads,
        last_modified_date as consent_at,
        {{ salesforce_lookup('master_record_id') }} as merged_into_ref,
        coalesce(is_deleted or _is_deleted, false) as is_deleted,
        created_date as created_at,
        last_modified_date as updated_at,
        _source_file as source_file

    from contact

)

select * from renamed
