with

edges as (

    select * from {{ ref('int_identity_edges') }}

),

clusters as (

    select * from {{ ref('int_identity_clusters') }}

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

    inner join clusters as records_clusters
        on edges.record_key = records_clusters.node_key

    inner join clusters as identifiers_clusters
        on edges.identifier_key = identifiers_clusters.node_key

    where records_clusters.component != identifiers_clusters.component

)

select * from cut_ties
