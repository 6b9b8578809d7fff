{{ config(
    materialized='incremental_by_key',
    row_key=['record_key'],
    logged=['term_key', 'record_key', 'person'],
) }}

{% call touched_keys() -%}
select record_key from {{ unseen('int_person_profiles') }}
{%- endcall %}

with

profiles as (

    select * from {{ ref('int_person_profiles') }}
    {{ narrowed('where record_key in (select record_key from touched)') }}

),

terms as (

    {% for comparison, level, term in match_terms() %}
    select
        '{{ comparison }}' as comparison,
        '{{ level }}' as level,
        {{ term_key(comparison, "'" ~ level ~ "'", term) }} as term_key,
        record_key,
        person
    from profiles
    where {{ term }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from terms
