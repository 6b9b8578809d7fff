with

effects as (

    select * from {{ ref('int_channel_effects') }}

),

totals as (

    select
        conversion_type,
        count(*) filter (where touchpoints > 0) as conversions,
        coalesce(sum(revenue) filter (where touchpoints > 0), 0) as revenue,
        count(*) filter (where touchpoints = 0) as unattributed_conversions,
        coalesce(sum(revenue) filter (where touchpoints = 0), 0) as unattributed_revenue

    from {{ ref('fct_conversions') }}

    group by conversion_type

),

shared as (

    select
        effects.model,
        effects.conversion_type,
        effects.channel,
        effects.effect,
        effects.share,
        effects.share * totals.conversions as conversions,
        effects.share * cast(totals.revenue as double) as revenue,
        effects.standard_error,
        effects.share_low,
        effects.share_high

    from effects

    inner join totals
        on effects.conversion_type = totals.conversion_type

),

-- Conversions that nobody saw coming take no part in the games, and are not forgotten either.
unattributed as (

    select
        models.model,
        totals.conversion_type,
        '(unattributed)' as channel,
        cast(null as double) as effect,
        cast(null as double) as share,
        cast(totals.unattributed_conversions as double) as conversions,
        cast(totals.unattributed_revenue as double) as revenue,
        cast(null as double) as standard_error,
        cast(null as double) as share_low,
        cast(null as double) as share_high

    from totals

    inner join (select distinct model, conversion_type from effects) as models
        on totals.conversion_type = models.conversion_type

    where totals.unattributed_conversions > 0

),

unioned as (

    select * from shared

    union all

    select * from unattributed

)

select * from unioned
