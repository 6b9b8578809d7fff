{#- Two-sided 95 % of the normal distribution. -#}
{%- set deviations = 1.96 -%}

with

sets as (

    select
        conversion_type,
        channel_set,
        sum(journeys) as journeys,
        sum(conversions) as conversions

    from {{ ref('int_channel_sets') }}

    group by conversion_type, channel_set

),

members as (

    select
        conversion_type,
        channel_set,
        journeys,
        conversions,
        {{ exploded_list('channel_set', ' > ') }} as channel

    from sets

),

channels as (

    select
        conversion_type,
        channel,
        sum(journeys) as journeys,
        sum(conversions) as conversions

    from members

    group by conversion_type, channel

),

pairs as (

    select
        members.conversion_type,
        members.channel as channel_a,
        others.channel as channel_b,
        sum(members.journeys) as journeys,
        sum(members.conversions) as conversions

    from members

    inner join members as others
        on
            members.conversion_type = others.conversion_type
            and members.channel_set = others.channel_set
            and members.channel < others.channel

    group by members.conversion_type, members.channel, others.channel

),

-- Journeys with both channels, and those with one of them and not the other.
counted as (

    select
        pairs.conversion_type,
        pairs.channel_a,
        pairs.channel_b,
        cast(pairs.journeys as bigint) as journeys_both,
        cast(pairs.conversions as bigint) as conversions_both,
        cast(first_channels.journeys - pairs.journeys as bigint) as journeys_a_only,
        cast(first_channels.conversions - pairs.conversions as bigint) as conversions_a_only,
        cast(second_channels.journeys - pairs.journeys as bigint) as journeys_b_only,
        cast(second_channels.conversions - pairs.conversions as bigint) as conversions_b_only

    from pairs

    inner join channels as first_channels
        on
            pairs.conversion_type = first_channels.conversion_type
            and pairs.channel_a = first_channels.channel

    inner join channels as second_channels
        on
            pairs.conversion_type = second_channels.conversion_type
            and pairs.channel_b = second_channels.channel

),

rated as (

    select
        *,
        {{ safe_divide('conversions_both', 'journeys_both') }} as rate_both,
        {{ safe_divide('conversions_a_only', 'journeys_a_only') }} as rate_a_only,
        {{ safe_divide('conversions_b_only', 'journeys_b_only') }} as rate_b_only

    from counted

),

against_better as (

    select
        *,
        case
            when coalesce(rate_a_only, 0) >= coalesce(rate_b_only, 0) then conversions_a_only
            else conversions_b_only
        end as conversions_alone,
        case
            when coalesce(rate_a_only, 0) >= coalesce(rate_b_only, 0) then journeys_a_only
            else journeys_b_only
        end as journeys_alone

    from rated

),

-- One success and one failure more on each side (Agresti and Caffo 2000) make an interval that
-- holds for few journeys, and for rates of 0 and 1.
smoothed as (

    select
        *,
        cast(conversions_both + 1 as double) / (journeys_both + 2) as smooth_both,
        cast(conversions_alone + 1 as double) / (journeys_alone + 2) as smooth_alone

    from against_better

),

spread as (

    select
        *,
        {{ deviations }} * sqrt(
            smooth_both * (1 - smooth_both) / (journeys_both + 2)
            + smooth_alone * (1 - smooth_alone) / (journeys_alone + 2)
        ) as margin

    from smoothed

),

measured as (

    select
        conversion_type,
        channel_a,
        channel_b,
        journeys_both,
        conversions_both,
        journeys_a_only,
        conversions_a_only,
        journeys_b_only,
        conversions_b_only,
        rate_both,
        rate_a_only,
        rate_b_only,
        rate_both - greatest(rate_a_only, rate_b_only) as synergy,
        smooth_both - smooth_alone - margin as synergy_low,
        smooth_both - smooth_alone + margin as synergy_high

    from spread

)

select * from measured
