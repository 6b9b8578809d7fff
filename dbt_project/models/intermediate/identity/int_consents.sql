with

statements as (

    select
        {{ record_key_of() }} as record_key,
        consent_email,
        consent_sms,
        consent_ads,
        coalesce(consent_at, stated_at) as stated_at

    from {{ ref('int_person_statements') }}

    where not is_deleted

),

messages as (

    select
        {{ record_key_of('source', record_ref_of(['recipient_ref', 'email', 'phone'])) }}
            as record_key,
        medium,
        consent_change = 'opt_in' as is_consented,
        occurred_at as stated_at

    from {{ ref('int_message_events') }}

    where consent_change is not null

),

orders as (

    select
        {{ record_key_of() }} as record_key,
        accepts_marketing,
        ordered_at

    from {{ ref('int_stated_orders') }}

    where accepts_marketing is not null

),

unioned as (

    {% for channel in ['email', 'sms', 'ads'] -%}
    select record_key, '{{ channel }}' as channel, consent_{{ channel }} as is_consented, stated_at
    from statements
    where consent_{{ channel }} is not null

    union all

    {% endfor -%}
    select record_key, medium as channel, is_consented, stated_at
    from messages

    union all

    -- The box beside a checkout speaks of e-mail.
    select
        record_key,
        'email' as channel,
        accepts_marketing as is_consented,
        ordered_at as stated_at
    from orders

)

select * from unioned
