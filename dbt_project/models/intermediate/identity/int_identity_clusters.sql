{{ config(materialized='connected_components') }}

{% call touched_keys() -%}
select record_key from {{ unseen('int_identity_edges') }}
{%- endcall %}

select
    record_key,
    identifier_key,
    confidence - priority as strength,
    tied_at,
    exclusive_group

from {{ ref('int_identity_edges') }}

{{ narrowed('where record_key in (select record_key from touched)') }}
