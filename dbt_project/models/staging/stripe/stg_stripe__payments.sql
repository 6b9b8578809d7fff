with

payments as (

    select
        *,
        lower(status) as payment_status,
        coalesce(amount_refunded, 0) >= amount and amount > 0 as is_sent_back

    from {{ source('stripe', 'payments') }}

    -- The API says whether it is live.
    where lower(coalesce(mode, 'live')) not in ('test', 'false')

),

renamed as (

    select
        {{ source_name('stripe') }} as source,
        id as order_ref,
        coalesce(
            {{ json_text('_extra', '$."order_id (metadata)"') }},
            {{ json_text('_extra', '$."order_number (metadata)"') }},
            {{ json_text('metadata', '$.order_id') }},
            {{ json_text('metadata', '$.order_number') }},
            {{ stripe_described_order('description') }},
            client_reference_id,
            invoice_number
        ) as order_number,
        customer_id as customer_ref,
        customer_email as email,
        customer_phone as phone,
        {{ phone_region('stripe', 'coalesce(shipping_address_country, card_address_country)') }}
            as phone_region,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        {{ json_object_of({
            'stripe_customer_id': 'customer_id',
            'card_fingerprint': 'card_fingerprint',
        }) }} as external_ids,
        coalesce(shipping_name, card_name) as customer_name,
        case
            when payment_status = 'refunded' then 'refunded'
            when payment_status = 'succeeded' and is_sent_back then 'refunded'
            when payment_status in ('paid', 'succeeded', 'disputed') then 'paid'
            when payment_status like '%partial%' then 'paid'
            when payment_status in ('pending', 'processing', 'uncaptured') then 'pending'
            when payment_status like 'requires%' then 'pending'
            else 'cancelled'
        end as status,
        upper(coalesce(currency, _currency)) as currency,
        amount as gross,
        cast(0 as decimal(18, 4)) as discount,
        cast(null as decimal(18, 4)) as tax,
        cast(null as decimal(18, 4)) as shipping,
        coalesce(amount_refunded, 0) as refund,
        cast(amount - coalesce(amount_refunded, 0) as decimal(18, 4)) as net,
        'online' as sales_channel,
        cast(null as string) as place,
        checkout_promotional_consent = 'opt_in' as accepts_marketing,
        utm_source,
        utm_medium,
        utm_campaign,
        cast(null as string) as click_id,
        created_date as ordered_at,
        refunded_date as refunded_at,
        _source_file as source_file

    from payments

)

select * from renamed
