{%- set shared = [
    'person_id', 'person_name', 'person_email_work', 'person_email_home', 'person_phone_mobile',
    'person_phone_work', 'person_marketing_status', 'organization_name', '_account', '_source_file',
] -%}

with

persons as (

    select
        {{ shared | join(',\n        ') }},
        person_first_name,
        person_last_name,
        person_birthday,
        person_postal_address,
        person_created,
        coalesce(person_update_time, person_created) as stated_at

    from {{ source('pipedrive', 'persons') }}

    union all

    -- Exports of deals carry the person beside the deal.
    select
        {{ shared | join(',\n        ') }},
        cast(null as string) as person_first_name,
        cast(null as string) as person_last_name,
        cast(null as date) as person_birthday,
        cast(null as string) as person_postal_address,
        cast(null as timestamp) as person_created,
        coalesce(deal_update_time, deal_created) as stated_at

    from {{ source('pipedrive', 'deals') }}

),

renamed as (

    {{ customer_record({
        'source': source_name('pipedrive'),
        'record_ref': pipedrive_person(),
        'record_type': "'contact'",
        'email': first_listed('coalesce(person_email_work, person_email_home)'),
        'phone': first_listed('coalesce(person_phone_mobile, person_phone_work)'),
        'phone_region': phone_region('pipedrive'),
        'external_ids': json_object_of({
            'pipedrive_id': 'person_id',
            'email': 'case when person_email_work is not null then '
                ~ first_listed('person_email_home') ~ ' end',
            'phone': 'case when person_phone_mobile is not null then '
                ~ first_listed('person_phone_work') ~ ' end',
        }),
        'given_name': 'person_first_name',
        'family_name': 'person_last_name',
        'full_name': 'person_name',
        'company': 'organization_name',
        'birth_date': 'person_birthday',
        'street': 'person_postal_address',
        'consent_email': "case
            when lower(person_marketing_status) = 'subscribed' then true
            when lower(person_marketing_status) in ('unsubscribed', 'archived') then false
        end",
        'consent_at': 'stated_at',
        'created_at': 'person_created',
        'updated_at': 'stated_at',
    }) }}

    from persons

    where {{ pipedrive_person() }} is not null

)

select * from renamed
