with

line_rows as (

    select * from {{ source('shopify', 'orders') }}

),

-- One row per line item; what belongs to the order stands on its first row only. Shops number
-- their orders alike: the grain of the raw table tells their orders apart.
orders as (

    select
        _account,
        name,
        max(id) as id,
        max(email) as email,
        max(coalesce(phone, billing_phone, shipping_phone)) as phone,
        max(coalesce(billing_country, shipping_country)) as country,
        max(coalesce(billing_name, shipping_name)) as customer_name,
        lower(max(financial_status)) as financial_status,
        -- The rows after the first have no currency of their own.
        coalesce(max(currency), max(_currency)) as currency,
        coalesce(
            max(subtotal), max(total) - coalesce(max(shipping), 0) - coalesce(max(taxes), 0)
        ) as subtotal,
        max(shipping) as shipping,
        max(taxes) as taxes,
        max(total) as total,
        coalesce(max(discount_amount), 0) as discount,
        coalesce(max(refunded_amount), 0) as refunded_amount,
        lower(max(source)) as sales_channel,
        max(location) as place,
        bool_or(accepts_marketing) as accepts_marketing,
        max(note_attributes) as note_attributes,
        min(created_at) as created_at,
        max(cancelled_at) as cancelled_at,
        max(_source_file) as source_file

    from line_rows

    group by _account, name, _grain_key

),

-- Where prices include tax, subtotal and total do too: the tax is not added once more.
taxed as (

    select
        *,
        case
            when
                abs(total - subtotal - coalesce(shipping, 0))
                < abs(total - subtotal - coalesce(shipping, 0) - coalesce(taxes, 0))
                then subtotal - coalesce(taxes, 0)
            else subtotal
        end as goods

    from orders

),

refunded as (

    select
        *,
        {{ refunded_goods('refunded_amount', 'goods', 'taxes') }} as refund

    from taxed

),

renamed as (

    select
        {{ source_name('shopify') }} as source,
        coalesce(id, name) as order_ref,
        name as order_number,
        cast(null as string) as customer_ref,
        email,
        phone,
        {{ phone_region('shopify', 'country') }} as phone_region,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        {{ json_object_of({
            'gclid': note_attribute('note_attributes', 'gclid'),
            'fbclid': note_attribute('note_attributes', 'fbclid'),
            'msclkid': note_attribute('note_attributes', 'msclkid'),
            'ttclid': note_attribute('note_attributes', 'ttclid'),
            'li_fat_id': note_attribute('note_attributes', 'li_fat_id'),
            'mailchimp_euid': note_attribute('note_attributes', 'mc_eid'),
            'klaviyo_id': note_attribute('note_attributes', '_kx'),
        }) }} as external_ids,
        customer_name,
        case
            when financial_status = 'refunded' then 'refunded'
            when cancelled_at is not null or financial_status in ('voided', 'expired')
                then 'cancelled'
            when financial_status in ('pending', 'authorized', 'partially_paid') then 'pending'
            else 'paid'
        end as status,
        upper(currency) as currency,
        cast(goods + discount as decimal(18, 4)) as gross,
        cast(discount as decimal(18, 4)) as discount,
        cast(taxes as decimal(18, 4)) as tax,
        cast(shipping as decimal(18, 4)) as shipping,
        refund,
        cast(goods - coalesce(refund, 0) as decimal(18, 4)) as net,
        case
            when sales_channel = 'pos' then 'store'
            when sales_channel = 'web' then 'online'
            -- A number is the id of the app that took the order.
            when {{ regex_match('sales_channel', "'^[0-9]+$'") }} then 'online'
            else sales_channel
        end as sales_channel,
        place,
        accepts_marketing,
        {{ note_attribute('note_attributes', 'utm_source') }} as utm_source,
        {{ note_attribute('note_attributes', 'utm_medium') }} as utm_medium,
        {{ note_attribute('note_attributes', 'utm_campaign') }} as utm_campaign,
        coalesce(
            {{ note_attribute('note_attributes', 'gclid') }},
            {{ note_attribute('note_attributes', 'fbclid') }},
            {{ note_attribute('note_attributes', 'msclkid') }},
            {{ note_attribute('note_attributes', 'ttclid') }},
            {{ note_attribute('note_attributes', 'li_fat_id') }}
        ) as click_id,
        created_at as ordered_at,
        -- The export dates no refund; a cancelled order is refunded when it is cancelled.
        case when refunded_amount > 0 then cancelled_at end as refunded_at,
        source_file

    from refunded

)

select * from renamed
