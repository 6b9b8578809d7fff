with

events as (

    select * from {{ ref('int_message_events') }}

),

-- A shop's orders arrive among Klaviyo's events; only those it ties to a message are claims.
message_events as (

    select
        *,
        coalesce(message_ref, event_ref) as message_key

    from events

    where event != 'order' or message_ref is not null or campaign_id is not null

),

-- Any later event proves delivery: a platform may report a read without a delivery.
messages as (

    select
        source,
        medium,
        channel,
        message_key,
        max(campaign_id) as campaign_id,
        max(campaign_name) as campaign_name,
        min(event_date) as message_date,
        bool_or(event in ('sent', 'delivered', 'open', 'click', 'bounce', 'spam')) as is_sent,
        bool_or(event in ('delivered', 'open', 'click', 'spam')) as is_delivered,
        bool_or(event in ('open', 'click')) as is_opened,
        bool_or(event in ('open', 'click') and not is_machine) as is_opened_by_human,
        bool_or(event = 'click' and not is_machine) as is_clicked,
        bool_or(event = 'bounce') as is_bounced,
        bool_or(event = 'unsubscribe') as is_unsubscribed,
        bool_or(event = 'spam') as is_spam,
        count(distinct case when event = 'reply' then event_ref end) as replies,
        count(distinct case when event = 'order' then coalesce(order_number, event_ref) end)
            as orders,
        sum(case when event = 'order' then value_reporting end) as revenue,
        sum(cost_reporting) as cost

    from message_events

    group by source, medium, channel, message_key

),

counted as (

    select
        message_date,
        source,
        medium,
        channel,
        campaign_id,
        campaign_name,
        count(case when is_sent then 1 end) as sent,
        count(case when is_delivered then 1 end) as delivered,
        count(case when is_opened then 1 end) as opens,
        count(case when is_opened_by_human then 1 end) as human_opens,
        count(case when is_clicked then 1 end) as clicks,
        cast(sum(replies) as bigint) as replies,
        count(case when is_bounced then 1 end) as bounces,
        count(case when is_unsubscribed then 1 end) as unsubscribes,
        count(case when is_spam then 1 end) as spam_complaints,
        cast(sum(orders) as bigint) as orders,
        cast(sum(revenue) as decimal(18, 4)) as revenue_reporting,
        cast(sum(cost) as decimal(18, 4)) as cost_reporting

    from messages

    group by message_date, source, medium, channel, campaign_id, campaign_name

),

-- What a system never reports of a medium, such as opens of text messages, is unknown, not zero.
known as (

    select
        message_date,
        source,
        medium,
        channel,
        campaign_id,
        campaign_name,
        sent,
        delivered,
        case when max(opens) over systems > 0 then opens end as opens,
        case when max(opens) over systems > 0 then human_opens end as human_opens,
        case when max(clicks) over systems > 0 then clicks end as clicks,
        replies,
        bounces,
        unsubscribes,
        spam_complaints,
        orders,
        revenue_reporting,
        cost_reporting

    from counted

    window systems as (partition by source, medium)

)

select * from known
