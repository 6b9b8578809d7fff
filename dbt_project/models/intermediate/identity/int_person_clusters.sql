{{ config(materialized='connected_components') }}

select
    record_key,
    identifier_key,
    -priority as strength,
    tied_at,
    exclusive_group

from {{ ref('int_identity_ties') }}

where is_within_limit and not is_indirect
