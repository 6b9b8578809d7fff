with

events as (

    select
        *,
        record_type in ('Received', 'Authorised', 'SentForSettle', 'Settled', 'SettledBulk')
            as is_payment,
        record_type in ('SentForSettle', 'Settled', 'SettledBulk') as is_settled,
        record_type in ('Refused', 'Cancelled', 'Error', 'Expired') as is_refused,
        record_type in ('Refunded', 'RefundedBulk') as is_refunded,
        record_type in ('SentForRefund', 'Refunded', 'RefundedBulk', 'Chargeback') as is_return

    from {{ source('adyen', 'payment_accounting') }}

),

-- A refund is sent first and booked later: what was sent counts where it is known.
payments as (

    select
        _account,
        psp_reference,
        max(merchant_reference) as merchant_reference,
        max(coalesce(upper(main_currency), _currency)) as currency,
        max(case when is_payment then main_amount end) as amount,
        bool_or(is_settled) as is_settled,
        bool_or(is_refused) as is_refused,
        coalesce(
            sum(case when record_type = 'SentForRefund' then abs(main_amount) end),
            sum(case when is_refunded then abs(main_amount) end),
            0
        )
        + coalesce(sum(case when record_type = 'Chargeback' then abs(main_amount) end), 0)
            as refunded,
        min(booking_date) as ordered_at,
        max(case when is_return then booking_date end) as refunded_at,
        max(_source_file) as _source_file

    from events

    group by _account, psp_reference

),

known as (

    select
        *,
        least(amount, refunded) as refund

    from payments

    -- Of a payment of before the report only the refund stands in it.
    where amount is not null

),

renamed as (

    {{ order_statement({
        'source': source_name('adyen'),
        'order_ref': 'psp_reference',
        'order_number': 'merchant_reference',
        'status': "case
            when is_settled and refund >= amount then 'refunded'
            when is_settled then 'paid'
            when is_refused then 'cancelled'
            else 'pending'
        end",
        'currency': 'currency',
        'gross': 'amount',
        'discount': '0',
        'refund': 'refund',
        'net': 'amount - refund',
        'sales_channel': "'online'",
        'ordered_at': 'ordered_at',
        'refunded_at': 'refunded_at',
    }) }}

    from known

)

select * from renamed
