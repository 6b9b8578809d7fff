{#- Two-sided 95 % of the normal distribution. -#}
{%- set deviations = 1.96 -%}

with

sets as (

    select
        conversion_type,
        touches_class,
        channel_set,
        sum(journeys) as journeys,
        sum(conversions) as conversions

    from {{ ref('int_channel_sets') }}

    group by conversion_type, touches_class, channel_set

),

members as (

    select
        conversion_type,
        touches_class,
        channel_set,
        journeys,
        conversions,
        {{ exploded_list('channel_set', ' > ') }} as channel

    from sets

),

channels as (

    select
        conversion_type,
        touches_class,
        channel,
        sum(journeys) as journeys,
        sum(conversions) as conversions

    from members

    group by conversion_type, touches_class, channel

),

channel_totals as (

    select
        conversion_type,
        channel,
        sum(journeys) as journeys,
        sum(conversions) as conversions

    from channels

    group by conversion_type, channel

),

pairs as (

    select
        members.conversion_type,
        members.touches_class,
        members.channel as channel_a,
        others.channel as channel_b,
        sum(members.journeys) as journeys,
        sum(members.conversions) as conversions

    from members

    inner join members as others
        on
            members.conversion_type = others.conversion_type
            and members.touches_class = others.touches_class
            and members.channel_set = others.channel_set
            and members.channel < others.channel

    group by members.conversion_type, members.touches_class, members.channel, others.channel

),

-- Long journeys touch more channels, and those of whoever converts are longer: only journeys of
-- about as many touches are compared.
compared as (
    {% for alone in ['channel_a', 'channel_b'] %}
    select
        pairs.conversion_type,
        pairs.channel_a,
        pairs.channel_b,
        pairs.{{ alone }} as alone,
        pairs.journeys,
        pairs.conversions,
        channels.journeys - pairs.journeys as journeys_alone,
        channels.conversions - pairs.conversions as conversions_alone

    from pairs

    inner join channels
        on
            pairs.conversion_type = channels.conversion_type
            and pairs.touches_class = channels.touches_class
            and pairs.{{ alone }} = channels.channel
            and pairs.journeys < channels.journeys
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- One success and one failure more on each side (Agresti and Caffo 2000) make an interval that
-- holds for few journeys, and for rates of 0 and 1.
smoothed as (

    select
        *,
        cast(journeys * journeys_alone as double) / (journeys + journeys_alone) as weight,
        cast(conversions as double) / journeys
        - cast(conversions_alone as double) / journeys_alone as difference,
        cast(conversions + 1 as double) / (journeys + 2) as smooth_both,
        cast(conversions_alone + 1 as double) / (journeys_alone + 2) as smooth_alone

    from compared

),

-- Classes weigh as Mantel and Haenszel have it.
differences as (

    select
        conversion_type,
        channel_a,
        channel_b,
        alone,
        sum(weight * difference) / sum(weight) as difference,
        sum(weight * (smooth_both - smooth_alone)) / sum(weight) as smooth_difference,
        {{ deviations }} * sqrt(
            sum(
                power(weight, 2) * (
                    smooth_both * (1 - smooth_both) / (journeys + 2)
                    + smooth_alone * (1 - smooth_alone) / (journeys_alone + 2)
                )
            )
        ) / sum(weight) as margin

    from smoothed

    group by conversion_type, channel_a, channel_b, alone

),

against_better as (

    select *

    from differences

    qualify
        row_number() over (
            partition by conversion_type, channel_a, channel_b
            order by difference, alone
        ) = 1

),

counted as (

    select
        conversion_type,
        channel_a,
        channel_b,
        sum(journeys) as journeys,
        sum(conversions) as conversions

    from pairs

    group by conversion_type, channel_a, channel_b

),

measured as (

    select
        counted.conversion_type,
        counted.channel_a,
        counted.channel_b,
        cast(counted.journeys as bigint) as journeys_both,
        cast(counted.conversions as bigint) as conversions_both,
        cast(first_channels.journeys - counted.journeys as bigint) as journeys_a_only,
        cast(first_channels.conversions - counted.conversions as bigint) as conversions_a_only,
        cast(second_channels.journeys - counted.journeys as bigint) as journeys_b_only,
        cast(second_channels.conversions - counted.conversions as bigint) as conversions_b_only,
        against_better.difference as synergy,
        against_better.smooth_difference - against_better.margin as synergy_low,
        against_better.smooth_difference + against_better.margin as synergy_high

    from counted

    inner join channel_totals as first_channels
        on
            counted.conversion_type = first_channels.conversion_type
            and counted.channel_a = first_channels.channel

    inner join channel_totals as second_channels
        on
            counted.conversion_type = second_channels.conversion_type
            and counted.channel_b = second_channels.channel

    left join against_better
        on
            counted.conversion_type = against_better.conversion_type
            and counted.channel_a = against_better.channel_a
            and counted.channel_b = against_better.channel_b

),

rated as (

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
        {{ safe_divide('conversions_both', 'journeys_both') }} as rate_both,
        {{ safe_divide('conversions_a_only', 'journeys_a_only') }} as rate_a_only,
        {{ safe_divide('conversions_b_only', 'journeys_b_only') }} as rate_b_only,
        synergy,
        synergy_low,
        synergy_high

    from measured

)

select * from rated
