{#- A view: written out, the steps of all who never converted would cost more than sorting them. -#}
{{ config(materialized='view') }}

{{ journey_steps(with_details=true) }}
