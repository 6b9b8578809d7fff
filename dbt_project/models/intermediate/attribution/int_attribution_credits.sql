{#- A step on the way to fct_attribution: rows are stored once, there. -#}
{{ config(materialized='view') }}

{%- set models = attribution_models() -%}
{%- set data_driven = data_driven_models() -%}
{#- Models that share a conversion by a weight of each touch, rather than by its position. -#}
{%- set weighted = models | select('in', ['time_decay', 'custom'] + data_driven) | list -%}
{%- set along_path = 'over (partition by conversion_id order by position)' -%}
{%- set whole_path = 'over (partition by conversion_id)' -%}
{%- set half_life_seconds = var('time_decay_half_life_days') * 86400.0 -%}
{%- set half_life_touches = var('time_decay_half_life_touches') -%}
{%- set first_share = var('position_based_first') -%}
{%- set last_share = var('position_based_last') -%}
{%- set first_stage = var('w_shaped_first') -%}
{%- set lead_stage = var('w_shaped_lead') -%}
{%- set last_stage = var('w_shaped_opportunity') -%}
{%- set stages = first_stage + lead_stage + last_stage -%}

{%- if first_share < 0 or last_share < 0 or not 0 < first_share + last_share <= 1 -%}
    {{ exceptions.raise_compiler_error(
        'position_based_first and position_based_last are shares: neither negative, their sum '
        ~ 'above 0 and at most 1.'
    ) }}
{%- endif -%}
{%- if first_stage <= 0 or lead_stage < 0 or last_stage < 0 or stages > 1.0000001 -%}
    {{ exceptions.raise_compiler_error(
        'w_shaped_first, w_shaped_lead and w_shaped_opportunity are shares: the first above 0, none '
        ~ 'negative, their sum at most 1.'
    ) }}
{%- endif -%}

with

-- A channel that keeps people from converting earns nothing, rather than a debt.
effects as (

    select
        conversion_type,
        {%- for model in data_driven %}
        greatest(max(case when model = '{{ model }}' then effect end), 0) as {{ model }}_weight,
        {%- endfor %}
        channel

    from {{ ref('int_channel_effects') }}

    group by conversion_type, channel

),

-- An own touchpoint may write a channel in other letters than the seed.
channels as (

    select
        lower(channel) as channel_letters,
        bool_or(is_paid) as is_paid

    from {{ ref('channels') }}

    group by lower(channel)

),

placed as (

    select
        paths.conversion_id,
        paths.conversion_type,
        paths.touchpoint_id,
        paths.customer_id,
        paths.channel,
        paths.campaign,
        paths.stage,
        paths.touched_at,
        paths.converted_at,
        paths.position,
        paths.path_length,
        {%- for model in data_driven %}
        {%- if var('data_driven_credits_direct') %}
        effects.{{ model }}_weight,
        {%- else %}
        case when not paths.is_direct then effects.{{ model }}_weight else 0 end
            as {{ model }}_weight,
        {%- endif %}
        {%- endfor %}
        max(paths.touched_at) {{ whole_path }} as last_touched_at,
        min(case when not paths.is_direct then paths.position end) {{ whole_path }}
            as first_non_direct_at,
        max(case when not paths.is_direct then paths.position end) {{ whole_path }}
            as last_non_direct_at,
        max(case when channels.is_paid then paths.position end) {{ whole_path }} as last_paid_at,
        max(case when paths.touched_at <= paths.lead_at then paths.position end) {{ whole_path }}
            as lead_at,
        max(case when paths.touched_at <= paths.opportunity_at then paths.position end)
            {{ whole_path }} as opportunity_at

    from {{ ref('int_conversion_paths') }} as paths

    left join channels
        on lower(paths.channel) = channels.channel_letters

    left join effects
        on
            paths.conversion_type = effects.conversion_type
            and paths.channel = effects.channel

),
{%- if 'custom' in models %}

custom_weights as (

    select
        kinds.place,
        kinds.channel,
        kinds.stage,
        min_by(weights.weight, weights.rule_order) as weight

    from (
        select distinct
            {{ place_on_path() }} as place,
            channel,
            stage

        from {{ ref('int_conversion_paths') }}
    ) as kinds

    inner join {{ ref('attribution_weights') }} as weights
        on
            {{ rule_holds('kinds.place', 'weights.place') }}
            and {{ rule_holds('kinds.channel', 'weights.channel') }}
            and {{ rule_holds('kinds.stage', 'weights.stage') }}

    group by kinds.place, kinds.channel, kinds.stage

),
{%- endif %}

-- Ages counted from the path's last touch give the same shares as ages counted from the
-- conversion, and a sum that cannot vanish however old the touches are. An opportunity that was
-- never opened leaves its share to the touch before the conversion.
measured as (

    select
        placed.*,
        {%- if half_life_touches %}
        power(2, -cast(path_length - position as double) / {{ half_life_touches }})
            as time_decay_weight,
        {%- else %}
        power(2, -{{ seconds_between('touched_at', 'last_touched_at') }} / {{ half_life_seconds }})
            as time_decay_weight,
        {%- endif %}
        {%- if 'custom' in models %}
        coalesce(custom_weights.weight, 0) as custom_weight,
        {%- endif %}
        coalesce(first_non_direct_at, 1) as first_non_direct_position,
        coalesce(last_non_direct_at, path_length) as last_non_direct_position,
        coalesce(last_paid_at, last_non_direct_at, path_length) as last_paid_position,
        coalesce(lead_at, 0) as lead_position,
        coalesce(opportunity_at, path_length) as opportunity_position

    from placed
    {%- if 'custom' in models %}

    left join custom_weights
        on
            {{ place_on_path() }} = custom_weights.place
            and placed.channel = custom_weights.channel
            and placed.stage = custom_weights.stage
    {%- endif %}

),

weighed as (

    select
        *,
        {%- for model in weighted %}
        sum({{ model }}_weight) {{ along_path }} as {{ model }}_weight_through,
        sum({{ model }}_weight) {{ whole_path }} as {{ model }}_total_weight,
        {%- endfor %}
        -- Stages of a w_shaped path, and touches that are stages, up to this one.
        {{ first_stage }}
        + case when lead_position between 1 and position then {{ lead_stage }} else 0 end
        + case when position >= opportunity_position then {{ last_stage }} else 0 end
            as stages_through,
        {{ first_stage }}
        + case when lead_position > 0 then {{ lead_stage }} else 0 end
        + {{ last_stage }} as stages_total,
        1
        + case when lead_position between 2 and position then 1 else 0 end
        + case
            when
                position >= opportunity_position
                and opportunity_position not in (1, lead_position)
                then 1
            else 0
        end as stage_touches_through,
        1
        + case when lead_position > 1 then 1 else 0 end
        + case when opportunity_position not in (1, lead_position) then 1 else 0 end
            as stage_touches

    from measured

),

-- The share of the conversion that is given out up to and including each touch. Differences of
-- rounded running shares sum to exactly 1, as rounded shares would not.
shared as (

    select
        *,
        {%- for model in weighted %}
        case
            when {{ model }}_total_weight > 0
                then {{ model }}_weight_through / {{ model }}_total_weight
            else cast(position as double) / path_length
        end as {{ model }}_share,
        {%- endfor %}
        1 as first_touch_share,
        case when position = path_length then 1 else 0 end as last_touch_share,
        case when position >= first_non_direct_position then 1 else 0 end
            as first_non_direct_share,
        case when position >= last_non_direct_position then 1 else 0 end as last_non_direct_share,
        case when position >= last_paid_position then 1 else 0 end as last_paid_share,
        cast(position as double) / path_length as linear_share,
        case
            when path_length = 2 then {{ first_share }} / ({{ first_share }} + {{ last_share }})
            when path_length > 2
                then
                    {{ first_share }}
                    + (1 - {{ first_share }} - {{ last_share }})
                    * cast(position - 1 as double) / (path_length - 2)
        end as position_based_share,
        case
            when path_length = stage_touches then stages_through / stages_total
            else
                {{ stages }} * stages_through / stages_total
                + (1 - {{ stages }})
                * cast(position - stage_touches_through as double) / (path_length - stage_touches)
        end as w_shaped_share

    from weighed

),

running as (

    select
        {%- for model in models %}
        cast(case when position < path_length then {{ model }}_share else 1 end as decimal(18, 10))
            as {{ model }}_through,
        {%- endfor %}
        *

    from shared

),

stepped as (

    select
        {%- for model in models %}
        lag({{ model }}_through, 1, 0) {{ along_path }} as {{ model }}_before,
        {%- endfor %}
        *

    from running

),

models as (
    {% for model in models %}
    select '{{ model }}' as model
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

by_model as (

    select
        stepped.conversion_id,
        stepped.conversion_type,
        stepped.touchpoint_id,
        stepped.customer_id,
        models.model,
        stepped.channel,
        stepped.campaign,
        stepped.touched_at,
        stepped.converted_at,
        stepped.position,
        stepped.path_length,
        case models.model
            {%- for model in models %}
            when '{{ model }}' then stepped.{{ model }}_before
            {%- endfor %}
        end as credit_before,
        case models.model
            {%- for model in models %}
            when '{{ model }}' then stepped.{{ model }}_through
            {%- endfor %}
        end as credit_through

    from stepped

    cross join models

),

credited as (

    select
        *,
        cast(credit_through - credit_before as decimal(18, 10)) as credit

    from by_model

    where credit_through > credit_before

)

select * from credited
