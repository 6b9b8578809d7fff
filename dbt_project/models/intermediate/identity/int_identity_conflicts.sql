{{ config(materialized='incremental_by_key', row_key=['record_key', 'identifier_key']) }}

{#- Ties that changed, and those of records and identifiers that came into another component. -#}
{% call touched_keys() -%}
select record_key, identifier_key from {{ unseen('int_identity_edges') }}

union

select record_key, identifier_key
from {{ ref('int_identity_edges') }}
where
    record_key in (select node_key from {{ unseen('int_identity_clusters') }})
    or identifier_key in (select node_key from {{ unseen('int_identity_clusters') }})
{%- endcall %}

with

edges as (

    select * from {{ ref('int_identity_edges') }}
    {{ narrowed(
        'where (record_key, identifier_key) in (select record_key, identifier_key from touched)'
    ) }}

),

cut_ties as (

    select
        edges.record_key,
        edges.identifier_key,
        edges.identifier_type,
        edges.identifier_value,
        edges.confidence,
        records_clusters.component as record_component,
        identifiers_clusters.component as identifier_component,
        edges.tied_at

    from edges

    inner join {{ ref('int_identity_clusters') }} as records_clusters
        on edges.record_key = records_clusters.node_key

    inner join {{ ref('int_identity_clusters') }} as identifiers_clusters
        on edges.identifier_key = identifiers_clusters.node_key

    where records_clusters.component != identifiers_clusters.component

)

select * from cut_ties
