{%- set order = var('markov_order') -%}
{%- set along_journey = 'over (partition by journey_id order by position)' -%}

with

-- Named columns: what is read twice is computed whole.
steps as (

    select
        conversion_type,
        customer_group,
        reached,
        {%- if order > 1 %}
        journey_id,
        position,
        {%- endif %}
        channel,
        next_channel,
        is_first

    from {{ ref('int_journey_steps') }}

),

-- Touches of one channel in a row are one step: the last of them stands for all.
states as (

    select
        conversion_type,
        customer_group,
        reached,
        {%- if order == 1 %}
        channel as state,
        next_channel as next_state,
        {%- else %}
        journey_id,
        position,
        {%- for back in range(order - 1, 0, -1) %}
        coalesce(lag(channel, {{ back }}) {{ along_journey }} || ' > ', '')
        || {% endfor -%}
        channel as state,
        {%- endif %}
        next_channel

    from steps

    where channel is distinct from next_channel

),
{%- if order > 1 %}

followed as (

    select
        *,
        lead(state) {{ along_journey }} as next_state

    from states

),
{%- endif %}

moves as (

    select
        conversion_type,
        customer_group,
        reached,
        '(start)' as from_state,
        channel as to_state,
        channel as to_channel

    from steps

    where is_first

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
        next_channel as to_channel

    from {{ 'states' if order == 1 else 'followed' }}

),

counted as (

    select
        conversion_type,
        customer_group,
        reached,
        from_state,
        to_state,
        to_channel,
        count(*) as moves

    from moves

    group by conversion_type, customer_group, reached, from_state, to_state, to_channel

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
