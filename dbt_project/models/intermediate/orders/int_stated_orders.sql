{#- The first of two models that state one order of one source is the more complete of them. -#}
{%- set models = [
    'stg_shopify__orders', 'stg_square__transactions', 'stg_square__item_orders',
    'stg_square__api_orders', 'stg_square__payments',
    'stg_youzan__orders', 'stg_doudian__orders', 'stg_wechat_shop__orders',
    'stg_woocommerce__plugin_orders', 'stg_woocommerce__orders', 'stg_toast__orders',
    'stg_clover__orders', 'stg_lightspeed__orders', 'stg_bigcommerce__orders',
    'stg_magento__orders', 'stg_amazon_seller__orders', 'stg_taobao__orders',
    'stg_stripe__payments', 'stg_stripe__payment_intents', 'stg_paypal__payments',
    'stg_adyen__payments', 'stg_wechat_pay__payments', 'stg_alipay__payments',
    'stg_omnimart__orders',
] -%}
{%- set columns = [
    'order_number', 'customer_ref', 'email', 'phone', 'phone_region', 'device_id', 'user_id',
    'external_ids', 'customer_name', 'status', 'currency', 'gross', 'discount', 'tax', 'shipping',
    'refund', 'net', 'sales_channel', 'place', 'accepts_marketing', 'utm_source', 'utm_medium',
    'utm_campaign', 'click_id', 'ordered_at', 'refunded_at',
] -%}

with

unioned as (
    {%- for model in models %}
    select
        source,
        {{ record_ref_of(['order_ref']) }} as order_ref,
        {{ loop.index }} as completeness,
        {{ "'omnimart'" if model == 'stg_omnimart__orders' else "cast(null as string)" }}
            as format_system,
        {{ columns | join(',\n        ') }}

    from {{ ref(model) }}

    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- A Square sale stands in the export of transactions and again in that of items, or in the API's
-- orders and again in its payments.
ranked as (

    select
        *,
        row_number() over (partition by source, order_ref order by completeness) as statement_rank

    from unioned

    where source is not null and order_ref is not null

),

orders as (

    select * from ranked where statement_rank = 1

),

junk as (

    select
        identifier_type,
        pattern

    from {{ ref('identifier_junk') }}

),

-- "Guest" and noreply@ are nobody: orders that share them have nothing else in common.
shared_customers as (

    select distinct orders.customer_ref

    from orders

    inner join junk
        on
            junk.identifier_type in ('user_id', 'other')
            and {{ regex_match_column('lower(trim(orders.customer_ref))', 'junk.pattern') }}

),

shared_emails as (

    select distinct orders.email

    from orders

    inner join junk
        on
            junk.identifier_type = 'email'
            and {{ regex_match_column('lower(trim(orders.email))', 'junk.pattern') }}

),

buyers as (

    select
        orders.source,
        orders.order_ref,
        case
            when shared_customers.customer_ref is null then orders.customer_ref
        end as customer_ref,
        case
            when shared_emails.email is null and {{ normalised_email('orders.email') }} is not null
                then orders.email
        end as email,
        case when e164(orders.phone, orders.phone_region) is not null then orders.phone end as phone

    from orders

    left join shared_customers
        on orders.customer_ref = shared_customers.customer_ref

    left join shared_emails
        on orders.email = shared_emails.email

),

referred as (

    select
        source,
        order_ref,
        {{ record_ref_of(['customer_ref', 'email', 'phone', 'order_ref']) }} as record_ref,
        {{ record_ref_of(['customer_ref', 'email', 'phone']) }} is null as is_anonymous

    from buyers

),

stated as (

    select
        orders.source,
        orders.order_ref,
        referred.record_ref,
        referred.is_anonymous,
        orders.format_system,
        orders.{{ columns | join(',\n        orders.') }}

    from orders

    inner join referred
        on
            orders.source = referred.source
            and orders.order_ref = referred.order_ref

)

select * from stated
