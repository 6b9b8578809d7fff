with

movements as (

    select
        *,
        lower(status) as movement_status,
        coalesce(occurred_at, cast(date as timestamp)) as moved_at,
        {{ regex_match('lower(type)', "'refund|reversal|chargeback'") }} as is_refund,
        {{ regex_match('lower(type)', "'payment|checkout|purchase|subscription'") }}
        and not {{ regex_match(
            'lower(type)', "'refund|reversal|chargeback|hold|release|transfer|conversion|withdrawal|payout'"
        ) }} as is_payment

    from {{ source('paypal', 'activity') }}

),

refunds as (

    select
        _account,
        reference_txn_id,
        -sum(gross) as refund,
        max(moved_at) as refunded_at

    from movements

    where is_refund and gross < 0

    group by _account, reference_txn_id

),

-- What the account itself paid for is a movement below zero.
payments as (

    select
        movements.*,
        least(movements.gross, coalesce(refunds.refund, 0)) as refund,
        refunds.refunded_at

    from movements

    left join refunds
        on
            movements.transaction_id = refunds.reference_txn_id
            and movements._account is not distinct from refunds._account

    where movements.is_payment and movements.gross > 0

),

renamed as (

    {{ order_statement({
        'source': source_name('paypal'),
        'order_ref': 'transaction_id',
        'order_number': 'coalesce(invoice_number, custom_number)',
        'email': 'from_email_address',
        'phone': 'contact_phone_number',
        'phone_region': phone_region('paypal', 'country_code'),
        'customer_name': 'name',
        'status': "case
            when movement_status = 'refunded' or refund >= gross then 'refunded'
            when movement_status in ('pending', 'uncleared', 'held', 'on hold') then 'pending'
            when movement_status in ('denied', 'failed', 'canceled', 'cancelled', 'expired', 'voided')
                then 'cancelled'
            else 'paid'
        end",
        'currency': 'coalesce(upper(currency), _currency)',
        'gross': 'gross',
        'discount': '0',
        'refund': 'refund',
        'net': 'gross - refund',
        'sales_channel': "'online'",
        'ordered_at': 'moved_at',
        'refunded_at': 'refunded_at',
    }) }}

    from payments

)

select * from renamed
