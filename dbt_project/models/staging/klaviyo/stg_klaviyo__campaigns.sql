with

campaigns as (

    select * from {{ source('klaviyo', 'campaigns') }}

),

renamed as (

    select
        {{ source_name('klaviyo') }} as source,
        coalesce(nullif(lower(trim(campaign_channel)), ''), 'email') as medium,
        campaign_id,
        campaign_name,
        subject,
        -- A report without names of variants tells them by their subjects.
        coalesce(variant_name, case when winning_variant is not null then subject end) as variant,
        total_recipients as recipients,
        successful_deliveries as delivered,
        bounces,
        total_opens as opens,
        unique_opens,
        total_clicks as clicks,
        unique_clicks,
        unsubscribes,
        spam_complaints,
        unique_placed_order as orders,
        revenue,
        _currency as currency,
        send_time as sent_at

    from campaigns

)

select * from renamed
