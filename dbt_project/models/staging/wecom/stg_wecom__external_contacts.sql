with

contacts as (

    select
        *,
        {{ json_text('remark_mobiles', '$[0]') }} as first_mobile,
        {{ json_text('remark_mobiles', '$[1]') }} as second_mobile

    from {{ source('wecom', 'external_contacts') }}

),

-- The name is what they call themselves in WeChat.
renamed as (

    {{ customer_record({
        'source': source_name('wecom'),
        'record_ref': 'external_userid',
        'record_type': "'contact'",
        'phone': unmasked('first_mobile'),
        'phone_region': phone_region('wecom', otherwise='CN'),
        'external_ids': json_object_of({
            'external_userid': 'external_userid',
            'unionid': 'unionid',
            'phone': unmasked('second_mobile'),
        }),
        'full_name': 'name',
        'company': 'coalesce(corp_name, remark_corp_name)',
        'original_source': 'state',
        'created_at': 'createtime',
    }) }}

    from contacts

)

select * from renamed
