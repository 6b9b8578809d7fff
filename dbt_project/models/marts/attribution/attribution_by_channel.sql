with

credited as (

    select
        model,
        conversion_type,
        conversion_date,
        channel,
        credit as conversions,
        revenue,
        case when is_first_order then credit else 0 end as new_customers,
        cast(0 as decimal(18, 2)) as spend,
        cast(0 as decimal(18, 2)) as other_costs

    from {{ ref('fct_attribution') }}

),

-- Money is spent whichever way conversions are counted, so it stands in every one of them.
spent as (

    select
        scopes.model,
        scopes.conversion_type,
        costs.cost_date as conversion_date,
        costs.channel,
        0 as conversions,
        0 as revenue,
        0 as new_customers,
        costs.spend,
        costs.other_costs

    from {{ ref('int_marketing_costs') }} as costs

    cross join {{ ref('int_attribution_scopes') }} as scopes

),

unioned as (

    select * from credited

    union all

    select * from spent

),

summed as (

    select
        model,
        conversion_type,
        conversion_date,
        channel,
        cast(sum(conversions) as decimal(18, 10)) as conversions,
        cast(sum(revenue) as decimal(18, 2)) as revenue,
        cast(sum(new_customers) as decimal(18, 10)) as new_customers,
        cast(sum(spend) as decimal(18, 2)) as spend,
        cast(sum(other_costs) as decimal(18, 2)) as other_costs

    from unioned

    group by model, conversion_type, conversion_date, channel

),

measured as (

    select
        *,
        {{ safe_divide('revenue', 'spend') }} as roas,
        {{ safe_divide('revenue - spend - other_costs', 'spend + other_costs') }} as roi,
        {{ safe_divide('spend + other_costs', 'new_customers') }} as cac,
        {{ safe_divide('spend + other_costs', 'conversions') }} as cpa

    from summed

)

select * from measured
