{{ config(materialized='connected_components') }}

{#- People of whom a likeness, a record or what they have only one of came, changed or went. -#}
{% call touched_keys() -%}
with

changed as (

    select record_key from {{ unseen('int_identity_ties') }}

    union

    select node_key as record_key from {{ unseen('int_person_clusters') }}

)

select left_person as record_key from {{ unseen('int_match_scores') }}

union

select right_person as record_key from {{ unseen('int_match_scores') }}

union

select record_key from changed

union

select component as record_key from {{ unseen('int_person_clusters') }}

union

select component as record_key
from {{ ref('int_person_clusters') }}
where node_key in (select record_key from changed)
{%- endcall %}

with

matches as (

    select * from {{ ref('int_match_scores') }} where is_tie

),

matched as (

    select left_person as person, match_key, match_probability from matches
    {{ narrowed('where left_person in (select record_key from touched)') }}

    union

    select right_person as person, match_key, match_probability from matches
    {{ narrowed('where right_person in (select record_key from touched)') }}

),

-- A likeness must not bring together what a person has only one of.
exclusive as (

    select distinct
        matched.person,
        ties.identifier_key,
        ties.exclusive_group

    from {{ ref('int_identity_ties') }} as ties

    left join {{ ref('int_person_clusters') }} as clusters
        on ties.record_key = clusters.node_key

    inner join matched
        on coalesce(clusters.component, ties.record_key) = matched.person

    where ties.exclusive_group is not null and ties.is_within_limit

)

select
    person as record_key,
    match_key as identifier_key,
    match_probability as strength,
    cast(null as timestamp) as tied_at,
    cast(null as string) as exclusive_group

from matched

union all

select
    person as record_key,
    'exclusive ' || identifier_key as identifier_key,
    2 as strength,
    cast(null as timestamp) as tied_at,
    exclusive_group

from exclusive
