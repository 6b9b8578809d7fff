with

targets as (

    select * from {{ ref('int_targets') }}

),

messages as (

    select fct_message_performance.*
    from {{ ref('fct_message_performance') }} as fct_message_performance
    inner join {{ ref('int_as_of') }} as as_of
        on fct_message_performance.message_date <= as_of.as_of_date

),

-- Reports that cannot tell people's opens from machines' stay out of the human open rate.
summed as (

    select
        targets.target_key,
        sum(messages.sent) as sent,
        sum(messages.delivered) as delivered,
        sum(case when messages.human_opens is not null then messages.delivered end)
            as delivered_with_opens,
        sum(messages.human_opens) as human_opens,
        sum(case when messages.human_opens is not null then messages.clicks end)
            as clicks_with_opens,
        sum(messages.unsubscribes) as unsubscribes,
        sum(messages.bounces) as bounces

    from targets

    inner join messages
        on
            messages.message_date between targets.period_start and targets.period_end
            and (targets.segment = 'all' or lower(targets.segment) = lower(messages.channel))
            and (targets.medium is null or targets.medium = messages.medium)

    group by targets.target_key

)

select * from summed
