{{ config(
    materialized='incremental_by_key',
    row_key=['record_number'],
    logged=['term_key', 'record_number', 'person_number'],
) }}

{% call touched_keys() -%}
select {{ hash_number('record_key') }} as record_number from {{ unseen('int_person_profiles') }}
{%- endcall %}

with

profiles as (

    select
        *,
        {{ hash_number('record_key') }} as record_number,
        {{ hash_number('person') }} as person_number

    from {{ ref('int_person_profiles') }}

    {{ narrowed(
        'where ' ~ hash_number('record_key') ~ ' in (select record_number from touched)'
    ) }}

),

terms as (

    {% for comparison, level, term in match_terms() %}
    select
        '{{ comparison }}' as comparison,
        '{{ level }}' as level,
        {{ term_key(comparison, "'" ~ level ~ "'", term) }} as term_key,
        record_number,
        person_number
    from profiles
    where {{ term }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from terms
