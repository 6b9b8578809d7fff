{%- set amounts = ['gross', 'discount', 'tax', 'shipping', 'refund', 'net'] -%}

with

stated as (

    select
        source,
        order_ref,
        record_ref,
        format_system,
        order_number,
        status,
        currency,
        {{ amounts | join(', ') }},
        sales_channel,
        place,
        utm_source,
        utm_medium,
        utm_campaign,
        click_id,
        ordered_at,
        refunded_at

    from {{ ref('int_stated_orders') }}

),

claimed as (

    select
        source,
        order_ref,
        record_ref,
        cast(null as string) as format_system,
        order_number,
        'paid' as status,
        currency,
        cast(amount as decimal(18, 4)) as gross,
        cast(null as decimal(18, 4)) as discount,
        cast(null as decimal(18, 4)) as tax,
        cast(null as decimal(18, 4)) as shipping,
        cast(null as decimal(18, 4)) as refund,
        cast(amount as decimal(18, 4)) as net,
        cast(null as string) as sales_channel,
        cast(null as string) as place,
        cast(null as string) as utm_source,
        cast(null as string) as utm_medium,
        cast(null as string) as utm_campaign,
        cast(null as string) as click_id,
        ordered_at,
        cast(null as timestamp) as refunded_at

    from {{ ref('int_claimed_orders') }}

),

unioned as (

    select * from stated

    union all

    select * from claimed

),

prepared as (

    select
        {{ surrogate_key(['source', 'order_ref']) }} as order_id,
        unioned.*,
        {{ normalised_order_number('order_number') }} as quoted_number,
        lower(split_part(source, ':', 1)) as system,
        upper(coalesce(currency, {{ reporting_currency() }})) as order_currency,
        status in ('paid', 'refunded') as is_sale,
        {{ reporting_date('ordered_at') }} as order_date,
        {{ reporting_date('refunded_at') }} as refunded_date

    from unioned

),

order_sources as (

    select * from {{ ref('order_sources') }}

),

records as (

    select * from {{ ref('int_records_to_customers') }}

),

fx_rates as (

    select * from {{ ref('int_fx_rates') }}

),

joined as (

    select
        prepared.order_id,
        prepared.source,
        prepared.order_ref,
        prepared.order_number,
        prepared.quoted_number,
        prepared.record_ref,
        records.record_key,
        records.customer_id,
        -- A shop that only the own format speaks for is as good an owner as any.
        coalesce(named_sources.role, format_sources.role, 'report') as role,
        coalesce(named_sources.priority, format_sources.priority, 1000) as priority,
        coalesce(
            named_sources.counts_when_unlinked, format_sources.counts_when_unlinked, false
        ) as counts_when_unlinked,
        coalesce(prepared.status, 'paid') as status,
        coalesce(prepared.is_sale, true) as is_sale,
        prepared.order_currency as currency,
        {%- for amount in amounts %}
        prepared.{{ amount }},
        {{ to_reporting('prepared.' ~ amount, 'fx_rates.rate_to_reporting') }}
            as {{ amount }}_reporting,
        {%- endfor %}
        prepared.sales_channel,
        prepared.place,
        prepared.utm_source,
        prepared.utm_medium,
        prepared.utm_campaign,
        prepared.click_id,
        prepared.ordered_at,
        prepared.order_date,
        prepared.refunded_date

    from prepared

    left join order_sources as named_sources
        on prepared.system = named_sources.system

    left join order_sources as format_sources
        on prepared.format_system = format_sources.system

    left join records
        on
            prepared.source = records.source
            and prepared.record_ref = records.record_ref

    left join fx_rates
        on
            prepared.order_currency = fx_rates.currency
            and coalesce(prepared.order_date, date '9999-12-30') >= fx_rates.valid_from
            and coalesce(prepared.order_date, date '9999-12-30') < fx_rates.valid_to

)

select * from joined
