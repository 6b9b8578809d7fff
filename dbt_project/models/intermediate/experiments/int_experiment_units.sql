with

web_events as (

    select * from {{ ref('int_web_events') }}

    where
        experiment is not null
        and variant is not null
        and session_id is not null

),

sessions as (

    select * from {{ ref('int_web_sessions') }}

),

message_events as (

    select * from {{ ref('int_message_events') }}

    where
        variant is not null
        and message_ref is not null

),

customers as (

    select * from {{ ref('int_records_to_customers') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

    where
        is_revenue
        and customer_id is not null

),

-- Who is known on two devices is one person, else a device is.
visitors as (

    select
        'web' as experiment_type,
        web_events.source,
        web_events.experiment,
        web_events.variant,
        coalesce(customers.customer_id, 'visitor ' || web_events.visitor_ref) as unit_ref,
        customers.customer_id,
        web_events.occurred_at as exposed_at,
        false as has_open,
        false as has_click

    from web_events

    inner join sessions
        on web_events.session_id = sessions.session_id

    left join customers
        on sessions.record_key = customers.record_key

),

recipients as (

    select
        source,
        coalesce(campaign_id, campaign_name) as campaign,
        max(campaign_name) as campaign_name,
        max(variant) as variant,
        message_ref,
        max(recipient_ref) as recipient_ref,
        min(occurred_at) filter (where event = 'delivered') as delivered_at,
        bool_or(event in ('open', 'click', 'reply') and not is_machine) as has_open,
        bool_or(event = 'click' and not is_machine) as has_click

    from message_events

    group by source, coalesce(campaign_id, campaign_name), message_ref

),

-- A mailing is a test where it went out in more than one version.
tested_mailings as (

    select
        source,
        campaign,
        max(campaign_name) as campaign_name

    from recipients

    group by source, campaign

    having count(distinct variant) > 1

),

readers as (

    select
        'message' as experiment_type,
        recipients.source,
        coalesce(tested_mailings.campaign_name, recipients.campaign) as experiment,
        recipients.variant,
        coalesce(customers.customer_id, 'recipient ' || recipients.recipient_ref) as unit_ref,
        customers.customer_id,
        recipients.delivered_at as exposed_at,
        recipients.has_open,
        recipients.has_click

    from recipients

    inner join tested_mailings
        on
            recipients.source = tested_mailings.source
            and recipients.campaign = tested_mailings.campaign

    left join customers
        on
            recipients.source = customers.source
            and recipients.recipient_ref = customers.record_ref

    where recipients.delivered_at is not null

),

exposures as (

    select * from visitors

    union all

    select * from readers

),

units as (

    select
        experiment_type,
        source,
        experiment,
        unit_ref,
        max(customer_id) as customer_id,
        min(variant) as variant,
        count(distinct variant) > 1 as is_mixed,
        bool_or(has_open) as has_open,
        bool_or(has_click) as has_click,
        min(exposed_at) as exposed_at,
        max(exposed_at) as last_exposed_at

    from exposures

    group by experiment_type, source, experiment, unit_ref

),

-- A visitor's orders count until the test ends, a reader's for some days.
observed as (

    select
        *,
        max(last_exposed_at) over (partition by experiment_type, source, experiment) as ended_at,
        case
            when experiment_type = 'web'
                then max(last_exposed_at) over (partition by experiment_type, source, experiment)
            else exposed_at + interval {{ var('experiment_message_days') }} day
        end as observed_until

    from units

),

outcomes as (

    select
        observed.experiment_type,
        observed.source,
        observed.experiment,
        observed.variant,
        observed.unit_ref,
        observed.is_mixed,
        observed.has_open,
        observed.has_click,
        count(orders.order_id) filter (where orders.ordered_at < observed.exposed_at) = 0
            as is_prospect,
        count(orders.order_id) filter (where orders.ordered_at >= observed.exposed_at) > 0
            as has_order,
        cast(
            coalesce(
                sum(orders.net) filter (where orders.ordered_at >= observed.exposed_at), 0
            ) as decimal(18, 2)
        ) as revenue,
        observed.exposed_at,
        observed.ended_at

    from observed

    left join orders
        on
            observed.customer_id = orders.customer_id
            and observed.observed_until >= orders.ordered_at

    group by
        observed.experiment_type,
        observed.source,
        observed.experiment,
        observed.variant,
        observed.unit_ref,
        observed.is_mixed,
        observed.has_open,
        observed.has_click,
        observed.exposed_at,
        observed.ended_at

)

select * from outcomes
