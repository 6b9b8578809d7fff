{{ config(
    materialized='incremental_by_key',
    row_key=['left_number', 'right_number'],
    replaced='left_number in (select record_number from touched) or right_number in (select record_number from touched)',
    sliced_with='int_person_profiles',
    touched_per_slice=[var('rows_per_slice') // 4, 1] | max,
) }}

{%- set attributes = profile_attributes() -%}

{#- Profiles that changed, and those of blocks that crossed the limit. -#}
{% call touched_keys() -%}
select {{ hash_number('record_key') }} as record_number from {{ unseen('int_person_profiles') }}

union

select record_number
from {{ ref('int_match_blocks') }}
where block_key in (select block_key from {{ unseen('int_crowded_blocks') }})
{%- endcall %}

with

-- What too many share tells nobody apart, and its pairs would be without number.
ones as (

    select
        blocks.block_key,
        blocks.record_number

    from {{ ref('int_match_blocks') }} as blocks

    left join {{ ref('int_crowded_blocks') }} as crowded_blocks
        on blocks.block_key = crowded_blocks.block_key

    where
        crowded_blocks.block_key is null
        {{ narrowed('and blocks.record_number in (select record_number from touched)') }}
        {{ sliced('and', 'blocks.record_number') }}

),

-- Of two touched profiles the one of the smaller number comes first, so that no slice repeats a pair.
candidates as (

    select distinct
        ones.record_number as one_number,
        others.record_number as other_number

    from ones

    inner join {{ ref('int_match_blocks') }} as others
        on ones.block_key = others.block_key

    where
        ones.record_number < others.record_number
        {{ narrowed('or others.record_number not in (select record_number from touched)') }}

),

-- The left one is the one of the smaller key on every engine, which numbers are not.
pairs as (

    select
        {%- for attribute in ['record_key'] + attributes %}
        case when ones.record_key < others.record_key
            then ones.{{ attribute }} else others.{{ attribute }}
        end as {{ attribute }}_l,
        case when ones.record_key < others.record_key
            then others.{{ attribute }} else ones.{{ attribute }}
        end as {{ attribute }}_r{{ ',' if not loop.last }}
        {%- endfor %}

    from candidates

    inner join {{ ref('int_person_profiles') }} as ones
        on candidates.one_number = {{ hash_number('ones.record_key') }}

    inner join {{ ref('int_person_profiles') }} as others
        on candidates.other_number = {{ hash_number('others.record_key') }}

    where ones.person != others.person

),

compared as (

    select
        {%- for name, comparison in match_comparisons().items() %}
        {{ match_level(comparison) }} as {{ name }}_level,
        {%- endfor %}
        {{ hash_number('record_key_l') }} as left_number,
        {{ hash_number('record_key_r') }} as right_number

    from pairs

)

select * from compared
