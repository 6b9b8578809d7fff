{%- set rules = [
    'first_touch', 'last_touch', 'last_non_direct', 'linear', 'time_decay', 'position_based'
] -%}
{%- set first_share = var('position_based_first') -%}
{%- set last_share = var('position_based_last') -%}
{%- set along_path = 'over (partition by conversion_id order by position)' -%}
{%- set half_life_seconds = var('time_decay_half_life_days') * 86400.0 -%}

{%- if first_share < 0 or last_share < 0 or not 0 < first_share + last_share <= 1 -%}
    {{ exceptions.raise_compiler_error(
        'position_based_first and position_based_last are shares: neither negative, their sum '
        ~ 'above 0 and at most 1.'
    ) }}
{%- endif -%}

with

measured as (

    select
        *,
        max(touched_at) over (partition by conversion_id) as last_touched_at,
        coalesce(
            max(case when not is_direct then position end) over (partition by conversion_id),
            path_length
        ) as last_non_direct_position

    from {{ ref('int_conversion_paths') }}

),

-- Ages counted from the path's last touch give the same shares as ages counted from the
-- conversion, and a sum that cannot vanish however old the touches are.
aged as (

    select
        *,
        {{ seconds_between('touched_at', 'last_touched_at') }} / {{ half_life_seconds }}
            as half_lives

    from measured

),

weighted as (

    select
        *,
        sum(power(2, -half_lives)) over (partition by conversion_id) as total_weight,
        sum(power(2, -half_lives)) over (
            partition by conversion_id
            order by position
            rows between unbounded preceding and current row
        ) as weight_through

    from aged

),

-- The share of the conversion that is given out up to and including each touch. Differences of
-- rounded running shares sum to exactly 1, as rounded shares would not.
running as (

    select
        *,
        cast(1 as decimal(18, 10)) as first_touch_through,
        cast(case when position = path_length then 1 else 0 end as decimal(18, 10))
            as last_touch_through,
        cast(case when position >= last_non_direct_position then 1 else 0 end as decimal(18, 10))
            as last_non_direct_through,
        cast(cast(position as double) / path_length as decimal(18, 10)) as linear_through,
        cast(weight_through / total_weight as decimal(18, 10)) as time_decay_through,
        cast(
            case
                when position = path_length then 1
                when path_length = 2 then {{ first_share }} / ({{ first_share }} + {{ last_share }})
                else
                    {{ first_share }}
                    + (1 - {{ first_share }} - {{ last_share }})
                    * cast(position - 1 as double) / (path_length - 2)
            end
            as decimal(18, 10)
        ) as position_based_through

    from weighted

),

stepped as (

    select
        {%- for rule in rules %}
        lag({{ rule }}_through, 1, 0) {{ along_path }} as {{ rule }}_before,
        {%- endfor %}
        *

    from running

),

rules as (
    {% for rule in rules %}
    select '{{ rule }}' as model
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

by_model as (

    select
        stepped.conversion_id,
        stepped.conversion_type,
        stepped.touchpoint_id,
        stepped.customer_id,
        rules.model,
        stepped.channel,
        stepped.campaign,
        stepped.touched_at,
        stepped.converted_at,
        stepped.position,
        stepped.path_length,
        case rules.model
            {%- for rule in rules %}
            when '{{ rule }}' then stepped.{{ rule }}_before
            {%- endfor %}
        end as credit_before,
        case rules.model
            {%- for rule in rules %}
            when '{{ rule }}' then stepped.{{ rule }}_through
            {%- endfor %}
        end as credit_through

    from stepped

    cross join rules

),

credited as (

    select
        *,
        cast(credit_through - credit_before as decimal(18, 10)) as credit

    from by_model

    where credit_through > credit_before

)

select * from credited
