with

customers as (

    select * from {{ source('omnimart', 'customers') }}

),

renamed as (

    select
        source,
        omnimart_customer_ref as record_ref,
        'customer' as record_type,
        email,
        phone,
        {{ phone_region('omnimart', 'country') }} as phone_region,
        loyalty_id,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        external_ids,
        given_name,
        family_name,
        coalesce(full_name, nullif(trim(concat_ws(' ', given_name, family_name)), '')) as full_name,
        cast(null as string) as company,
        birth_date,
        national_id,
        street,
        city,
        region,
        postal_code,
        coalesce({{ country_code('country') }}, country) as country,
        cast(null as string) as lifecycle_stage,
        cast(null as string) as original_source,
        consent_email,
        consent_sms,
        consent_ads,
        coalesce(updated_at, created_at) as consent_at,
        merged_into_ref,
        false as is_deleted,
        created_at,
        updated_at,
        _source_file as source_file

    from customers

)

select * from renamed
