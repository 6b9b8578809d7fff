{#-
Fellegi and Sunter's model with a third answer: a pair is one person, two strangers, or two people of
one household, who share name, address and phone without being one. Each comparison weighs how much
likelier its level is for one answer than for strangers, in bits.
-#}
{%- set comparisons = match_comparisons() -%}
{%- set evidence = comparisons | reject('in', ['given_name', 'family_name']) -%}
{%- set attributes = profile_attributes() -%}

with

profiles as (

    select * from {{ ref('int_person_profiles') }}

),

levels as (

    select * from {{ ref('match_levels') }}

),

population as (

    select count(*) as profiles from profiles

),

pairs as (

    select
        {%- for attribute in attributes %}
        lefts.{{ attribute }} as {{ attribute }}_l,
        rights.{{ attribute }} as {{ attribute }}_r,
        {%- endfor %}
        candidates.left_record_key,
        candidates.right_record_key,
        lefts.person as left_person,
        rights.person as right_person

    from {{ ref('int_match_candidates') }} as candidates

    inner join profiles as lefts
        on candidates.left_record_key = lefts.record_key

    inner join profiles as rights
        on candidates.right_record_key = rights.record_key

),

compared as (

    select
        {%- for name, comparison in comparisons.items() %}
        {{ match_level(comparison) }} as {{ name }}_level,
        {%- endfor %}
        *

    from pairs

),

-- The values that an agreement may be about, with how many profiles state each.
terms as (

    {% for comparison, level, term in match_terms() %}
    select
        '{{ comparison }}' as comparison,
        '{{ level }}' as level,
        {{ term }} as term,
        count(*) as profiles,
        sum(count(*)) over () as stated
    from profiles
    where {{ term }} is not null
    group by {{ term }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- How often strangers agree by a value: as often as others than these two state it, drawn towards
-- the frequency of a value that nobody else states, the more so the fewer profiles there are.
frequencies as (

    select
        terms.comparison,
        terms.level,
        terms.term,
        (
            greatest(terms.profiles - 2, 0)
            + {{ var('match_frequency_prior') }} * levels.u_probability
        ) / (terms.stated + {{ var('match_frequency_prior') }}) as frequency

    from terms

    inner join levels
        on
            terms.comparison = levels.comparison
            and terms.level = levels.level

    where levels.is_frequency_adjusted

),

weighed as (

    select
        compared.left_record_key,
        compared.right_record_key,
        compared.left_person,
        compared.right_person,
        {%- for name in comparisons %}
        compared.{{ name }}_level,
        {{ match_weight(name, name ~ '_levels.m_probability') }} as {{ name }}_weight,
        {{ match_weight(
            name,
            'greatest(' ~ name ~ '_levels.household_probability, coalesce('
            ~ name ~ '_terms.frequency, 0))',
        ) }} as {{ name }}_household_weight,
        {%- endfor %}
        log2({{ var('match_mates_per_record') }} / population.profiles) as prior_weight,
        log2({{ var('match_housemates_per_record') }} / population.profiles)
            as household_prior_weight

    from compared

    cross join population

    {% for name, comparison in comparisons.items() %}
    left join levels as {{ name }}_levels
        on
            {{ name }}_levels.comparison = '{{ name }}'
            and compared.{{ name }}_level = {{ name }}_levels.level

    left join frequencies as {{ name }}_terms
        on
            {{ name }}_terms.comparison = '{{ name }}'
            and compared.{{ name }}_level = {{ name }}_terms.level
            and {{ match_term(comparison, 'compared.' ~ name ~ '_level') }} = {{ name }}_terms.term

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
        -- A name alone ties nobody.
        {%- for name in evidence %}
        {{ name }}_weight > 0 or
        {%- endfor %}
        false as has_more_than_names

    from weighed

),

scored as (

    select
        {{ surrogate_key(['left_record_key', 'right_record_key']) }} as match_key,
        left_record_key,
        right_record_key,
        left_person,
        right_person,
        {%- for name in comparisons %}
        {{ name }}_level,
        {{ name }}_weight,
        {%- endfor %}
        prior_weight,
        match_weight,
        household_weight,
        has_more_than_names,
        1 / (
            1
            + power(2, least(-match_weight, 60))
            + power(2, least(household_weight - match_weight, 60))
        ) as match_probability

    from summed

),

-- Less likely pairs are not worth keeping.
kept as (

    select
        *,
        has_more_than_names and match_probability >= {{ var('match_threshold') }} as is_tie

    from scored

    where match_probability >= 0.05

)

select * from kept
