{{ config(materialized='connected_components') }}

select
    record_key,
    identifier_key,
    confidence - priority as strength,
    tied_at,
    exclusive_group

from {{ ref('int_identity_edges') }}
