with

line_rows as (

    select * from {{ source('shopify', 'orders') }}

    where not coalesce(test, false)

),

-- One row per line item; what belongs to the order stands on its first row only. Shops number
-- their orders alike: the grain of the raw table tells their orders apart.
orders as (

    select
        _account,
        name,
        _grain_key,
        max(id) as id,
        max(customer_id) as customer_id,
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
        max(landing_site) as landing_site,
        min(created_at) as created_at,
        max(cancelled_at) as cancelled_at,
        max(refunded_at) as refunded_at,
        max(_file_version) as file_version,
        max(_source_file) as source_file

    from line_rows

    group by _account, name, _grain_key

),

-- An order keeps its id when it is renamed: the newest name counts.
named as (

    select
        *,
        {{ shopify_order_ref('id', 'row_number') }} as order_ref,
        {{ shopify_name_rank('id', 'file_version', 'row_number') }} as name_rank

    from orders

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

    from named

    where name_rank = 1

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
        order_ref,
        name as order_number,
        customer_id as customer_ref,
        email,
        phone,
        {{ phone_region('shopify', 'country') }} as phone_region,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        {{ json_object_of({
            'shopify_customer_id': 'customer_id',
            'gclid': landing_parameter('gclid'),
            'fbclid': landing_parameter('fbclid'),
            'msclkid': landing_parameter('msclkid'),
            'ttclid': landing_parameter('ttclid'),
            'li_fat_id': landing_parameter('li_fat_id'),
            'mailchimp_euid': landing_parameter('mc_eid'),
            'klaviyo_id': landing_parameter('_kx'),
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
        {{ landing_parameter('utm_source') }} as utm_source,
        {{ landing_parameter('utm_medium') }} as utm_medium,
        {{ landing_parameter('utm_campaign') }} as utm_campaign,
        coalesce(
            {{ landing_parameter('gclid') }},
            {{ landing_parameter('fbclid') }},
            {{ landing_parameter('msclkid') }},
            {{ landing_parameter('ttclid') }},
            {{ landing_parameter('li_fat_id') }}
        ) as click_id,
        created_at as ordered_at,
        -- The export dates no refund; a cancelled order is refunded when it is cancelled.
        case when refunded_amount > 0 then coalesce(refunded_at, cancelled_at) end as refunded_at,
        source_file

    from refunded

)

select * from renamed
