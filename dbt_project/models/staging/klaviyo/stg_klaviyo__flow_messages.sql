with

flow_messages as (

    select * from {{ source('klaviyo', 'flows') }}

),

renamed as (

    {{ message_campaign({
        'source': source_name('klaviyo'),
        'medium': "coalesce(nullif(lower(trim(flow_message_channel)), ''), 'email')",
        'campaign_id': 'flow_message_id',
        'campaign_name': "coalesce(flow_name || ' / ' || flow_message_name, flow_name)",
        'recipients': 'total_recipients',
        'delivered': 'successful_deliveries',
        'bounces': 'bounces',
        'opens': 'total_opens',
        'unique_opens': 'unique_opens',
        'clicks': 'total_clicks',
        'unique_clicks': 'unique_clicks',
        'unsubscribes': 'unsubscribes',
        'spam_complaints': 'spam_complaints',
        'orders': 'unique_placed_order',
        'revenue': 'revenue',
        'sent_at': 'cast(coalesce(day, week, month) as timestamp)',
    }) }}

    from flow_messages

)

select * from renamed
