with

users as (

    select * from {{ source('wechat_oa', 'users') }}

),

-- A nickname is no name.
renamed as (

    {{ customer_record({
        'source': source_name('wechat_oa'),
        'record_ref': 'openid',
        'record_type': "'subscriber'",
        'phone_region': phone_region('wechat_oa', otherwise='CN'),
        'external_ids': json_object_of({'openid': 'openid', 'unionid': 'unionid'}),
        'city': 'city',
        'region': 'province',
        'country': "coalesce(" ~ country_code('country') ~ ", country)",
        'created_at': 'subscribe_time',
        'updated_at': observed_at(),
    }) }}

    from users

)

select * from renamed
