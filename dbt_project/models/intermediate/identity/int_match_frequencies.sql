{{ config(
    materialized='incremental_by_key',
    row_key=['term_key'],
) }}

{#- The values that changed profiles state or stated; all of a kind where the rounded total changes. -#}
{% call touched_keys() -%}
with

totals as (

    select
        comparison,
        level,
        {{ coarse('count(*)', 4) }} as stated

    from {{ ref('int_match_terms') }}

    group by comparison, level

)

select term_key from {{ unseen('int_match_terms') }}

union

select kept.term_key
from {{ this }} as kept
left join totals
    on kept.comparison = totals.comparison and kept.level = totals.level
where kept.stated is distinct from totals.stated

union

select {{ rare_term_key('totals.comparison', 'totals.level') }} as term_key
from totals
left join {{ this }} as kept
    on totals.comparison = kept.comparison and totals.level = kept.level
where kept.term_key is null
{%- endcall %}

with

totals as (

    select
        comparison,
        level,
        {{ coarse('count(*)', 4) }} as stated

    from {{ ref('int_match_terms') }}

    group by comparison, level

),

-- Most values are stated by one person or two, and are all as rare: one row of their level is
-- theirs. Pairs would not fit into memory beside a row of each.
counted as (

    select
        term_key,
        comparison,
        level,
        count(distinct person_number) as people

    from {{ ref('int_match_terms') }}

    {{ narrowed('where term_key in (select term_key from touched)') }}

    group by term_key, comparison, level

    having count(distinct person_number) > 2

    union all

    select
        {{ rare_term_key('comparison', 'level') }} as term_key,
        comparison,
        level,
        0 as people

    from totals

    {{ narrowed(
        'where ' ~ rare_term_key('comparison', 'level') ~ ' in (select term_key from touched)'
    ) }}

),

-- What is known of days of birth weighs more than of names: all days are much alike, and two
-- people in a thousand born on one day would make it look rarer than any day is.
priors as (

    select
        counted.*,
        totals.stated,
        levels.u_probability,
        case counted.comparison
            when 'birth_date' then {{ var('match_birth_date_prior') }}
            else {{ var('match_frequency_prior') }}
        end as prior

    from counted

    inner join totals
        on
            counted.comparison = totals.comparison
            and counted.level = totals.level

    inner join {{ ref('match_levels') }} as levels
        on
            counted.comparison = levels.comparison
            and counted.level = levels.level

    where levels.is_frequency_adjusted

),

-- How often strangers agree by a value: as often as others than these two state it, drawn towards
-- the frequency of a value that nobody else states, the more so the fewer profiles there are.
-- Counts are rounded, so that a new profile changes what few others weigh.
frequencies as (

    select
        term_key,
        comparison,
        level,
        stated,
        (
            case when people > 2 then {{ coarse('people - 2', 2) }} else 0 end
            + prior * u_probability
        ) / (stated + prior) as frequency

    from priors

)

select * from frequencies
