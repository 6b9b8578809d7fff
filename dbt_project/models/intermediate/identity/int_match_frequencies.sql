{{ config(
    materialized='incremental_by_key',
    row_key=['term_key'],
) }}

{#- The values that changed profiles state or stated; all of a kind where the rounded total changes. -#}
{% call touched_keys() -%}
select term_key from {{ unseen('int_match_terms') }}

union

select kept.term_key
from {{ this }} as kept
inner join (
    select comparison, level, {{ coarse('count(*)', 4) }} as stated
    from {{ ref('int_match_terms') }}
    group by comparison, level
) as totals
    on kept.comparison = totals.comparison and kept.level = totals.level
where kept.stated != totals.stated
{%- endcall %}

with

terms as (

    select * from {{ ref('int_match_terms') }}

),

totals as (

    select
        comparison,
        level,
        {{ coarse('count(*)', 4) }} as stated

    from terms

    group by comparison, level

),

counted as (

    select
        term_key,
        comparison,
        level,
        count(*) as profiles

    from terms

    {{ narrowed('where term_key in (select term_key from touched)') }}

    group by term_key, comparison, level

),

-- How often strangers agree by a value: as often as others than these two state it, drawn towards
-- the frequency of a value that nobody else states, the more so the fewer profiles there are.
-- Counts are rounded, so that a new profile changes what few others weigh.
frequencies as (

    select
        counted.term_key,
        counted.comparison,
        counted.level,
        totals.stated,
        (
            case when counted.profiles > 2 then {{ coarse('counted.profiles - 2', 2) }} else 0 end
            + {{ var('match_frequency_prior') }} * levels.u_probability
        ) / (totals.stated + {{ var('match_frequency_prior') }}) as frequency

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

)

select * from frequencies
