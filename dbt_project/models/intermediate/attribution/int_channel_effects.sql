{%- set settings = [
    var('attribution_replicates'), var('attribution_interval_level'), var('attribution_seed')
] | join(', ') -%}
{%- set move_columns = ['customer_group', 'from_state', 'to_state', 'to_channel', 'moves'] -%}
{%- set fields = [
    'channel', 'effect', 'share', 'standard_error', 'share_low', 'share_high'
] -%}
{%- set set_columns = ['customer_group', 'channel_set', 'journeys', 'conversions'] -%}

with

move_lists as (

    select
        {%- for column in move_columns %}
        list({{ column }} order by customer_group, from_state, to_state) as {{ column }},
        {%- endfor %}
        conversion_type

    from {{ ref('int_markov_moves') }}

    group by conversion_type

),

set_lists as (

    select
        {%- for column in set_columns %}
        list({{ column }} order by customer_group, channel_set, touches_class) as {{ column }},
        {%- endfor %}
        conversion_type

    from {{ ref('int_channel_sets') }}

    group by conversion_type

),

solved as (

    select
        conversion_type,
        unnest(
            markov_effects({{ move_columns | join(', ') }}, {{ settings }})
        ) as found

    from move_lists

    union all

    select
        conversion_type,
        unnest(
            coalition_effects(
                customer_group, channel_set, ' > ', journeys, conversions,
                {{ var('shapley_exact_channels') }}, {{ settings }}
            )
        ) as found

    from set_lists

),

effects as (

    select
        conversion_type,
        {%- for field in fields %}
        found.{{ field }},
        {%- endfor %}
        found.model

    from solved

)

select * from effects
