-- The members of an audience, and how to reach them. Membership was checked before it was published;
-- consent is asked again here, of what the warehouse has learnt since.
with

members as (

    select *
    from published.marts.audience_members
    where audience = $audience

),

consents as (

    select
        members.customer_id,
        list(consents.channel order by consents.channel) as channels
    from members
    inner join intermediate.int_customer_consents as consents
        on
            members.customer_id = consents.customer_id
            and list_contains(string_split(members.consented_channels, ';'), consents.channel)
            and consents.is_consented
    group by members.customer_id

),

records as (

    select
        ids.customer_id,
        records.*
    from intermediate.int_customer_records as records
    inner join intermediate.int_customer_ids as ids
        on records.record_key = ids.record_key
    where ids.customer_id is not null and not records.is_deleted

),

-- An address that two customers share would reach one of them by the other's consent.
identifiers as (

    select
        records.customer_id,
        identifiers.*
    from intermediate.int_identifiers as identifiers
    inner join records
        on identifiers.record_key = records.record_key
    where identifiers.identifier_type in ('email', 'phone') and identifiers.is_usable
    qualify
        min(records.customer_id) over (partition by identifiers.identifier_key)
        = max(records.customer_id) over (partition by identifiers.identifier_key)

),

-- Identity reads addresses without what their provider ignores; platforms want them as written.
emails as (

    select
        identifiers.customer_id,
        max_by(lower(trim(stated.stated_value)), (stated.seen_at, stated.stated_value)) as email
    from identifiers
    inner join intermediate.int_stated_identifiers as stated
        on
            identifiers.record_key = stated.record_key
            and identifiers.identifier_type = stated.identifier_type
            and replace(regexp_extract(lower(trim(stated.stated_value)), '^[^+@]+'), '.', '')
            = replace(regexp_extract(identifiers.identifier_value, '^[^+@]+'), '.', '')
    where
        identifiers.identifier_type = 'email'
        and regexp_full_match(
            lower(trim(stated.stated_value)), '[^@ <>,;:]+@[a-z0-9.-]+[.][a-z0-9-]{2,}'
        )
    group by identifiers.customer_id

),

phones as (

    select
        customer_id,
        max_by(identifier_value, (seen_at, identifier_value)) as phone
    from identifiers
    where identifier_type = 'phone'
    group by customer_id

),

-- Both parts of a name come from one record, as does an address: the latest of the fullest.
people as (

    select
        customer_id,
        max_by({'given': given_name, 'family': family_name}, (last_seen_at, record_key)) filter (
            where given_name is not null and family_name is not null
        ) as name,
        max_by(
            {'postal_code': postal_code, 'city': city, 'country': country},
            (postal_code is not null, country is not null, last_seen_at, record_key)
        ) as address
    from records
    group by customer_id

)

select
    members.customer_id,
    consents.channels,
    members.is_capped,
    case
        when list_contains(consents.channels, members.best_channel) then members.best_channel
        else coalesce(consents.channels[1], '')
    end as best_channel,
    members.best_hour,
    members.reason,
    members.as_of_date,
    coalesce(emails.email, '') as email,
    coalesce(phones.phone, '') as phone,
    coalesce(people.name.given, '') as given_name,
    coalesce(people.name.family, '') as family_name,
    coalesce(people.address.postal_code, '') as postal_code,
    coalesce(people.address.city, '') as city,
    coalesce(people.address.country, '') as country
from members
left join consents
    on members.customer_id = consents.customer_id
left join emails
    on members.customer_id = emails.customer_id
left join phones
    on members.customer_id = phones.customer_id
left join people
    on members.customer_id = people.customer_id
order by members.customer_id
