{{ config(
    materialized='incremental_by_key',
    row_key=['left_record_key', 'right_record_key'],
    replaced='left_record_key in (select record_key from touched) or right_record_key in (select record_key from touched)',
    sliced_with='int_person_profiles',
    touched_per_slice=[var('rows_per_slice') // 4, 1] | max,
) }}

{%- set attributes = profile_attributes() -%}

{#-
Among more people a block tells less, and its pairs are more: beyond a number of profiles the limit
falls with the fourth root of theirs.
-#}
{%- set block_limit -%}
(
    select
        cast(
            floor(
                {{ var('match_block_limit') }}
                / greatest(
                    1, power({{ coarse('count(*)', 4) }} / {{ var('match_block_population') }}, 0.25)
                )
            ) as int
        )
    from {{ ref('int_person_profiles') }}
)
{%- endset -%}

{#- Profiles that changed, and those of blocks that may have crossed the limit; all where it changed. -#}
{% call touched_keys() -%}
select record_key from {{ unseen('int_person_profiles') }}

union

select record_key
from {{ ref('int_person_profiles') }}
where
    {{ hash_number('record_key') }} in (
        select blocks.record_number
        from {{ ref('int_match_blocks') }} as blocks
        inner join (
            select block_key, count(*) as news
            from {{ unseen('int_match_blocks') }}
            group by block_key
        ) as changed
            on blocks.block_key = changed.block_key
        qualify
            abs(count(*) over (partition by blocks.block_key) - {{ block_limit }})
            <= changed.news
    )

union

select record_key
from {{ ref('int_person_profiles') }}
where {{ block_limit }} != (select max(block_limit) from {{ this }})
{%- endcall %}

with

{{ narrowed(
    'touched_numbers as (select ' ~ hash_number('record_key') ~ ' as record_number from touched),'
) }}

blocks as (

    select
        block_key,
        {{ narrowed('record_number in (select record_number from touched_numbers) as is_touched,') }}
        record_number

    from {{ ref('int_match_blocks') }}

    {{ narrowed(
        'where block_key in (select block_key from ' ~ ref('int_match_blocks')
        ~ ' where record_number in (select record_number from touched_numbers))'
    ) }}

),

-- What too many share tells nobody apart, and its pairs would be without number.
telling_blocks as (

    select block_key

    from blocks

    group by block_key

    having count(*) between 2 and {{ block_limit }}

),

-- Of two touched profiles the one of the smaller number comes first, so that no slice repeats a pair.
candidates as (

    select distinct
        ones.record_number as one_number,
        others.record_number as other_number

    from blocks as ones

    inner join telling_blocks
        on ones.block_key = telling_blocks.block_key

    inner join blocks as others
        on
            ones.block_key = others.block_key
            and (
                ones.record_number < others.record_number
                {{ narrowed('or not others.is_touched') }}
            )
            {{ narrowed('and ones.is_touched') }}

    {{ sliced('where', 'ones.record_number') }}

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
        record_key_l as left_record_key,
        record_key_r as right_record_key,
        {{ block_limit }} as block_limit

    from pairs

)

select * from compared
