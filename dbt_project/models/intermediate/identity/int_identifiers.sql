{{ config(materialized='incremental_by_key', row_key=['record_key']) }}

{#- A record's own values; an address or a number that came or went says what others' mean. -#}
{% call touched_keys() -%}
select record_key from {{ unseen('int_stated_identifiers') }}
union
select record_key
from {{ ref('int_stated_identifiers') }}
where value_key in (
    select value_key
    from {{ ref('int_identifier_values') }}
    where
        identifier_value in (
            select {{ sha256_hex('email') }} from {{ unseen('int_identifier_values') }}
            where email is not null
            union all
            select {{ sha256_hex('identifier_value') }} from {{ unseen('int_identifier_values') }}
            where email is not null
        )
        or right(national_number, 9) in (
            select right(identifier_value, 9) from {{ unseen('int_identifier_values') }}
            where identifier_value is not null
        )
)
{%- endcall %}

with

stated as (

    select * from {{ ref('int_stated_identifiers') }}
    {{ narrowed('where record_key in (select record_key from touched)') }}

),

stated_values as (

    select * from {{ ref('int_identifier_values') }}
    {{ narrowed('where value_key in (select value_key from stated)') }}

),

-- Platforms hash the address as its owner wrote it, in lower case, or as its provider reads it.
email_hashes as (

    select
        identifier_type,
        {{ sha256_hex('email') }} as email_hash,
        identifier_value

    from {{ ref('int_identifier_values') }}

    where identifier_type = 'email' and email is not null

    union

    select
        identifier_type,
        {{ sha256_hex('identifier_value') }} as email_hash,
        identifier_value

    from {{ ref('int_identifier_values') }}

    where identifier_type = 'email' and email is not null

),

known_phones as (

    select distinct identifier_value
    from {{ ref('int_identifier_values') }}
    where identifier_type = 'phone'

),

-- A national number of a country that nothing names is the one known number that ends with it.
completed_phones as (

    select
        unread.value_key,
        min(known_phones.identifier_value) as identifier_value

    from stated_values as unread

    inner join known_phones
        on
            right(unread.national_number, 9) = right(known_phones.identifier_value, 9)
            and known_phones.identifier_value like '%' || unread.national_number
            and length(known_phones.identifier_value) - length(unread.national_number)
            between 2 and 4

    group by unread.value_key

    having count(*) = 1

),

read_values as (

    select
        stated_values.value_key,
        stated_values.identifier_type,
        stated_values.stated_value,
        stated_values.is_masked,
        coalesce(
            email_hashes.identifier_value,
            stated_values.identifier_value,
            completed_phones.identifier_value
        ) as identifier_value

    from stated_values

    left join email_hashes
        on
            stated_values.identifier_type = email_hashes.identifier_type
            and stated_values.identifier_value = email_hashes.email_hash

    left join completed_phones
        on stated_values.value_key = completed_phones.value_key

),

-- Junk patterns are written for the type, or for `other` where the rules lack the type.
junk as (

    select distinct
        read_values.identifier_type,
        read_values.identifier_value

    from read_values

    left join {{ ref('identity_rules') }} as rules
        on read_values.identifier_type = rules.identifier_type

    inner join {{ ref('identifier_junk') }} as patterns
        on
            coalesce(rules.identifier_type, 'other') = patterns.identifier_type
            and {{ regex_match_column('lower(read_values.identifier_value)', 'patterns.pattern') }}

),

judged as (

    select
        read_values.value_key,
        read_values.identifier_type,
        coalesce(read_values.identifier_value, lower(read_values.stated_value)) as identifier_value,
        case
            when read_values.is_masked then 'masked'
            when read_values.identifier_value is null then 'not valid'
            when junk.identifier_value is not null then 'junk'
        end as unusable_reason

    from read_values

    left join junk
        on
            read_values.identifier_type = junk.identifier_type
            and read_values.identifier_value = junk.identifier_value

),

identifiers as (

    select
        stated.record_key,
        judged.identifier_type,
        judged.identifier_value,
        {{ surrogate_key(['judged.identifier_type', 'judged.identifier_value']) }}
            as identifier_key,
        min(judged.unusable_reason) as unusable_reason,
        min(judged.unusable_reason) is null as is_usable,
        min(stated.seen_at) as seen_at,
        max(stated.last_seen_at) as last_seen_at

    from stated

    inner join judged
        on stated.value_key = judged.value_key

    group by stated.record_key, judged.identifier_type, judged.identifier_value

)

select * from identifiers
