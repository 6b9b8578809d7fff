with

contacts as (

    select
        *,
        {{ json_text('remark_mobiles', '$[0]') }} as first_mobile,
        {{ json_text('remark_mobiles', '$[1]') }} as second_mobile

    from {{ source('wecom', 'external_contacts') }}

),

renamed as (

    select
        {{ source_name('wecom') }} as source,
        external_userid as record_ref,
        'contact' as record_type,
        cast(null as string) as email,
        {{ unmasked('first_mobile') }} as phone,
        {{ phone_region('wecom', otherwise='CN') }} as phone_region,
        cast(null as string) as loyalty_id,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        {{ json_object_of({
            'external_userid': 'external_userid',
            'unionid': 'unionid',
            'phone': unmasked('second_mobile'),
        }) }} as external_ids,
        cast(null as string) as given_name,
        cast(null as string) as family_name,
        -- What they call themselves in WeChat.
        name as full_name,
        coalesce(corp_name, remark_corp_name) as company,
        cast(null as date) as birth_date,
        cast(null as string) as national_id,
        cast(null as string) as street,
        cast(null as string) as city,
        cast(null as string) as region,
        cast(null as string) as postal_code,
        cast(null as string) as country,
        cast(null as string) as lifecycle_stage,
        state as original_source,
        cast(null as boolean) as consent_email,
        cast(null as boolean) as consent_sms,
        cast(null as boolean) as consent_ads,
        cast(null as timestamp) as consent_at,
        cast(null as string) as merged_into_ref,
        false as is_deleted,
        createtime as created_at,
        cast(null as timestamp) as updated_at,
        _source_file as source_file

    from contacts

)

select * from renamed
