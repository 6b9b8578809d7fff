{%- set step_types = ['channel', 'stage'] -%}

with

steps as (

    select
        conversion_type,
        reached,
        is_first,
        channel,
        stage,
        next_channel,
        next_stage,
        {{ seconds_between('touched_at', 'next_at') }} / 3600 as hours

    from {{ ref('int_journey_steps') }}

),

moves as (
    {% for step_type in step_types %}
    select
        conversion_type,
        reached,
        '{{ step_type }}' as step_type,
        '(start)' as from_step,
        coalesce({{ step_type }}, '(none)') as to_step,
        cast(null as double) as hours

    from steps

    where is_first

    union all

    select
        conversion_type,
        reached,
        '{{ step_type }}' as step_type,
        coalesce({{ step_type }}, '(none)') as from_step,
        case
            when next_channel is not null then coalesce(next_{{ step_type }}, '(none)')
            when conversion_type is not null then '(conversion)'
            else '(null)'
        end as to_step,
        hours

    from steps
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (

    select
        conversion_type,
        reached,
        step_type,
        from_step,
        to_step,
        count(*) as transitions,
        median(hours) as median_hours

    from moves

    group by conversion_type, reached, step_type, from_step, to_step

),

conversion_types as (

    select distinct conversion_type from {{ ref('int_attribution_scopes') }}

),

-- A journey without conversion failed to reach every kind of conversion further down the funnel.
by_type as (

    select
        conversion_types.conversion_type,
        counted.step_type,
        counted.from_step,
        counted.to_step,
        cast(sum(counted.transitions) as bigint) as transitions,
        max(case when counted.conversion_type is not null then counted.median_hours end)
            as median_hours

    from counted

    inner join conversion_types
        on {{ counts_for('conversion_types.conversion_type', 'counted') }}

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
        ) }} as probability,
        median_hours

    from by_type

)

select * from weighed
