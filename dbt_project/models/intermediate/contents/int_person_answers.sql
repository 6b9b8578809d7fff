{#- Read once, by int_segment_answers. -#}
{{ config(materialized='view') }}

with

message_events as (

    select
        *,
        coalesce(message_ref, event_ref) as message_key

    from {{ ref('int_message_events') }}

    where event in ('delivered', 'open', 'click', 'reply')

),

subjects as (

    select
        source,
        campaign_id,
        -- A mailing that went out in several versions has no one subject.
        max(subject) as subject

    from {{ ref('int_message_campaigns') }}

    where campaign_id is not null

    group by source, campaign_id

    having count(distinct subject) = 1

),

records as (

    select * from {{ ref('int_records_to_customers') }}

),

messages as (

    select
        source,
        medium,
        channel,
        max(recipient_ref) as recipient_ref,
        max(campaign_id) as campaign_id,
        max(campaign_name) as campaign_name,
        min(occurred_at) as reached_at,
        bool_or(event in ('click', 'reply') and not is_machine) as is_answered

    from message_events

    group by source, medium, channel, message_key

),

-- Where a system tells of no answer at all, none can be told from many.
message_answers as (

    select
        *,
        bool_or(is_answered) over (partition by source, medium) as tells_answers

    from messages

),

visits as (

    select
        customer_id,
        channel,
        coalesce(content, campaign) as content,
        utm_medium as content_type,
        touched_at as reached_at

    from {{ ref('int_touchpoints') }}

    where
        interaction = 'visit'
        and customer_id is not null

),

visits_and_orders as (

    select
        *,
        cast(null as timestamp) as ordered_at

    from visits

    union all

    select
        customer_id,
        null as channel,
        null as content,
        null as content_type,
        ordered_at as reached_at,
        ordered_at

    from {{ ref('fct_orders') }}

    where
        is_revenue
        and customer_id is not null
        and ordered_at is not null

),

followed as (

    select
        *,
        min(ordered_at) over (
            partition by customer_id
            order by reached_at
            range between current row and unbounded following
        ) as next_ordered_at

    from visits_and_orders

),

reached as (

    select
        records.customer_id,
        'message_answer' as measure,
        message_answers.channel,
        coalesce(subjects.subject, message_answers.campaign_name, message_answers.campaign_id)
            as content,
        message_answers.medium as content_type,
        message_answers.reached_at,
        message_answers.is_answered

    from message_answers

    inner join records
        on
            message_answers.source = records.source
            and message_answers.recipient_ref = records.record_ref

    left join subjects
        on
            message_answers.source = subjects.source
            and message_answers.campaign_id = subjects.campaign_id

    where message_answers.tells_answers

    union all

    select
        customer_id,
        'visit_order' as measure,
        channel,
        content,
        content_type,
        reached_at,
        coalesce(
            {{ day_diff('reached_at', 'next_ordered_at') }} < {{ var('segment_order_days') }},
            false
        ) as is_answered

    from followed

    where ordered_at is null

)

select * from reached
