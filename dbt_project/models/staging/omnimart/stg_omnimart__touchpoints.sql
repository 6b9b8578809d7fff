with

touchpoints as (

    select * from {{ source('omnimart', 'touchpoints') }}

),

renamed as (

    select
        source,
        omnimart_touchpoint_ref as touchpoint_ref,
        coalesce(lower(trim(interaction)), 'other') as interaction,
        nullif(trim(channel), '') as channel,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        customer_ref,
        email,
        phone,
        device_id,
        cost,
        upper(coalesce(currency, _currency)) as currency,
        occurred_at

    from touchpoints

)

select * from renamed
