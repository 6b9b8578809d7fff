{#- Under `revenue_date_rule: refund_date` a refund lowers its own day instead of the sale's. -#}
with

refunds as (

    select
        order_id,
        order_date,
        coalesce(refunded_date, order_date) as refunded_date,
        cast(refund_reporting as decimal(18, 2)) as refund_reporting

    from {{ ref('int_orders') }}

    where
        status not in ('pending', 'cancelled')
        and refund_reporting != 0
        and refunded_date != order_date
        and {{ "true" if var('revenue_date_rule') == 'refund_date' else "false" }}

),

credits as (

    select
        order_conversions.order_id,
        attribution.channel,
        attribution.credit

    from {{ ref('fct_attribution') }} as attribution

    inner join {{ ref('fct_conversions') }} as order_conversions
        on attribution.conversion_id = order_conversions.conversion_id

    where
        attribution.conversion_type = 'order'
        and attribution.model = '{{ var("kpi_attribution_model") }}'

),

-- An order refunded in full is no conversion any more, so no touch has credit for it.
shares as (

    select
        refunds.order_date,
        refunds.refunded_date,
        coalesce(credits.channel, '(unattributed)') as channel,
        cast(
            {{ exact_product('refunds.refund_reporting', 'coalesce(credits.credit, 1)') }}
            as decimal(18, 2)
        ) as refund_reporting

    from refunds

    left join credits
        on refunds.order_id = credits.order_id

),

shifts as (

    select
        order_date as shift_date,
        channel,
        refund_reporting as revenue_shift

    from shares

    union all

    select
        refunded_date as shift_date,
        channel,
        -refund_reporting as revenue_shift

    from shares

)

select * from shifts
