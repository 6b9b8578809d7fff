{{ config(materialized='connected_components') }}

{% call touched_keys() -%}
select record_key from {{ unseen('int_identity_ties') }}
{%- endcall %}

select
    record_key,
    identifier_key,
    -priority as strength,
    tied_at,
    exclusive_group

from {{ ref('int_identity_ties') }}

where
    is_within_limit
    and not is_indirect
    {{ narrowed('and record_key in (select record_key from touched)') }}
