with

activity as (

    select
        *,
        lower(trim(email_address)) as address

    from {{ source('mailchimp', 'activity') }}

),

renamed as (

    {{ message_event({
        'source': source_name('mailchimp'),
        'event_ref': 'cast(_grain_key as varchar)',
        'message_ref': "campaign_id || '/' || address",
        'medium': "'email'",
        'event': 'lower(action)',
        'recipient_ref': 'address',
        'email': 'email_address',
        'campaign_id': 'campaign_id',
        'url': 'url',
        'occurred_at': 'timestamp',
    }) }}

    from activity

    where lower(action) in ('open', 'click', 'bounce')

)

select * from renamed
