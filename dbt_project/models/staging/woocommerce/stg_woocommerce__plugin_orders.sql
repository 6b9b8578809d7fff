with

-- Where items have rows of their own, the order's cells stand on each of them.
orders as (

    select
        _account,
        coalesce(order_number, order_id) as order_ref,
        max(coalesce(customer_id, customer_user)) as customer_ref,
        max(customer_email) as email,
        max(billing_phone) as phone,
        max(coalesce(billing_country, shipping_country)) as country,
        max({{ joined_name('billing_first_name', 'billing_last_name') }}) as customer_name,
        -- A plugin writes the shop's code of a status or its label.
        max(replace(regexp_replace(lower(status), '^wc-', ''), ' ', '-')) as status,
        max(coalesce(upper(order_currency), _currency)) as currency,
        coalesce(max(discount_total), 0) as discount,
        max(tax_total) as tax,
        max(shipping_total) as shipping,
        coalesce(
            max(order_subtotal) - coalesce(max(discount_total), 0),
            max(order_total) - coalesce(max(tax_total), 0) - coalesce(max(shipping_total), 0)
        ) as goods,
        abs(max(refunded_total)) as refunded,
        max(meta) as meta,
        -- The API says it in UTC as well, which needs no zone of the site.
        min(coalesce(order_date_gmt, order_date)) as ordered_at,
        max(_source_file) as _source_file

    from {{ source('woocommerce', 'plugin_orders') }}

    group by _account, coalesce(order_number, order_id)

),

refunded_orders as (

    select
        *,
        case
            when status = 'refunded' and coalesce(refunded, 0) = 0 then goods
            else coalesce({{ refunded_goods('refunded', 'goods', 'tax') }}, 0)
        end as refund

    from orders

),

renamed as (

    {{ order_statement({
        'source': source_name('woocommerce'),
        'order_ref': 'order_ref',
        'order_number': 'order_ref',
        'customer_ref': "case when customer_ref not in ('0', '') then customer_ref end",
        'email': 'email',
        'phone': 'phone',
        'phone_region': phone_region('woocommerce', 'country'),
        'customer_name': 'customer_name',
        'status': "case
            when status = 'refunded' then 'refunded'
            when status in ('cancelled', 'failed', 'trash') then 'cancelled'
            when status in ('pending', 'pending-payment', 'on-hold', 'draft', 'checkout-draft')
                then 'pending'
            else 'paid'
        end",
        'currency': 'currency',
        'gross': 'goods + discount',
        'discount': 'discount',
        'tax': 'tax',
        'shipping': 'shipping',
        'refund': 'refund',
        'net': 'goods - refund',
        'sales_channel': "'online'",
        'utm_source': note_attribute('meta', '_wc_order_attribution_utm_source'),
        'utm_medium': note_attribute('meta', '_wc_order_attribution_utm_medium'),
        'utm_campaign': note_attribute('meta', '_wc_order_attribution_utm_campaign'),
        'ordered_at': 'ordered_at',
    }) }}

    from refunded_orders

)

select * from renamed
