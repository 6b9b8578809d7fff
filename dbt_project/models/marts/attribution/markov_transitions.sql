with

moves as (

    select
        conversion_type,
        from_state,
        to_state,
        cast(sum(moves) as bigint) as transitions

    from {{ ref('int_markov_moves') }}

    group by conversion_type, from_state, to_state

),

weighed as (

    select
        conversion_type,
        from_state,
        to_state,
        transitions,
        {{ safe_divide(
            'transitions',
            'sum(transitions) over (partition by conversion_type, from_state)'
        ) }} as probability

    from moves

)

select * from weighed
