{{ config(
    materialized='incremental_by_key',
    row_key=['value_key'],
    logged=['value_key', 'email', 'identifier_value'],
) }}

{% call touched_keys() -%}
select value_key from {{ unseen('int_stated_identifiers') }}
{%- endcall %}

with

-- Each distinct value is normalised once: parsing phone numbers is the costly part.
distinct_values as (

    select distinct
        value_key,
        identifier_type,
        stated_value,
        phone_region

    from {{ ref('int_stated_identifiers') }}
    {{ narrowed('where value_key in (select value_key from touched)') }}

),

ruled as (

    select
        distinct_values.*,
        coalesce(rules.normaliser, 'id') as normaliser,
        {{ normalised_email('distinct_values.stated_value') }} as email,
        case rules.normaliser
            when 'email' then {{ regex_match('distinct_values.stated_value', "'[*•]'") }}
            when 'phone' then {{ regex_match('distinct_values.stated_value', "'[*•#?]|[xX]{2,}'") }}
            else false
        end as is_masked

    from distinct_values

    left join {{ ref('identity_rules') }} as rules
        on distinct_values.identifier_type = rules.identifier_type

),

normalised as (

    select
        ruled.value_key,
        ruled.identifier_type,
        ruled.stated_value,
        ruled.phone_region,
        ruled.is_masked,
        ruled.email,
        {{ regex_replace_all(
            regex_replace_all('ruled.stated_value', "'[^0-9]'"), "'^0+'"
        ) }} as digits,
        case ruled.normaliser
            when 'email'
                then
                    coalesce(
                        {{ provider_email('ruled.email', 'providers') }},
                        {{ regex_extract("lower(ruled.stated_value)", "'^([0-9a-f]{64})$'") }}
                    )
            when 'phone'
                then
                    case
                        when not ruled.is_masked then e164(ruled.stated_value, ruled.phone_region)
                    end
            else {{ normalised_id('ruled.stated_value', 'ruled.identifier_type') }}
        end as identifier_value

    from ruled

    left join {{ ref('email_providers') }} as providers
        on {{ regex_extract('ruled.email', "'@(.+)$'") }} = providers.domain

)

select
    value_key,
    identifier_type,
    stated_value,
    phone_region,
    is_masked,
    email,
    identifier_value,
    case
        when identifier_type = 'phone' and identifier_value is null and not is_masked then digits
    end as national_number

from normalised
