with

payments as (

    select
        _account,
        wechat_order_no,
        max(merchant_order_no) as merchant_order_no,
        max(openid) as openid,
        max(coalesce(upper(currency), _currency)) as currency,
        max(case when trade_status = 'SUCCESS' then coalesce(order_amount, settled_amount) end)
            as amount,
        coalesce(sum(case when trade_status = 'REFUND' then refund_amount end), 0) as refunded,
        min(case when trade_status = 'SUCCESS' then traded_at end) as ordered_at,
        max(case when trade_status = 'REFUND' then traded_at end) as refunded_at,
        bool_or(trade_status = 'REVOKED') as is_revoked,
        max(_source_file) as _source_file

    from {{ source('wechat_pay', 'bill') }}

    group by _account, wechat_order_no

),

known as (

    select
        *,
        least(amount, case when is_revoked then amount else refunded end) as refund

    from payments

    -- Of a payment of before the bill only the refund stands in it.
    where amount is not null

),

renamed as (

    {{ order_statement({
        'source': source_name('wechat_pay'),
        'order_ref': 'wechat_order_no',
        'order_number': 'merchant_order_no',
        'external_ids': json_object_of({'openid': 'openid'}),
        'status': "case when refund >= amount then 'refunded' else 'paid' end",
        'currency': 'currency',
        'gross': 'amount',
        'discount': '0',
        'refund': 'refund',
        'net': 'amount - refund',
        'sales_channel': "'online'",
        'ordered_at': 'ordered_at',
        'refunded_at': 'refunded_at',
    }) }}

    from known

)

select * from renamed
