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
} -%}

with

profiles as (

    select * from {{ ref('int_person_profiles') }}

),

keyed as (

    {% for block, expression in blocks.items() %}
    select
        '{{ block }}' as block,
        {{ expression }} as block_key,
        record_key,
        person
    from profiles
    where {{ expression }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- What too many share tells nobody apart, and its pairs would be without number.
blocks as (

    select *

    from keyed

    qualify
        count(*) over (partition by block, block_key)
        between 2 and {{ var('match_block_limit') }}

),

candidates as (

    select distinct
        lefts.record_key as left_record_key,
        rights.record_key as right_record_key

    from blocks as lefts

    inner join blocks as rights
        on
            lefts.block = rights.block
            and lefts.block_key = rights.block_key
            and lefts.record_key < rights.record_key
            and lefts.person != rights.person

)

select * from candidates
