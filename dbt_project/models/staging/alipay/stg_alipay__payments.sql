with

payments as (

    select
        _account,
        alipay_trade_no,
        max(merchant_order_no) as merchant_order_no,
        max({{ unmasked('counterparty_account') }}) as buyer_account,
        max(store_name) as store_name,
        max(_currency) as currency,
        sum(case when order_amount >= 0 then order_amount end) as amount,
        coalesce(-sum(case when order_amount < 0 then order_amount end), 0) as refunded,
        min(case when order_amount >= 0 then coalesce(created_at, completed_at) end) as ordered_at,
        max(case when order_amount < 0 then coalesce(completed_at, created_at) end) as refunded_at,
        max(_source_file) as _source_file

    from {{ source('alipay', 'bill') }}

    group by _account, alipay_trade_no

),

known as (

    select
        *,
        least(amount, refunded) as refund

    from payments

    -- Of a payment of before the bill only the refund stands in it.
    where amount is not null

),

-- Taobao's orders are paid under their number behind T200P.
renamed as (

    {{ order_statement({
        'source': source_name('alipay'),
        'order_ref': 'alipay_trade_no',
        'order_number': 'coalesce('
            ~ regex_extract('merchant_order_no', "'^T200P([0-9]+)$'") ~ ', merchant_order_no)',
        'email': "case when buyer_account like '%@%' then buyer_account end",
        'phone': "case when buyer_account not like '%@%' then buyer_account end",
        'phone_region': phone_region('alipay', otherwise='CN'),
        'status': "case when refund >= amount then 'refunded' else 'paid' end",
        'currency': 'currency',
        'gross': 'amount',
        'discount': '0',
        'refund': 'refund',
        'net': 'amount - refund',
        'sales_channel': "case when store_name is null then 'online' else 'store' end",
        'place': 'store_name',
        'ordered_at': 'ordered_at',
        'refunded_at': 'refunded_at',
    }) }}

    from known

)

select * from renamed
