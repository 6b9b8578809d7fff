with

leads as (

    select * from {{ source('fxiaoke', 'leads') }}

),

renamed as (

    {{ customer_record({
        'source': source_name('fxiaoke'),
        'record_ref': 'coalesce(unique_id, cast(_grain_key as varchar))',
        'record_type': "'lead'",
        'email': first_listed('email'),
        'phone': unmasked(first_listed('coalesce(mobile, phone)')),
        'phone_region': phone_region('fxiaoke', otherwise='CN'),
        'external_ids': json_object_of({
            'fxiaoke_id': 'unique_id',
            'wecom_userid': 'wecom_user_id',
            'phone': 'coalesce('
                ~ unmasked(second_listed('mobile')) ~ ', case when mobile is not null then '
                ~ unmasked(first_listed('phone')) ~ ' end)',
        }),
        'full_name': 'name',
        'company': 'company',
        'street': 'address',
        'region': 'mobile_region',
        'country': "'CN'",
        'lifecycle_stage': "case
            when life_status = '作废' then 'disqualified'
            when converted_at is not null then 'opportunity'
            else coalesce(
                " ~ lifecycle_stage('lead_stage') ~ ",
                case when mql_at is not null then 'mql' else 'lead' end
            )
        end",
        'original_source': 'source',
        'created_at': 'created_at',
        'updated_at': 'modified_at',
    }) }}

    from leads

)

select * from renamed
