{{ config(
    materialized='incremental_by_key',
    row_key=['record_number'],
    logged=['block_key', 'record_number'],
) }}

{#- Profiles that share one of these are compared; each forgives errors in what it leaves out. -#}
{%- set blocks = {
    'name': "case when given_name is not null and family_name is not null
        then least(given_name, family_name) || '|' || greatest(given_name, family_name) end",
    'birth_date_given_name': "birth_date || '|' || left(given_name, 1)",
    'birth_date_family_name': "birth_date || '|' || left(family_name, 1)",
    'birth_date_postal_code': "birth_date || '|' || postal_code",
    'national_id': 'national_id',
    'phone': 'left(phone, 2) || right(phone, 4)',
    'mailbox': "case when length(mailbox) > 4
        then mailbox || '|' || left(coalesce(family_name, given_name), 1) end",
    'address': "street || '|' || house_number",
    'street_given_name': "street || '|' || left(given_name, 2)",
    'street_family_name': "street || '|' || left(family_name, 2)",
    'house_number_city': "house_number || '|' || city",
    'house_number_postal_code': "house_number || '|' || postal_code",
    'postal_code_family_name': "postal_code || '|' || left(family_name, 3)",
    'postal_code_given_name': "postal_code || '|' || left(given_name, 3)",
    'city_name': "city || '|' || left(family_name, 3) || '|' || left(given_name, 2)",
    'birth_year_name': "left(birth_date, 4) || '|' || left(family_name, 4) || '|'
        || left(given_name, 2)",
    'birthday_name': "right(birth_date, 4) || '|' || left(family_name, 4) || '|'
        || left(given_name, 2)",
    'birth_year_city_given_name': "left(birth_date, 4) || '|' || city || '|'
        || left(given_name, 2)",
    'birth_year_city_family_name': "left(birth_date, 4) || '|' || city || '|'
        || left(family_name, 2)",
} -%}

{% call touched_keys() -%}
select {{ hash_number('record_key') }} as record_number from {{ unseen('int_person_profiles') }}
{%- endcall %}

with

profiles as (

    select
        *,
        {{ hash_number('record_key') }} as record_number

    from {{ ref('int_person_profiles') }}

    {{ narrowed(
        'where ' ~ hash_number('record_key') ~ ' in (select record_number from touched)'
    ) }}

),

blocks as (

    {% for block, expression in blocks.items() %}
    select
        {{ hash_number("'" ~ block ~ "|' || " ~ expression) }} as block_key,
        record_number
    from profiles
    where {{ expression }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from blocks
