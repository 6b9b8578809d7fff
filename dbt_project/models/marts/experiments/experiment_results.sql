{%- set alpha = 1 - var('experiment_confidence_level') -%}
{%- set family = 'experiment_type, source, experiment, metric' -%}
{%- set control_names = "'" ~ var('experiment_control_names') | join("', '") ~ "'" -%}

with

counts as (

    select * from {{ ref('int_experiment_counts') }}

),

experiments as (

    select
        experiment,
        variant,
        bool_or(is_control) as is_control,
        max(expected_share) as expected_share

    from {{ ref('experiments') }}

    group by experiment, variant

),

-- The control is the variant that the seed names, else the one with a control's name.
ranked as (

    select
        counts.*,
        coalesce(experiments.expected_share, 1) as expected_weight,
        row_number() over (
            partition by
                counts.experiment_type, counts.source, counts.experiment, counts.metric
            order by
                coalesce(experiments.is_control, false) desc,
                lower(counts.variant) in ({{ control_names }}) desc,
                counts.variant
        ) = 1 as is_control

    from counts

    left join experiments
        on
            counts.experiment = experiments.experiment
            and counts.variant = experiments.variant

),

shared as (

    select
        *,
        sum(units) over ({{ 'partition by ' ~ family }})
        * expected_weight
        / sum(expected_weight) over ({{ 'partition by ' ~ family }}) as expected_units,
        count(*) over ({{ 'partition by ' ~ family }}) as variants

    from ranked

),

-- Platforms decide how often an ad is shown: its impressions are no sample to be judged.
sampled as (

    select
        *,
        case
            when experiment_type != 'ad'
                then chi_square_tail(
                    sum(power(units - expected_units, 2) / expected_units)
                        over ({{ 'partition by ' ~ family }}),
                    variants - 1
                )
        end as sample_ratio_p_value

    from shared

    where variants > 1

),

measured as (

    select
        *,
        total / units as mean,
        {{ sample_variance('units', 'total', 'squares') }} / units as mean_variance,
        units >= {{ var('experiment_minimum_units') }}
        and successes >= {{ var('experiment_minimum_successes') }}
        and units - successes >= {{ var('experiment_minimum_successes') }} as has_enough_data,
        coalesce(sample_ratio_p_value < {{ var('experiment_sample_ratio_threshold') }}, false)
            as has_sample_ratio_mismatch

    from sampled

),

controls as (

    select * from measured where is_control

),

compared as (

    select
        measured.*,
        measured.has_enough_data and controls.has_enough_data as is_enough,
        controls.mean as control_mean,
        controls.mean_variance as control_variance,
        measured.mean_variance + controls.mean_variance as effect_variance,
        case
            when
                not measured.is_control
                and measured.has_enough_data
                and controls.has_enough_data
                and measured.mean_variance + controls.mean_variance > 0
                then measured.mean - controls.mean
        end as effect,
        {{ welch_freedom(
            'measured.mean_variance', 'measured.units', 'controls.mean_variance', 'controls.units'
        ) }} as freedom

    from measured

    inner join controls
        on
            measured.experiment_type = controls.experiment_type
            and measured.source = controls.source
            and measured.experiment = controls.experiment
            and measured.metric = controls.metric

),

-- Effects that one would call usual are a fraction of the control's mean: so wide is the mixture.
tested as (

    select
        *,
        power({{ var('experiment_mixing_lift') }} * control_mean, 2) as mixing_variance,
        student_tails(effect / sqrt(effect_variance), freedom) as p_value,
        student_quantile({{ 1 - alpha / 2 }}, freedom) * sqrt(effect_variance) as margin,
        student_quantile({{ 1 - alpha / 2 }}, freedom) * sqrt(
            mean_variance / nullif(mean * mean, 0)
            + control_variance / nullif(control_mean * control_mean, 0)
        ) as log_margin

    from compared

),

always_valid as (

    select
        *,
        case
            when effect is not null and mixing_variance > 0
                then {{ always_valid_p('effect', 'effect_variance', 'mixing_variance') }}
        end as sequential_p_value,
        case
            when effect is not null and mixing_variance > 0
                then {{ always_valid_margin('effect_variance', 'mixing_variance', alpha) }}
        end as sequential_margin

    from tested

),

counted as (

    select
        *,
        row_number() over (
            partition by {{ family }} order by p_value nulls last, variant
        ) as p_value_rank,
        row_number() over (
            partition by {{ family }} order by sequential_p_value nulls last, variant
        ) as sequential_p_value_rank,
        count(effect) over (partition by {{ family }}) as comparisons

    from always_valid

),

-- Holm: the smallest p-value counts as often as there are comparisons, the next once less.
adjusted as (

    select
        *,
        least(1.0, max(p_value * (comparisons - p_value_rank + 1)) over by_p_value)
            as p_value_holm,
        least(
            1.0,
            max(sequential_p_value * (comparisons - sequential_p_value_rank + 1))
                over by_sequential_p_value
        ) as sequential_p_value_holm

    from counted

    window
        by_p_value as (
            partition by {{ family }}
            order by p_value_rank
            rows between unbounded preceding and current row
        ),
        by_sequential_p_value as (
            partition by {{ family }}
            order by sequential_p_value_rank
            rows between unbounded preceding and current row
        )

),

judged as (

    select
        experiment_type,
        source,
        experiment,
        variant,
        metric,
        counted_from,
        is_control,
        units,
        cast(mixed_units as bigint) as mixed_units,
        successes,
        case when metric = 'revenue' then cast(total as decimal(18, 2)) end as revenue,
        mean,
        sample_ratio_p_value,
        has_sample_ratio_mismatch,
        effect,
        effect - margin as effect_low,
        effect + margin as effect_high,
        case when effect is not null then {{ safe_divide('mean', 'control_mean') }} - 1 end as lift,
        case
            when effect is not null and mean > 0 and control_mean > 0
                then mean / control_mean * exp(-log_margin) - 1
        end as lift_low,
        case
            when effect is not null and mean > 0 and control_mean > 0
                then mean / control_mean * exp(log_margin) - 1
        end as lift_high,
        p_value,
        case when effect is not null then p_value_holm end as adjusted_p_value,
        sequential_p_value,
        case when effect is not null then sequential_p_value_holm end
            as adjusted_sequential_p_value,
        effect - sequential_margin as sequential_low,
        effect + sequential_margin as sequential_high,
        case
            when is_control then 'control'
            when has_sample_ratio_mismatch then 'sample_ratio_mismatch'
            when squares is null then 'variance_unknown'
            when not is_enough then 'not_enough_data'
            when effect is null then 'no_variance'
            when coalesce(sequential_p_value_holm, 1) > {{ alpha }} then 'undecided'
            when effect > 0 then 'better'
            else 'worse'
        end as verdict,
        started_at,
        ended_at

    from adjusted

)

select * from judged
