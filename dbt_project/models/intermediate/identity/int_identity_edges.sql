{{ config(
    materialized='incremental_by_key',
    row_key=['record_key', 'identifier_key'],
    replaced='identifier_key in (select identifier_key from touched)',
) }}

{#- Ties that changed, and devices, clicks and order numbers of records that went to other people. -#}
{% call touched_keys() -%}
with

moved_people as (

    select node_key as person from {{ unseen('int_matched_people') }}

),

moved as (

    select record_key from {{ unseen('int_customer_records') }}

    union

    select node_key as record_key from {{ unseen('int_person_clusters') }}

    union

    select person as record_key from moved_people

    union

    select node_key as record_key
    from {{ ref('int_person_clusters') }}
    where component in (select person from moved_people)

)

select identifier_key from {{ unseen('int_identity_ties') }}

union

select match_key as identifier_key from {{ unseen('int_match_scores') }}

union

select identifier_key
from {{ ref('int_identity_ties') }}
where is_indirect and record_key in (select record_key from moved)
{%- endcall %}

with

ties as (

    select * from {{ ref('int_identity_ties') }}

    where
        is_within_limit
        {{ narrowed('and identifier_key in (select identifier_key from touched)') }}


),

records as (

    select * from {{ ref('int_customer_records') }}
    {{ narrowed('where record_key in (select record_key from ties where is_indirect)') }}

),

clusters as (

    select * from {{ ref('int_person_clusters') }}

),

matches as (

    select * from {{ ref('int_match_scores') }}

    where
        is_tie
        {{ narrowed('and match_key in (select identifier_key from touched)') }}

),

matched_people as (

    select * from {{ ref('int_matched_people') }}

),

persons as (

    select
        records.record_key,
        coalesce(matched_people.component, clusters.component, records.record_key) as person

    from records

    left join clusters
        on records.record_key = clusters.node_key

    left join matched_people
        on coalesce(clusters.component, records.record_key) = matched_people.node_key

    where clusters.component is not null or records.is_person

),

matched_records as (

    select left_record_key as record_key, * from matches

    union all

    select right_record_key as record_key, * from matches

),

-- A device, click or confirmation page of two people belongs to neither.
shared_by_people as (

    select ties.identifier_key

    from ties

    inner join persons
        on ties.record_key = persons.record_key

    where ties.is_indirect

    group by ties.identifier_key

    having count(distinct persons.person) > 1

),

unshared as (

    select
        ties.record_key,
        ties.identifier_key,
        ties.identifier_type,
        ties.identifier_value,
        ties.is_indirect,
        ties.priority,
        ties.confidence,
        ties.exclusive_group,
        ties.records,
        ties.tied_at

    from ties

    left join shared_by_people
        on ties.identifier_key = shared_by_people.identifier_key

    where shared_by_people.identifier_key is null

),

-- Any shared identifier is stronger than a likeness.
edges as (

    select * from unshared

    union all

    select
        record_key,
        match_key as identifier_key,
        'probabilistic' as identifier_type,
        match_key as identifier_value,
        false as is_indirect,
        1000 as priority,
        cast(least(match_probability, 0.9999) as decimal(5, 4)) as confidence,
        cast(null as string) as exclusive_group,
        2 as records,
        cast(null as timestamp) as tied_at

    from matched_records

)

select * from edges
