{{ config(
    materialized='incremental_by_key',
    row_key=['left_number', 'right_number'],
    logged=['match_key', 'left_person', 'right_person'],
    sliced_with='int_person_profiles',
    touched_per_slice=var('rows_per_slice') * 4,
) }}

{#-
Fellegi and Sunter's model with a third answer: a pair is one person, two strangers, or two people of
one household, who share name, address and phone without being one. Each comparison weighs how much
likelier its level is for one answer than for strangers, in bits.
-#}
{%- set comparisons = match_comparisons() -%}
{%- set frequency_adjusted = match_terms() | map(attribute=0) | unique | list -%}
{%- set evidence = comparisons | reject('in', ['given_name', 'family_name']) | list -%}

{#- Pairs compared anew, or of changed people; those that agree by a value of another frequency. -#}
{% call touched_keys() -%}
with

changed as (

    select {{ hash_number('record_key') }} as record_number
    from {{ unseen('int_person_profiles') }}

)

select left_number, right_number from {{ unseen('int_match_comparisons') }}

union

select left_number, right_number
from {{ ref('int_match_comparisons') }}
where
    left_number in (select record_number from changed)
    or right_number in (select record_number from changed)

union

select compared.left_number, compared.right_number
from {{ ref('int_match_comparisons') }} as compared
inner join {{ ref('int_match_terms') }} as terms
    on compared.left_number = terms.record_number
where
    terms.term_key in (select term_key from {{ unseen('int_match_frequencies') }})
    and terms.level = case terms.comparison
        {%- for name in comparisons %}
        when '{{ name }}' then compared.{{ name }}_level
        {%- endfor %}
    end

union

select compared.left_number, compared.right_number
from {{ ref('int_match_comparisons') }} as compared
inner join (
    select
        comparison,
        level
    from {{ ref('match_levels') }}
    where
        {{ rare_term_key('comparison', 'level') }}
        in (select term_key from {{ unseen('int_match_frequencies') }})
) as changed_levels
    on
        changed_levels.level = case changed_levels.comparison
            {%- for name in frequency_adjusted %}
            when '{{ name }}' then compared.{{ name }}_level
            {%- endfor %}
        end

union

select left_number, right_number
from {{ ref('int_match_comparisons') }}
where
    (select {{ coarse('count(*)', 4) }} from {{ ref('int_person_profiles') }})
    is distinct from (select max(population) from {{ this }})
{%- endcall %}

with

levels as (

    select
        match_levels.comparison,
        match_levels.level,
        match_levels.m_probability,
        coalesce(rare_terms.frequency, match_levels.u_probability) as u_probability,
        greatest(match_levels.household_probability, coalesce(rare_terms.frequency, 0))
            as household_probability

    from {{ ref('match_levels') }} as match_levels

    left join {{ ref('int_match_frequencies') }} as rare_terms
        on
            {{ rare_term_key('match_levels.comparison', 'match_levels.level') }}
            = rare_terms.term_key

),

population as (

    select {{ coarse('count(*)', 4) }} as profiles from {{ ref('int_person_profiles') }}

),

left_profiles as (

    select
        {%- for comparison, level, term in match_terms() %}
        {{ term_key(comparison, "'" ~ level ~ "'", term) }} as {{ comparison }}_{{ level }}_term,
        {%- endfor %}
        {{ hash_number('record_key') }} as record_number

    from {{ ref('int_person_profiles') }}

    {{ narrowed(
        'where ' ~ hash_number('record_key') ~ ' in (select left_number from touched)'
    ) }}

),

compared as (

    select
        comparisons.*,
        {%- for name in frequency_adjusted %}
        case comparisons.{{ name }}_level
            {%- for level in comparisons[name].levels if level.term is defined %}
            when '{{ level.level }}' then lefts.{{ name }}_{{ level.level }}_term
            {%- endfor %}
        end as {{ name }}_term{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ ref('int_match_comparisons') }} as comparisons

    inner join left_profiles as lefts
        on comparisons.left_number = lefts.record_number

    where
        true
        {{ narrowed(
            'and (comparisons.left_number, comparisons.right_number) in '
            ~ '(select left_number, right_number from touched)'
        ) }}
        {{ sliced('and', 'comparisons.left_number') }}

),

weighed as (

    select
        compared.left_number,
        compared.right_number,
        {%- for name in comparisons %}
        compared.{{ name }}_level,
        {%- set frequency = name ~ '_terms.frequency' if name in frequency_adjusted else 'null' %}
        {{ match_weight(name, name ~ '_levels.m_probability', frequency) }} as {{ name }}_weight,
        {{ match_weight(
            name,
            'greatest(' ~ name ~ '_levels.household_probability, coalesce(' ~ frequency ~ ', 0))',
            frequency,
        ) }} as {{ name }}_household_weight,
        {%- endfor %}
        population.profiles as population,
        log2({{ var('match_mates_per_record') }} / population.profiles) as prior_weight,
        log2({{ var('match_housemates_per_record') }} / population.profiles)
            as household_prior_weight

    from compared

    cross join population

    {% for name in comparisons %}
    left join levels as {{ name }}_levels
        on
            {{ name }}_levels.comparison = '{{ name }}'
            and compared.{{ name }}_level = {{ name }}_levels.level

    {% endfor %}
    {% for name in frequency_adjusted %}
    left join {{ ref('int_match_frequencies') }} as {{ name }}_terms
        on
            {{ name }}_terms.comparison = '{{ name }}'
            and compared.{{ name }}_term = {{ name }}_terms.term_key

    {% endfor %}
),

summed as (

    select
        *,
        {%- for name in comparisons %}
        {{ name }}_weight +
        {%- endfor %}
        prior_weight as match_weight,
        {%- for name in comparisons %}
        {{ name }}_household_weight +
        {%- endfor %}
        household_prior_weight as household_weight,
        -- A name alone ties nobody, nor does half a name with a day of birth.
        ({{ evidence | join('_weight > 0 or ') }}_weight > 0)
        and (
            {{ evidence | reject('equalto', 'birth_date') | join('_weight > 0 or ') }}_weight > 0
            or (
                given_name_level is distinct from 'different'
                and family_name_level is distinct from 'different'
            )
        ) as has_more_than_names

    from weighed

),

scored as (

    select
        *,
        1 / (
            1
            + power(2, least(-match_weight, 60))
            + power(2, least(household_weight - match_weight, 60))
        ) as match_probability

    from summed

),

-- Less likely pairs are not worth keeping.
likely as (

    select * from scored where match_probability >= 0.05

),

kept as (

    select
        {{ surrogate_key(['lefts.record_key', 'rights.record_key']) }} as match_key,
        lefts.record_key as left_record_key,
        rights.record_key as right_record_key,
        lefts.person as left_person,
        rights.person as right_person,
        {%- for name in comparisons %}
        likely.{{ name }}_level,
        likely.{{ name }}_weight,
        {%- endfor %}
        likely.population,
        likely.prior_weight,
        likely.match_weight,
        likely.household_weight,
        likely.has_more_than_names,
        likely.match_probability,
        likely.has_more_than_names
        and likely.match_probability >= {{ var('match_threshold') }} as is_tie,
        likely.left_number,
        likely.right_number

    from likely

    inner join {{ ref('int_person_profiles') }} as lefts
        on likely.left_number = {{ hash_number('lefts.record_key') }}

    inner join {{ ref('int_person_profiles') }} as rights
        on likely.right_number = {{ hash_number('rights.record_key') }}

)

select * from kept
