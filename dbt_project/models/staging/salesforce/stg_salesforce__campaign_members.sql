with

campaign_member as (

    select * from {{ source('salesforce', 'campaign_member') }}

    -- Being put on a list is no touch; answering is.
    where
        not coalesce(is_deleted or _is_deleted, false)
        and coalesce(has_responded, true)

),

renamed as (

    select
        {{ source_name('salesforce') }} as source,
        id as activity_ref,
        coalesce(
            {{ salesforce_lookup('contact_id') }},
            {{ salesforce_lookup('lead_id') }}
        ) as record_ref,
        'campaign_member' as activity,
        {{ salesforce_lookup('campaign_id') }} as campaign_id,
        cast(null as string) as campaign_name,
        cast(null as string) as original_source,
        coalesce(cast(first_responded_date as timestamp), created_date) as occurred_at

    from campaign_member

)

select * from renamed
