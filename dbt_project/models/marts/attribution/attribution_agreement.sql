with

credits as (

    select
        conversion_type,
        model,
        channel,
        sum(credit) as credit

    from {{ ref('fct_attribution') }}

    where touchpoint_id is not null

    group by conversion_type, model, channel

),

-- A channel that a model gives nothing has a share of 0 in it, rather than none.
channels as (

    select distinct
        conversion_type,
        channel

    from credits

),

totals as (

    select
        conversion_type,
        model,
        sum(credit) as credit

    from credits

    group by conversion_type, model

),

shares as (

    select
        channels.conversion_type,
        channels.channel,
        totals.model,
        coalesce({{ safe_divide('credits.credit', 'totals.credit') }}, 0) as share

    from channels

    inner join totals
        on channels.conversion_type = totals.conversion_type

    left join credits
        on
            channels.conversion_type = credits.conversion_type
            and channels.channel = credits.channel
            and totals.model = credits.model

),

compared as (

    select
        conversion_type,
        channel,
        count(*) as models,
        min(share) as lowest_share,
        median(share) as median_share,
        max(share) as highest_share,
        min_by(model, share) as lowest_model,
        max_by(model, share) as highest_model

    from shares

    group by conversion_type, channel

),

judged as (

    select
        conversion_type,
        channel,
        models,
        lowest_share,
        median_share,
        highest_share,
        lowest_model,
        highest_model,
        highest_share - lowest_share as spread,
        {{ safe_divide('highest_share - lowest_share', 'median_share') }} as relative_spread

    from compared

)

select * from judged
