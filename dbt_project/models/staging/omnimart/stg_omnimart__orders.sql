with

orders as (

    select * from {{ source('omnimart', 'orders') }}

),

renamed as (

    select
        source,
        omnimart_order_id as order_ref,
        omnimart_order_id as order_number,
        customer_ref,
        email,
        phone,
        {{ phone_region('omnimart') }} as phone_region,
        cast(null as string) as device_id,
        cast(null as string) as user_id,
        cast(null as {{ json_type() }}) as external_ids,
        cast(null as string) as customer_name,
        replace(coalesce(lower(trim(status)), 'paid'), 'canceled', 'cancelled') as status,
        upper(coalesce(currency, _currency)) as currency,
        cast(coalesce(gross, net + coalesce(discount, 0) + coalesce(refund, 0)) as decimal(18, 4))
            as gross,
        coalesce(discount, 0) as discount,
        tax,
        shipping,
        coalesce(refund, 0) as refund,
        -- A given net is the revenue; else it follows from what is given.
        cast(coalesce(net, gross - coalesce(discount, 0) - coalesce(refund, 0)) as decimal(18, 4))
            as net,
        sales_channel,
        place,
        cast(null as boolean) as accepts_marketing,
        cast(null as string) as utm_source,
        cast(null as string) as utm_medium,
        cast(null as string) as utm_campaign,
        cast(null as string) as click_id,
        ordered_at,
        cast(null as timestamp) as refunded_at,
        _source_file as source_file

    from orders

)

select * from renamed
