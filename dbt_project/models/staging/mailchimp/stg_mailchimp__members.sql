with

members as (

    select
        *,
        -- The status of a member stands only in the name of the file.
        lower(membership) as status

    from {{ source('mailchimp', 'members') }}

),

renamed as (

    select
        {{ source_name('mailchimp') }} as source,
        coalesce(leid, lower(trim(email_address))) as record_ref,
        'subscriber' as record_type,
        email_address as email,
        {{ first_listed('phone_number') }} as phone,
        {{ phone_region('mailchimp', 'cc') }} as phone_region,
        cast(null as string) as loyalty_id,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        {{ json_object_of({'mailchimp_euid': 'euid'}) }} as external_ids,
        first_name as given_name,
        last_name as family_name,
        nullif(trim(concat_ws(' ', first_name, last_name)), '') as full_name,
        cast(null as string) as company,
        cast(null as date) as birth_date,
        cast(null as string) as national_id,
        address as street,
        cast(null as string) as city,
        region,
        cast(null as string) as postal_code,
        {{ country_code('cc') }} as country,
        'subscriber' as lifecycle_stage,
        cast(null as string) as original_source,
        case
            when status = 'subscribed' then true
            when status = 'unsubscribed' then false
        end as consent_email,
        cast(null as boolean) as consent_sms,
        cast(null as boolean) as consent_ads,
        case
            when status = 'subscribed' then coalesce(confirm_time, optin_time, last_changed)
            when status = 'unsubscribed' then coalesce(unsub_time, last_changed)
        end as consent_at,
        cast(null as string) as merged_into_ref,
        coalesce(_is_deleted, false) as is_deleted,
        coalesce(optin_time, confirm_time) as created_at,
        last_changed as updated_at,
        _source_file as source_file

    from members

)

select * from renamed
