{%- set consents = {
    'consent_email': 'email_marketing_consent',
    'consent_sms': 'sms_marketing_consent',
} -%}

with

profiles as (

    select
        *,
        {{ json_text("suppressions", "$[0]") }} is not null as is_suppressed

    from {{ source('klaviyo', 'profiles') }}

),

decided as (

    select
        {%- for consent, column in consents.items() %}
        case
            when lower({{ column }}) like 'never%' then null
            when lower({{ column }}) like 'unsubscribed%' then false
            when lower({{ column }}) in ('subscribed', 'true', 'yes') then true
            when lower({{ column }}) in ('false', 'no') then false
            -- The older property lists the channels that the person agreed to.
            when lower(consent) like '%{{ consent | replace("consent_", "") }}%' then true
        end as {{ consent }},
        {%- endfor %}
        *

    from profiles

),

renamed as (

    {{ customer_record({
        'source': source_name('klaviyo'),
        'record_ref': 'klaviyo_id',
        'record_type': "'subscriber'",
        'email': 'email',
        'phone': 'phone_number',
        'phone_region': phone_region('klaviyo', 'coalesce(phone_number_region, country)'),
        'user_id': 'external_id',
        'external_ids': json_object_of({'klaviyo_id': 'klaviyo_id'}),
        'given_name': 'first_name',
        'family_name': 'last_name',
        'full_name': joined_name('first_name', 'last_name'),
        'company': 'organization',
        'street': "nullif(concat_ws(', ', address, address_2), '')",
        'city': 'city',
        'region': 'region',
        'postal_code': 'zip_code',
        'country': 'coalesce(' ~ country_code('country') ~ ', country)',
        'lifecycle_stage': "'subscriber'",
        'original_source': 'initial_source',
        'consent_email': 'case when is_suppressed then false else consent_email end',
        'consent_sms': 'consent_sms',
        'consent_at': "coalesce(
            email_marketing_consent_timestamp, sms_marketing_consent_timestamp, consent_timestamp,
            profile_updated_on, profile_created_on
        )",
        'created_at': 'profile_created_on',
        'updated_at': 'coalesce(profile_updated_on, last_event_date, profile_created_on)',
    }) }}

    from decided

)

select * from renamed
