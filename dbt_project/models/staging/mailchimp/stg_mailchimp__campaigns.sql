with

campaigns as (

    select
        *,
        coalesce(total_bounces, soft_bounces + hard_bounces) as all_bounces

    from {{ source('mailchimp', 'campaigns') }}

),

renamed as (

    select
        {{ source_name('mailchimp') }} as source,
        'email' as medium,
        unique_id as campaign_id,
        title as campaign_name,
        subject,
        cast(null as string) as variant,
        total_recipients as recipients,
        -- The API counts no deliveries.
        coalesce(successful_deliveries, total_recipients - all_bounces) as delivered,
        all_bounces as bounces,
        total_opens as opens,
        unique_opens,
        total_clicks as clicks,
        unique_clicks,
        unsubscribes,
        abuse_complaints as spam_complaints,
        total_orders as orders,
        total_revenue as revenue,
        upper(coalesce(currency, _currency)) as currency,
        send_date as sent_at

    from campaigns

)

select * from renamed
