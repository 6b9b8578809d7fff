with

intents as (

    select * from {{ source('stripe', 'payment_intents') }}

    where coalesce(livemode, true)

),

-- An intent is known by the charge that it came to, so that both are one payment.
renamed as (

    {{ order_statement({
        'source': source_name('stripe'),
        'order_ref': 'coalesce(latest_charge_id, id)',
        'order_number': 'coalesce('
            ~ json_text('metadata', '$.order_id') ~ ', '
            ~ json_text('metadata', '$.order_number') ~ ', '
            ~ stripe_described_order('description') ~ ')',
        'customer_ref': 'customer_id',
        'email': 'customer_email',
        'phone': 'customer_phone',
        'phone_region': phone_region('stripe', 'country'),
        'external_ids': json_object_of({
            'stripe_customer_id': 'customer_id',
            'card_fingerprint': 'card_fingerprint',
        }),
        'customer_name': 'customer_name',
        'status': "case
            when status = 'succeeded' and coalesce(amount_refunded, 0) >= amount_received
                and amount_received > 0 then 'refunded'
            when status = 'succeeded' then 'paid'
            when status in ('processing', 'requires_capture', 'requires_action',
                'requires_confirmation', 'requires_payment_method') then 'pending'
            else 'cancelled'
        end",
        'currency': 'upper(coalesce(currency, _currency))',
        'gross': "case when status = 'succeeded' then amount_received else amount end",
        'discount': '0',
        'refund': 'coalesce(amount_refunded, 0)',
        'net': "case when status = 'succeeded' then amount_received else amount end
            - coalesce(amount_refunded, 0)",
        'sales_channel': "'online'",
        'ordered_at': 'created',
    }) }}

    from intents

)

select * from renamed
