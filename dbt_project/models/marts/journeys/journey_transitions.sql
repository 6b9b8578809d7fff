{%- set step_types = ['channel', 'stage'] -%}

with

walked as (

    select
        journey_id,
        conversion_type,
        conversion_id is not null as is_converted,
        position,
        path_length,
        channel,
        coalesce(stage, '(none)') as stage

    from {{ ref('int_journey_steps') }}

),

steps as (

    select
        *,
        lead(channel) over (partition by journey_id order by position) as next_channel,
        lead(stage) over (partition by journey_id order by position) as next_stage

    from walked

),

moves as (
    {% for step_type in step_types %}
    select
        conversion_type,
        '{{ step_type }}' as step_type,
        '(start)' as from_step,
        {{ step_type }} as to_step

    from steps

    where position = 1

    union all

    select
        conversion_type,
        '{{ step_type }}' as step_type,
        {{ step_type }} as from_step,
        case
            when position < path_length then next_{{ step_type }}
            when is_converted then '(conversion)'
            else '(null)'
        end as to_step

    from steps
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (

    select
        conversion_type,
        step_type,
        from_step,
        to_step,
        count(*) as transitions

    from moves

    group by conversion_type, step_type, from_step, to_step

),

conversion_types as (

    select distinct conversion_type from {{ ref('int_attribution_scopes') }}

),

-- A journey without conversion failed to reach every conversion type.
by_type as (

    select
        conversion_types.conversion_type,
        counted.step_type,
        counted.from_step,
        counted.to_step,
        cast(sum(counted.transitions) as bigint) as transitions

    from counted

    inner join conversion_types
        on
            counted.conversion_type = conversion_types.conversion_type
            or counted.conversion_type is null

    group by
        conversion_types.conversion_type,
        counted.step_type,
        counted.from_step,
        counted.to_step

),

weighed as (

    select
        {{ surrogate_key(['conversion_type', 'step_type', 'from_step', 'to_step']) }}
            as transition_key,
        conversion_type,
        step_type,
        from_step,
        to_step,
        transitions,
        {{ safe_divide(
            'transitions',
            'sum(transitions) over (partition by conversion_type, step_type, from_step)'
        ) }} as probability

    from by_type

)

select * from weighed
