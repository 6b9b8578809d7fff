with

lines as (
    {{ union_all_columns(
        [
            ref('stg_amazon_seller__order_lines'),
            ref('stg_doudian__order_lines'),
            ref('stg_lightspeed__order_lines'),
            ref('stg_omnimart__order_lines'),
            ref('stg_shopify__order_lines'),
            ref('stg_square__api_order_lines'),
            ref('stg_square__order_lines'),
            ref('stg_toast__order_lines'),
            ref('stg_wechat_shop__order_lines'),
            ref('stg_woocommerce__order_lines'),
            ref('stg_youzan__order_lines'),
        ],
        [
            'source', 'order_ref', 'line_number', 'sku', 'product', 'category', 'quantity',
            'unit_price', 'discount', 'net', 'currency',
        ],
    ) }}
),

orders as (

    select * from {{ ref('int_orders') }}

),

fx_rates as (

    select * from {{ ref('int_fx_rates') }}

),

-- Lines of a sale that another system owns stay out with it.
owned as (

    select
        {{ surrogate_key(['lines.source', 'lines.order_ref', 'lines.line_number']) }}
            as order_line_id,
        orders.order_id,
        orders.is_revenue,
        orders.order_date,
        lines.line_number,
        nullif(trim(lines.sku), '') as sku,
        nullif(trim(lines.product), '') as product,
        nullif(trim(lines.category), '') as category,
        lines.quantity,
        upper(coalesce(lines.currency, orders.currency)) as currency,
        lines.unit_price,
        lines.discount,
        lines.net

    from lines

    inner join orders
        on
            lines.source = orders.source
            and trim(lines.order_ref) = orders.order_ref

),

valued as (

    select
        owned.order_line_id,
        owned.order_id,
        -- A stock-keeping unit names a product whatever it is called that day.
        case
            when owned.sku is not null then {{ surrogate_key(["'sku'", 'lower(owned.sku)']) }}
            when owned.product is not null
                then {{ surrogate_key(["'product'", 'lower(owned.product)']) }}
        end as product_key,
        owned.is_revenue,
        owned.order_date,
        owned.line_number,
        owned.sku,
        owned.product,
        owned.category,
        owned.quantity,
        owned.currency,
        owned.unit_price,
        owned.discount,
        owned.net,
        {{ to_reporting('owned.unit_price', 'fx_rates.rate_to_reporting') }}
            as unit_price_reporting,
        {{ to_reporting('owned.discount', 'fx_rates.rate_to_reporting') }} as discount_reporting,
        {{ to_reporting('owned.net', 'fx_rates.rate_to_reporting') }} as net_reporting

    from owned

    left join fx_rates
        on
            owned.currency = fx_rates.currency
            and coalesce(owned.order_date, date '9999-12-30') >= fx_rates.valid_from
            and coalesce(owned.order_date, date '9999-12-30') < fx_rates.valid_to

)

select * from valued
