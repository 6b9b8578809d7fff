with

users as (

    select * from {{ source('wechat_oa', 'users') }}

),

renamed as (

    select
        {{ source_name('wechat_oa') }} as source,
        openid as record_ref,
        'subscriber' as record_type,
        cast(null as string) as email,
        cast(null as string) as phone,
        {{ phone_region('wechat_oa', otherwise='CN') }} as phone_region,
        cast(null as string) as loyalty_id,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        {{ json_object_of({'openid': 'openid', 'unionid': 'unionid'}) }} as external_ids,
        cast(null as string) as given_name,
        cast(null as string) as family_name,
        -- A nickname, and no name.
        cast(null as string) as full_name,
        cast(null as string) as company,
        cast(null as date) as birth_date,
        cast(null as string) as national_id,
        cast(null as string) as street,
        city,
        province as region,
        cast(null as string) as postal_code,
        coalesce({{ country_code('country') }}, country) as country,
        cast(null as string) as lifecycle_stage,
        cast(null as string) as original_source,
        cast(null as boolean) as consent_email,
        cast(null as boolean) as consent_sms,
        cast(null as boolean) as consent_ads,
        cast(null as timestamp) as consent_at,
        cast(null as string) as merged_into_ref,
        false as is_deleted,
        subscribe_time as created_at,
        {{ observed_at() }} as updated_at,
        _source_file as source_file

    from users

)

select * from renamed
