with

records as (

    select
        records.*,
        customer_ids.customer_id

    from {{ ref('int_customer_records') }} as records

    inner join {{ ref('int_customer_ids') }} as customer_ids
        on records.record_key = customer_ids.record_key

    where customer_ids.customer_id is not null

),

recorded as (

    select
        customer_id,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        count(*) as record_count,
        count(distinct source) as source_count,
        bool_or(is_person and record_type != 'anonymous_buyer') as is_known

    from records

    group by customer_id

),

golden_records as (

    select * from {{ ref('int_golden_records') }}

),

identified as (

    select distinct records.customer_id

    from records

    inner join {{ ref('int_identity_ties') }} as ties
        on records.record_key = ties.record_key

    where not ties.is_indirect

),

orders as (

    select
        customer_id,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        count(*) as orders,
        cast(sum(cast(net_reporting as decimal(18, 2))) as decimal(18, 2)) as revenue

    from {{ ref('int_orders') }}

    where is_revenue and customer_id is not null

    group by customer_id

),

touches as (

    select
        customer_id,
        count(distinct channel) as channels,
        min_by(channel, {{ ordering_pair('touched_at', 'touchpoint_id') }}) as first_touch_channel

    from {{ ref('int_touchpoints') }}

    where is_touch and customer_id is not null

    group by customer_id

),

-- The latest statement of the person in any system counts; of equally late ones the refusal.
consents as (

    select
        records.customer_id,
        consents.channel,
        max_by(
            consents.is_consented,
            {{ ordering_pair(
                "coalesce(consents.stated_at, timestamp '0001-01-01')",
                'not consents.is_consented',
            ) }}
        ) as is_consented

    from {{ ref('int_consents') }} as consents

    inner join records
        on consents.record_key = records.record_key

    group by records.customer_id, consents.channel

),

consents_by_customer as (

    select
        customer_id,
        bool_or(case when channel = 'email' then is_consented end) as consent_email,
        bool_or(case when channel = 'sms' then is_consented end) as consent_sms,
        bool_or(case when channel = 'ads' then is_consented end) as consent_ads

    from consents

    group by customer_id

),

as_of as (

    select as_of_date from {{ ref('int_as_of') }}

),

joined as (

    select
        recorded.customer_id,
        recorded.first_seen_at,
        recorded.last_seen_at,
        orders.first_order_date,
        orders.last_order_date,
        cast(coalesce(orders.orders, 0) as integer) as orders,
        cast(coalesce(orders.revenue, 0) as decimal(18, 2)) as revenue,
        cast(coalesce(touches.channels, 0) as integer) as channels,
        coalesce(touches.channels, 0) >= 2 as is_omnichannel,
        recorded.is_known or identified.customer_id is not null as is_identified,
        cast(recorded.record_count as integer) as record_count,
        cast(recorded.source_count as integer) as source_count,
        touches.first_touch_channel,
        golden_records.country,
        golden_records.city,
        golden_records.lifecycle_stage,
        consents_by_customer.consent_email,
        consents_by_customer.consent_sms,
        consents_by_customer.consent_ads,
        case
            when orders.customer_id is null then 'prospect'
            when
                {{ day_diff('orders.first_order_date', 'as_of.as_of_date') }}
                < {{ var('segment_new_days', 30) }}
                then 'new'
            when
                {{ day_diff('orders.last_order_date', 'as_of.as_of_date') }}
                < {{ var('segment_active_days', 90) }}
                then 'active'
            when
                {{ day_diff('orders.last_order_date', 'as_of.as_of_date') }}
                < {{ var('segment_at_risk_days', 180) }}
                then 'at_risk'
            else 'lapsed'
        end as segment

    from recorded

    cross join as_of

    left join golden_records
        on recorded.customer_id = golden_records.customer_id

    left join identified
        on recorded.customer_id = identified.customer_id

    left join orders
        on recorded.customer_id = orders.customer_id

    left join touches
        on recorded.customer_id = touches.customer_id

    left join consents_by_customer
        on recorded.customer_id = consents_by_customer.customer_id

)

select * from joined
