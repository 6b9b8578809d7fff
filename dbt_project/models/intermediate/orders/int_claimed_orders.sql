with

-- A confirmation page that is opened again fires its purchase event again.
web_claims as (

    select
        source,
        coalesce(order_number, event_ref) as order_ref,
        min_by(record_ref, occurred_at) as record_ref,
        max(order_number) as order_number,
        min_by(value, occurred_at) as amount,
        min_by(currency, occurred_at) as currency,
        min(occurred_at) as ordered_at

    from {{ ref('int_web_events') }}

    where is_order and not is_bot

    group by source, coalesce(order_number, event_ref)

),

message_claims as (

    select
        source,
        coalesce(order_number, event_ref) as order_ref,
        min_by({{ record_ref_of(['recipient_ref', 'email', 'phone']) }}, occurred_at) as record_ref,
        max(order_number) as order_number,
        min_by(value, occurred_at) as amount,
        min_by(currency, occurred_at) as currency,
        min(occurred_at) as ordered_at

    from {{ ref('int_message_events') }}

    where event = 'order'

    group by source, coalesce(order_number, event_ref)

),

deal_claims as (

    select
        source,
        deal_ref as order_ref,
        record_ref,
        cast(null as string) as order_number,
        amount,
        currency,
        closed_at as ordered_at

    from {{ ref('int_deals') }}

    where
        is_won
        and not is_deleted
        and amount is not null

),

unioned as (

    select * from web_claims

    union all

    select * from message_claims

    union all

    select * from deal_claims

)

select * from unioned
