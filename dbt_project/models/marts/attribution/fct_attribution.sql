with

conversions as (

    select * from {{ ref('int_conversions') }}

),

credits as (

    select * from {{ ref('int_attribution_credits') }}

),

conversions_with_path as (

    select conversion_id

    from {{ ref('int_conversion_paths') }}

    where position = 1

),

attributed as (

    select
        credits.conversion_id,
        credits.touchpoint_id,
        conversions.customer_id,
        conversions.conversion_type,
        credits.model,
        credits.channel,
        credits.campaign,
        credits.touched_at,
        conversions.converted_at,
        conversions.conversion_date,
        credits.position,
        credits.path_length,
        credits.credit,
        -- Differences of rounded running amounts sum to the conversion's revenue to the cent.
        cast(
            {{ exact_product('conversions.revenue_reporting', 'credits.credit_through') }}
            as decimal(18, 2)
        )
        - cast(
            {{ exact_product('conversions.revenue_reporting', 'credits.credit_before') }}
            as decimal(18, 2)
        ) as revenue,
        conversions.is_first_order

    from credits

    inner join conversions
        on credits.conversion_id = conversions.conversion_id

),

unattributed as (

    select
        conversions.conversion_id,
        cast(null as string) as touchpoint_id,
        conversions.customer_id,
        conversions.conversion_type,
        scopes.model,
        '(unattributed)' as channel,
        cast(null as string) as campaign,
        cast(null as timestamp) as touched_at,
        conversions.converted_at,
        conversions.conversion_date,
        cast(null as bigint) as position,
        0 as path_length,
        1 as credit,
        conversions.revenue_reporting as revenue,
        conversions.is_first_order

    from conversions

    inner join {{ ref('int_attribution_scopes') }} as scopes
        on conversions.conversion_type = scopes.conversion_type

    left join conversions_with_path
        on conversions.conversion_id = conversions_with_path.conversion_id

    where conversions_with_path.conversion_id is null

),

unioned as (

    select * from attributed

    union all

    select * from unattributed

),

keyed as (

    select
        {{ surrogate_key(['conversion_id', 'touchpoint_id', 'model']) }} as attribution_id,
        conversion_id,
        touchpoint_id,
        customer_id,
        conversion_type,
        model,
        channel,
        campaign,
        touched_at,
        converted_at,
        conversion_date,
        position,
        cast(path_length as bigint) as path_length,
        cast(credit as decimal(18, 10)) as credit,
        cast(revenue as decimal(18, 2)) as revenue,
        is_first_order

    from unioned

)

select * from keyed
