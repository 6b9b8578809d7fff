with

events as (

    select * from {{ source('segment', 'events') }}

    where
        lower(type) in ('identify', 'alias')
        and coalesce(user_id, anonymous_id, rudder_id, previous_id) is not null

),

renamed as (

    select
        {{ source_name('segment') }} as source,
        coalesce(user_id, anonymous_id, rudder_id, previous_id) as record_ref,
        'identify' as record_type,
        coalesce(
            {{ json_text('traits', '$.email') }},
            {{ json_text('context', '$.traits.email') }}
        ) as email,
        coalesce(
            {{ json_text('traits', '$.phone') }},
            {{ json_text('context', '$.traits.phone') }}
        ) as phone,
        {{ phone_region('segment', json_text('traits', '$.address.country')) }} as phone_region,
        coalesce(
            {{ json_text('traits', '$.loyalty_id') }},
            {{ json_text('traits', '$.loyaltyId') }}
        ) as loyalty_id,
        coalesce(anonymous_id, rudder_id, previous_id) as device_id,
        user_id,
        {{ json_object_of({
            'unionid': json_text('traits', '$.unionid'),
            'hubspot_id': json_text('traits', '$.hubspot_id'),
            'klaviyo_id': json_text('traits', '$.klaviyo_id'),
        }) }} as external_ids,
        coalesce(
            {{ json_text('traits', '$.first_name') }},
            {{ json_text('traits', '$.firstName') }}
        ) as given_name,
        coalesce(
            {{ json_text('traits', '$.last_name') }},
            {{ json_text('traits', '$.lastName') }}
        ) as family_name,
        {{ json_text('traits', '$.name') }} as full_name,
        coalesce(
            {{ json_text('traits', '$.company.name') }},
            {{ json_text('traits', '$.company_name') }}
        ) as company,
        try_cast({{ json_text('traits', '$.birthday') }} as date) as birth_date,
        cast(null as string) as national_id,
        {{ json_text('traits', '$.address.street') }} as street,
        {{ json_text('traits', '$.address.city') }} as city,
        {{ json_text('traits', '$.address.state') }} as region,
        coalesce(
            {{ json_text('traits', '$.address.postal_code') }},
            {{ json_text('traits', '$.address.postalCode') }}
        ) as postal_code,
        coalesce(
            {{ country_code(json_text('traits', '$.address.country')) }},
            {{ json_text('traits', '$.address.country') }}
        ) as country,
        cast(null as string) as lifecycle_stage,
        cast(null as string) as original_source,
        cast(null as boolean) as consent_email,
        cast(null as boolean) as consent_sms,
        try_cast({{ json_text('context', '$.consent.categoryPreferences.Advertising') }} as boolean)
            as consent_ads,
        coalesce(timestamp, received_at) as consent_at,
        cast(null as string) as merged_into_ref,
        false as is_deleted,
        coalesce(timestamp, received_at) as created_at,
        coalesce(timestamp, received_at) as updated_at,
        _source_file as source_file

    from events

)

select * from renamed
