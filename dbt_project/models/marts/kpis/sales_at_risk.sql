with

as_of as (

    select as_of_date from {{ ref('int_as_of') }}

),

orders as (

    select
        customer_id,
        ordered_at,
        net

    from {{ ref('fct_orders') }}

    where
        is_revenue
        and order_date <= (select as_of_date from as_of)

),

order_values as (

    select {{ safe_divide('sum(net)', 'count(*)') }} as order_value from orders

),

-- A session is one intent, the furthest that it got to; wanting what was sold out is another.
session_intents as (

    select
        case
            when max(event_kinds.kind) = 'out_of_stock' then 'out_of_stock'
            when max(case when event_kinds.kind = 'checkout' then 1 else 0 end) = 1
                then 'abandoned_checkout'
            else 'abandoned_cart'
        end as kind,
        records.customer_id,
        sessions.has_order,
        min(events.occurred_at) as intended_at

    from {{ ref('int_web_events') }} as events

    inner join {{ ref('web_event_kinds') }} as event_kinds
        on
            lower(events.event_name) = event_kinds.event_name
            and event_kinds.kind in ('cart', 'checkout', 'out_of_stock')

    inner join {{ ref('int_web_sessions') }} as sessions
        on events.session_id = sessions.session_id

    left join {{ ref('int_records_to_customers') }} as records
        on sessions.record_key = records.record_key

    group by
        sessions.session_id,
        event_kinds.kind = 'out_of_stock',
        records.customer_id,
        sessions.has_order

),

touchpoints as (

    select
        customer_id,
        channel,
        interaction,
        touched_at

    from {{ ref('fct_touchpoints') }}

    where
        customer_id is not null
        and interaction in ('reply', 'delivered')

),

-- Where no message of ours is ever reported, nobody can say which ones were answered.
answering_channels as (

    select distinct channel from touchpoints

    where interaction = 'delivered'

),

message_intents as (

    select
        'unanswered_message' as kind,
        replies.customer_id,
        replies.touched_at as intended_at,
        min(answers.touched_at) is not null as is_answered

    from touchpoints as replies

    inner join answering_channels
        on replies.channel = answering_channels.channel

    left join touchpoints as answers
        on
            replies.customer_id = answers.customer_id
            and replies.channel = answers.channel
            and answers.interaction = 'delivered'
            and replies.touched_at < answers.touched_at
            and replies.touched_at + interval {{ var('sales_at_risk_answer_days') }} day
            >= answers.touched_at

    where replies.interaction = 'reply'

    group by replies.customer_id, replies.channel, replies.touched_at

),

intents as (

    select
        kind,
        customer_id,
        intended_at,
        has_order as is_fulfilled,
        {{ var('sales_at_risk_order_days') }} as days_to_wait

    from session_intents

    union all

    select
        kind,
        customer_id,
        intended_at,
        is_answered as is_fulfilled,
        {{ var('sales_at_risk_answer_days') }} as days_to_wait

    from message_intents

),

followed as (

    select
        intents.kind,
        intents.customer_id,
        intents.intended_at,
        intents.is_fulfilled or count(orders.ordered_at) > 0 as is_fulfilled,
        {{ day_diff(reporting_date('intents.intended_at'), 'as_of.as_of_date') }}
        <= intents.days_to_wait as is_young

    from intents

    inner join as_of
        on {{ reporting_date('intents.intended_at') }} <= as_of.as_of_date

    left join orders
        on
            intents.customer_id = orders.customer_id
            and intents.intended_at <= orders.ordered_at
            and intents.intended_at + interval {{ var('sales_at_risk_order_days') }} day
            >= orders.ordered_at

    group by
        intents.kind,
        intents.customer_id,
        intents.intended_at,
        intents.is_fulfilled,
        intents.days_to_wait,
        as_of.as_of_date

),

counted as (

    select
        cast(date_trunc('month', {{ reporting_date('intended_at') }}) as date) as month_start,
        kind,
        count(*) as intents,
        count(distinct customer_id) as customers,
        count(case when is_fulfilled then 1 end) as fulfilled,
        count(case when not is_fulfilled and is_young then 1 end) as undecided,
        count(case when not is_fulfilled and not is_young then 1 end) as unfulfilled

    from followed

    group by cast(date_trunc('month', {{ reporting_date('intended_at') }}) as date), kind

),

valued as (

    select
        counted.*,
        {{ safe_divide('counted.fulfilled', 'counted.fulfilled + counted.unfulfilled') }}
            as fulfilment_rate,
        cast(order_values.order_value as decimal(18, 2)) as order_value,
        cast(coalesce(counted.unfulfilled * order_values.order_value, 0) as decimal(18, 2))
            as sales_at_risk

    from counted

    cross join order_values

)

select * from valued
