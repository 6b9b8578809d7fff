with

members as (

    select
        *,
        -- In exports the status of a member stands only in the name of the file.
        lower(coalesce(membership, api_status)) as member_status

    from {{ source('mailchimp', 'members') }}

),

renamed as (

    {{ customer_record({
        'source': source_name('mailchimp'),
        'record_ref': 'coalesce(leid, lower(trim(email_address)))',
        'record_type': "'subscriber'",
        'email': 'email_address',
        'phone': first_listed('phone_number'),
        'phone_region': phone_region('mailchimp', 'cc'),
        'external_ids': json_object_of({'mailchimp_euid': 'euid'}),
        'given_name': 'first_name',
        'family_name': 'last_name',
        'full_name': joined_name('first_name', 'last_name'),
        'street': 'address',
        'region': 'region',
        'country': country_code('cc'),
        'lifecycle_stage': "'subscriber'",
        'consent_email': "case
            when member_status = 'subscribed' then true
            when member_status = 'unsubscribed' then false
        end",
        'consent_at': "case
            when member_status = 'subscribed' then coalesce(confirm_time, optin_time, last_changed)
            when member_status = 'unsubscribed' then coalesce(unsub_time, last_changed)
        end",
        'is_deleted': 'coalesce(_is_deleted, false)',
        'created_at': 'coalesce(optin_time, confirm_time)',
        'updated_at': 'last_changed',
    }) }}

    from members

)

select * from renamed
