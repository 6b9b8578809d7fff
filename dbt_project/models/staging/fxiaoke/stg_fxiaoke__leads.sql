with

leads as (

    select * from {{ source('fxiaoke', 'leads') }}

),

renamed as (

    select
        {{ source_name('fxiaoke') }} as source,
        coalesce(unique_id, _grain_key) as record_ref,
        'lead' as record_type,
        {{ first_listed('email') }} as email,
        {{ unmasked(first_listed('coalesce(mobile, phone)')) }} as phone,
        {{ phone_region('fxiaoke', otherwise='CN') }} as phone_region,
        cast(null as string) as loyalty_id,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        {{ json_object_of({
            'fxiaoke_id': 'unique_id',
            'wecom_userid': 'wecom_user_id',
            'phone': 'coalesce('
                ~ unmasked(second_listed('mobile')) ~ ', case when mobile is not null then '
                ~ unmasked(first_listed('phone')) ~ ' end)',
        }) }} as external_ids,
        cast(null as string) as given_name,
        cast(null as string) as family_name,
        name as full_name,
        company,
        cast(null as date) as birth_date,
        cast(null as string) as national_id,
        address as street,
        cast(null as string) as city,
        mobile_region as region,
        cast(null as string) as postal_code,
        'CN' as country,
        case
            when life_status = '作废' then 'disqualified'
            when converted_at is not null then 'opportunity'
            else coalesce(
                {{ lifecycle_stage('lead_stage') }},
                case when mql_at is not null then 'mql' else 'lead' end
            )
        end as lifecycle_stage,
        source as original_source,
        cast(null as boolean) as consent_email,
        cast(null as boolean) as consent_sms,
        cast(null as boolean) as consent_ads,
        cast(null as timestamp) as consent_at,
        cast(null as string) as merged_into_ref,
        false as is_deleted,
        created_at,
        modified_at as updated_at,
        _source_file as source_file

    from leads

)

select * from renamed
