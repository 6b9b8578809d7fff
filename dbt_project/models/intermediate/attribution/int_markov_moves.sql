{%- set order = var('markov_order') -%}
{%- set along_journey = 'over (partition by journey_id order by position)' -%}

with

steps as (

    {{ journey_steps(with_details=(order > 1)) }}

),

{% if order == 1 -%}
-- Touches of one channel in a row are one step. Few moves are named, not many touches.
numbered_departures as (

    select
        conversion_type,
        customer_group,
        reached,
        channel_number,
        next_channel_number,
        count(*) as moves

    from steps

    where channel_number is distinct from next_channel_number

    group by conversion_type, customer_group, reached, channel_number, next_channel_number

),

departures as (

    select
        moves.conversion_type,
        moves.customer_group,
        moves.reached,
        channels.channel as state,
        next_channels.channel as next_state,
        next_channels.channel as next_channel,
        moves.moves

    from numbered_departures as moves

    inner join {{ ref('int_channel_numbers') }} as channels
        on moves.channel_number = channels.channel_number

    left join {{ ref('int_channel_numbers') }} as next_channels
        on moves.next_channel_number = next_channels.channel_number

),
{%- else -%}
-- Touches of one channel in a row are one step: the last of them stands for all.
states as (

    select
        conversion_type,
        customer_group,
        reached,
        journey_id,
        position,
        {%- for back in range(order - 1, 0, -1) %}
        coalesce(lag(channel, {{ back }}) {{ along_journey }} || ' > ', '')
        || {% endfor -%}
        channel as state,
        next_channel

    from steps

    where channel is distinct from next_channel

),

followed as (

    select
        *,
        lead(state) {{ along_journey }} as next_state

    from states

),

departures as (

    select
        conversion_type,
        customer_group,
        reached,
        state,
        next_state,
        next_channel,
        count(*) as moves

    from followed

    group by conversion_type, customer_group, reached, state, next_state, next_channel

),
{%- endif %}

-- Where journeys leave from more often than they arrive, the others start. The first state of a
-- journey is a channel by itself.
starts as (

    select
        conversion_type,
        customer_group,
        reached,
        state,
        sum(moves) as moves

    from (
        select
            conversion_type,
            customer_group,
            reached,
            state,
            moves

        from departures

        union all

        select
            conversion_type,
            customer_group,
            reached,
            next_state as state,
            -moves as moves

        from departures

        where next_state is not null
    ) as passages

    group by conversion_type, customer_group, reached, state

    having sum(moves) > 0

),

counted as (

    select
        conversion_type,
        customer_group,
        reached,
        '(start)' as from_state,
        state as to_state,
        state as to_channel,
        moves

    from starts

    union all

    select
        conversion_type,
        customer_group,
        reached,
        state as from_state,
        coalesce(
            next_state,
            case when conversion_type is not null then '(conversion)' else '(null)' end
        ) as to_state,
        next_channel as to_channel,
        moves

    from departures

),

-- Without a conversion there is nothing that a channel could have effected.
conversion_types as (

    select distinct conversion_type

    from counted

    where conversion_type is not null

),

by_type as (

    select
        conversion_types.conversion_type,
        counted.customer_group,
        counted.from_state,
        counted.to_state,
        counted.to_channel,
        cast(sum(counted.moves) as bigint) as moves

    from counted

    inner join conversion_types
        on {{ counts_for('conversion_types.conversion_type', 'counted') }}

    group by
        conversion_types.conversion_type,
        counted.customer_group,
        counted.from_state,
        counted.to_state,
        counted.to_channel

)

select * from by_type
