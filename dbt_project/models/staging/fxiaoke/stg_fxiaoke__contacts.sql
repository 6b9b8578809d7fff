with

contacts as (

    select
        *,
        concat_ws(';', mobile, mobile_2, mobile_3, mobile_4, mobile_5, phone) as numbers

    from {{ source('fxiaoke', 'contacts') }}

),

renamed as (

    {{ customer_record({
        'source': source_name('fxiaoke'),
        'record_ref': 'coalesce(unique_id, cast(_grain_key as varchar))',
        'record_type': "'contact'",
        'email': first_listed('email'),
        'phone': unmasked(first_listed('numbers')),
        'phone_region': phone_region('fxiaoke', otherwise='CN'),
        'external_ids': json_object_of({
            'fxiaoke_id': 'unique_id',
            'wecom_userid': 'wecom_user_id',
            'phone': unmasked(second_listed('numbers')),
        }),
        'full_name': 'name',
        'company': 'account_name',
        'birth_date': 'birth_date',
        'street': 'address',
        'country': "'CN'",
        'lifecycle_stage': "case when life_status = '作废' then 'disqualified' end",
        'original_source': 'source',
        'created_at': 'created_at',
        'updated_at': 'modified_at',
    }) }}

    from contacts

)

select * from renamed
