with

stated as (

    select * from {{ ref('int_stated_identifiers') }}

),

-- Each distinct value is normalised once: parsing phone numbers is the costly part.
distinct_values as (

    select distinct identifier_type, stated_value, phone_region from stated

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
        ruled.identifier_type,
        ruled.stated_value,
        ruled.phone_region,
        ruled.is_masked,
        ruled.email,
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

),

-- Platforms hash the address as its owner wrote it, in lower case, or as its provider reads it.
email_hashes as (

    select
        identifier_type,
        {{ sha256_hex('email') }} as email_hash,
        identifier_value

    from normalised

    where identifier_type = 'email' and email is not null

    union

    select
        identifier_type,
        {{ sha256_hex('identifier_value') }} as email_hash,
        identifier_value

    from normalised

    where identifier_type = 'email' and email is not null

),

known_phones as (

    select distinct identifier_value from normalised where identifier_type = 'phone'

),

-- A national number of a country that nothing names is the one known number that ends with it.
completed_phones as (

    select
        unread.identifier_type,
        unread.stated_value,
        unread.phone_region,
        min(known_phones.identifier_value) as identifier_value

    from (
        select
            identifier_type,
            stated_value,
            phone_region,
            {{ regex_replace_all(
                regex_replace_all('stated_value', "'[^0-9]'"), "'^0+'"
            ) }} as national_number

        from normalised

        where identifier_type = 'phone' and identifier_value is null and not is_masked
    ) as unread

    inner join known_phones
        on
            right(unread.national_number, 9) = right(known_phones.identifier_value, 9)
            and known_phones.identifier_value like '%' || unread.national_number
            and length(known_phones.identifier_value) - length(unread.national_number)
            between 2 and 4

    group by unread.identifier_type, unread.stated_value, unread.phone_region

    having count(*) = 1

),

read_values as (

    select
        normalised.identifier_type,
        normalised.stated_value,
        normalised.phone_region,
        normalised.is_masked,
        coalesce(
            email_hashes.identifier_value,
            normalised.identifier_value,
            completed_phones.identifier_value
        ) as identifier_value

    from normalised

    left join email_hashes
        on
            normalised.identifier_type = email_hashes.identifier_type
            and normalised.identifier_value = email_hashes.email_hash

    left join completed_phones
        on
            normalised.identifier_type = completed_phones.identifier_type
            and normalised.stated_value = completed_phones.stated_value
            and normalised.phone_region is not distinct from completed_phones.phone_region

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
        read_values.identifier_type,
        read_values.stated_value,
        read_values.phone_region,
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
        on
            stated.identifier_type = judged.identifier_type
            and stated.stated_value = judged.stated_value
            and stated.phone_region is not distinct from judged.phone_region

    group by stated.record_key, judged.identifier_type, judged.identifier_value

)

select * from identifiers
