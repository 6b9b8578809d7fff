{{ config(materialized='incremental_by_key', row_key=['record_key']) }}

{#- All records of the components that hold, or held, a changed record or tie. -#}
{% call touched_keys() -%}
with

changed as (

    select record_key from {{ unseen('int_customer_records') }}

    union

    select record_key from {{ unseen('int_identity_edges') }}

    union

    select node_key as record_key from {{ unseen('int_identity_clusters') }}

),

changed_components as (

    select component from {{ unseen('int_identity_clusters') }}

    union

    select component
    from {{ ref('int_identity_clusters') }}
    where node_key in (select record_key from changed)

)

select record_key from changed

union

select node_key as record_key
from {{ ref('int_identity_clusters') }}
where component in (select component from changed_components)
{%- endcall %}

with

records as (

    select
        record_key,
        is_person,
        first_seen_at

    from {{ ref('int_customer_records') }}

    {{ narrowed('where record_key in (select record_key from touched)') }}

),

edges as (

    select * from {{ ref('int_identity_edges') }}
    {{ narrowed('where record_key in (select record_key from touched)') }}

),

-- The ties that stood: both ends came into the same component.
standing_ties as (

    select
        edges.*,
        records_clusters.component,
        count(*) over (
            partition by edges.identifier_key, records_clusters.component
        ) as tied_records

    from edges

    inner join {{ ref('int_identity_clusters') }} as records_clusters
        on edges.record_key = records_clusters.node_key

    inner join {{ ref('int_identity_clusters') }} as identifiers_clusters
        on
            edges.identifier_key = identifiers_clusters.node_key
            and records_clusters.component = identifiers_clusters.component

),

strongest_ties as (

    select
        record_key,
        identifier_type,
        confidence,
        row_number() over (
            partition by record_key
            order by priority, identifier_key
        ) as tie_rank

    from standing_ties

    where tied_records > 1

),

known_people as (

    select component from standing_ties where not is_indirect

    union

    select coalesce(clusters.component, records.record_key) as component

    from records

    left join {{ ref('int_identity_clusters') }} as clusters
        on records.record_key = clusters.node_key

    where records.is_person

),

components as (

    select
        records.record_key,
        coalesce(clusters.component, records.record_key) as component,
        known_people.component is not null as is_customer,
        coalesce(strongest_ties.identifier_type, 'single_record') as matched_by,
        coalesce(strongest_ties.confidence, cast(1 as decimal(5, 4))) as match_probability,
        records.first_seen_at

    from records

    left join {{ ref('int_identity_clusters') }} as clusters
        on records.record_key = clusters.node_key

    left join known_people
        on coalesce(clusters.component, records.record_key) = known_people.component

    left join strongest_ties
        on
            records.record_key = strongest_ties.record_key
            and strongest_ties.tie_rank = 1

)

select * from components
