with

lead as (

    select * from {{ source('salesforce', 'lead') }}

),

renamed as (

    select
        {{ source_name('salesforce') }} as source,
        id as record_ref,
        'lead' as record_type,
        email,
        coalesce(mobile_phone, phone) as phone,
        {{ phone_region('salesforce', 'country') }} as phone_region,
        cast(null as string) as loyalty_id,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        -- A converted lead is the same person as the contact it became.
        {{ json_object_of({
            'salesforce_lead_id': 'id',
            'salesforce_contact_id': salesforce_lookup('converted_contact_id'),
            'phone': 'case when mobile_phone is not null then phone end',
        }) }} as external_ids,
        first_name as given_name,
        last_name as family_name,
        nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
        company,
        cast(null as date) as birth_date,
        cast(null as string) as national_id,
        street,
        city,
        state as region,
        postal_code,
        coalesce({{ country_code('country') }}, country) as country,
        case
            when is_converted then 'opportunity'
            else coalesce({{ lifecycle_stage('status') }}, 'lead')
        end as lifecycle_stage,
        lead_source as original_source,
        case when has_opted_out_of_email then false end as consent_email,
        case when do_not_call then false end as consent_sms,
        cast(null as boolean) as consent_ads,
        last_modified_date as consent_at,
        {{ salesforce_lookup('master_record_id') }} as merged_into_ref,
        coalesce(is_deleted or _is_deleted, false) as is_deleted,
        created_date as created_at,
        last_modified_date as updated_at,
        _source_file as source_file

    from lead

)

select * from renamed
