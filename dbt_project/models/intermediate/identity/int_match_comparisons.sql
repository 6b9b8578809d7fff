{{ config(
    materialized='incremental_by_key',
    row_key=['left_record_key', 'right_record_key'],
    replaced='left_record_key in (select record_key from touched) or right_record_key in (select record_key from touched)',
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

select blocks.record_key
from {{ ref('int_match_blocks') }} as blocks
inner join (
    select block_key, count(*) as news from {{ unseen('int_match_blocks') }} group by block_key
) as changed
    on blocks.block_key = changed.block_key
qualify
    abs(count(*) over (partition by blocks.block_key) - {{ block_limit }})
    <= changed.news

union

select record_key
from {{ ref('int_person_profiles') }}
where {{ block_limit }} != (select max(block_limit) from {{ this }})
{%- endcall %}

with

blocks as (

    select
        block_key,
        {{ narrowed('record_key in (select record_key from touched) as is_touched,') }}
        record_key

    from {{ ref('int_match_blocks') }}

    {{ narrowed(
        'where block_key in (select block_key from ' ~ ref('int_match_blocks')
        ~ ' where record_key in (select record_key from touched))'
    ) }}

),

-- What too many share tells nobody apart, and its pairs would be without number.
telling_blocks as (

    select block_key

    from blocks

    group by block_key

    having count(*) between 2 and {{ block_limit }}

),

candidates as (

    select distinct
        lefts.record_key as left_record_key,
        rights.record_key as right_record_key

    from blocks as lefts

    inner join telling_blocks
        on lefts.block_key = telling_blocks.block_key

    inner join blocks as rights
        on
            lefts.block_key = rights.block_key
            and lefts.record_key < rights.record_key
            {{ narrowed('and (lefts.is_touched or rights.is_touched)') }}

),

pairs as (

    select
        {%- for attribute in attributes %}
        lefts.{{ attribute }} as {{ attribute }}_l,
        rights.{{ attribute }} as {{ attribute }}_r,
        {%- endfor %}
        candidates.left_record_key,
        candidates.right_record_key

    from candidates

    inner join {{ ref('int_person_profiles') }} as lefts
        on candidates.left_record_key = lefts.record_key

    inner join {{ ref('int_person_profiles') }} as rights
        on candidates.right_record_key = rights.record_key

    where lefts.person != rights.person

),

compared as (

    select
        {%- for name, comparison in match_comparisons().items() %}
        {{ match_level(comparison) }} as {{ name }}_level,
        {%- endfor %}
        left_record_key,
        right_record_key,
        {{ block_limit }} as block_limit

    from pairs

)

select * from compared
