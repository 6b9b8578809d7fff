with

emails as (

    select * from {{ source('hubspot', 'email_performance') }}

),

renamed as (

    {{ message_campaign({
        'source': source_name('hubspot'),
        'medium': "'email'",
        'campaign_id': 'email_id',
        'campaign_name': 'email_name',
        'subject': 'subject',
        'recipients': 'sent',
        'delivered': 'delivered',
        'bounces': 'coalesce(bounced, hard_bounced + soft_bounced)',
        'opens': 'total_opens',
        'unique_opens': 'opened',
        'clicks': 'total_clicks',
        'unique_clicks': 'clicked',
        'unsubscribes': 'unsubscribed',
        'spam_complaints': 'spam_reports',
        'sent_at': 'send_date',
    }) }}

    from emails

)

select * from renamed
