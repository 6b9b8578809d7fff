with

contacts as (

    select
        *,
        coalesce(system_mobile, wecom_mobile) as mobiles

    from {{ source('wecom', 'scrm_contacts') }}

),

renamed as (

    {{ customer_record({
        'source': source_name('wecom'),
        'record_ref': 'coalesce(external_userid, customer_number, cast(_grain_key as varchar))',
        'record_type': "'contact'",
        'phone': unmasked(first_listed('mobiles')),
        'phone_region': phone_region('wecom', otherwise='CN'),
        'external_ids': json_object_of({
            'external_userid': 'external_userid',
            'unionid': 'unionid',
            'phone': unmasked(second_listed('mobiles')),
        }),
        'full_name': 'customer_name',
        'company': 'company',
        'country': "'CN'",
        'created_at': 'added_at',
    }) }}

    from contacts

)

select * from renamed
