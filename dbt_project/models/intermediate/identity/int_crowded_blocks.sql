{{ config(materialized='incremental_by_key', row_key=['block_key']) }}

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

{#- Blocks that profiles came to or left; all where the limit changed, or nothing tells what it was. -#}
{% call touched_keys() -%}
select block_key from {{ unseen('int_match_blocks') }}

union

select block_key
from {{ ref('int_match_blocks') }}
where {{ block_limit }} is distinct from (select max(block_limit) from {{ this }})
{%- endcall %}

with

blocks as (

    select * from {{ ref('int_match_blocks') }}

    {{ narrowed('where block_key in (select block_key from touched)') }}

),

crowded as (

    select
        block_key,
        {{ block_limit }} as block_limit

    from blocks

    group by block_key

    having count(*) > {{ block_limit }}

)

select * from crowded
