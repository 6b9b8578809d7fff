{{ config(
    materialized='incremental_by_key',
    row_key=['record_key'],
    replaced='person in (select person from touched)',
) }}

{%- set attributes = profile_attributes() -%}
{#- The people that changed records belong to, or did. -#}
{% call touched_keys() -%}
with

changed as (

    select record_key from {{ unseen('int_customer_records') }}

    union

    select record_key from {{ unseen('int_identifiers') }}

    union

    select node_key as record_key from {{ unseen('int_person_clusters') }}

)

select record_key as person from changed

union

select component as person from {{ unseen('int_person_clusters') }}

union

select component as person
from {{ ref('int_person_clusters') }}
where node_key in (select record_key from changed)
{%- endcall %}

with

records as (

    select * from {{ ref('int_customer_records') }}

    where
        is_person
        {{ narrowed(
            'and record_key in (select person from touched union all select node_key from '
            ~ ref('int_person_clusters') ~ ' where component in (select person from touched))'
        ) }}

),

clusters as (

    select * from {{ ref('int_person_clusters') }}

),

-- Addresses and numbers that are masked or wrong by a sign tie nobody, and still resemble the right
-- ones.
contacts as (

    select
        record_key,
        identifier_type,
        identifier_value,
        coalesce(unusable_reason, '') as unusable_reason

    from {{ ref('int_identifiers') }}

    where
        unusable_reason is distinct from 'junk'
        and (
            identifier_type = 'phone'
            or (
                identifier_type = 'email'
                and unusable_reason is distinct from 'masked'
                and {{ regex_match('identifier_value', "'@'") }}
            )
        )
        {{ narrowed('and record_key in (select record_key from records)') }}

),

-- Most records state one of each: to choose costs memory for each record.
contacts_of_several as (

    select
        record_key,
        identifier_type,
        min_by(identifier_value, {{ ordering_pair('unusable_reason', 'identifier_value') }})
            as identifier_value

    from contacts

    where
        (record_key, identifier_type) in (
            select
                record_key,
                identifier_type
            from contacts
            group by record_key, identifier_type
            having count(*) > 1
        )

    group by record_key, identifier_type

),

chosen_contacts as (

    select * from contacts_of_several

    union all

    select
        contacts.record_key,
        contacts.identifier_type,
        contacts.identifier_value

    from contacts

    left join contacts_of_several
        on
            contacts.record_key = contacts_of_several.record_key
            and contacts.identifier_type = contacts_of_several.identifier_type

    where contacts_of_several.record_key is null

),

emails as (

    select
        record_key,
        {{ regex_replace_all(
            regex_extract('identifier_value', "'^([^+@]+)'"), "'[^a-z0-9]'"
        ) }} as mailbox,
        {{ regex_replace_all(
            regex_extract('identifier_value', "'@(.+)$'"), "'[^a-z0-9]'"
        ) }} as mail_domain

    from chosen_contacts

    where identifier_type = 'email'

),

phones as (

    select
        record_key,
        right(
            {{ regex_replace_all(
                regex_replace_all('identifier_value', "'[*•#?xX]'", "'_'"), "'[^0-9_]'"
            ) }},
            10
        ) as phone

    from chosen_contacts

    where identifier_type = 'phone'

),

named as (

    select
        *,
        case
            when coalesce(given_name, family_name) is null then {{ bare_name('full_name') }}
        end as whole_name

    from records

),

stated as (

    select
        named.record_key,
        coalesce(clusters.component, named.record_key) as person,
        named.last_seen_at,
        {{ stated_given_name('named') }} as given_name,
        case
            when named.whole_name like '%*%' then null
            when named.whole_name is not null
                then {{ letters_of(family_part('named.whole_name')) }}
            else {{ letters_of(bare_name('named.family_name')) }}
        end as family_name,
        {{ regex_replace_all('cast(named.birth_date as string)', "'-'") }} as birth_date,
        {{ normalised_id('named.national_id', "'national_id'") }} as national_id,
        {{ letters_of(local_street('named.street')) }} as street,
        {{ regex_extract('named.street', "'([0-9]+)'") }} as house_number,
        {{ letters_of('named.city') }} as city,
        {%- set postal_code = regex_replace_all('upper(named.postal_code)', "'[^A-Z0-9]'") %}
        -- The four digits that Americans may add name a side of the street.
        case
            when {{ regex_match(postal_code, "'^[0-9]{9}$'") }} then left({{ postal_code }}, 5)
            else nullif({{ postal_code }}, '')
        end as postal_code,
        case when length(replace(phones.phone, '_', '')) >= 6 then phones.phone end as phone,
        emails.mailbox,
        emails.mail_domain

    from named

    left join clusters
        on named.record_key = clusters.node_key

    left join emails
        on named.record_key = emails.record_key

    left join phones
        on named.record_key = phones.record_key

),

-- What people and systems write in place of a name or a day.
placeholders as (

    select
        stated_values.kind,
        stated_values.stated_value

    from (
        select 'name' as kind, given_name as stated_value from stated
        union
        select 'name' as kind, family_name as stated_value from stated
        union
        select 'birth_date' as kind, birth_date as stated_value from stated
    ) as stated_values

    inner join {{ ref('identifier_junk') }} as junk
        on
            stated_values.kind = junk.identifier_type
            and {{ regex_match_column('stated_values.stated_value', 'junk.pattern') }}

),

placeheld as (

    select distinct stated.record_key

    from stated

    inner join placeholders
        on
            placeholders.kind = 'name'
            and placeholders.stated_value in (stated.given_name, stated.family_name)

),

sound as (

    select
        stated.record_key,
        stated.person,
        stated.last_seen_at,
        case when placeheld.record_key is null then stated.given_name end as given_name,
        case when placeheld.record_key is null then stated.family_name end as family_name,
        case when days.stated_value is null then stated.birth_date end as birth_date,
        stated.{{ attributes[3:] | join(',\n        stated.') }}

    from stated

    left join placeheld
        on stated.record_key = placeheld.record_key

    left join placeholders as days
        on
            days.kind = 'birth_date'
            and stated.birth_date = days.stated_value

),

-- Most people have one record, which is their profile: to gather profiles costs memory for each.
gathered as (

    select person from sound group by person having count(*) > 1

),

shared as (

    select * from sound where person in (select person from gathered)

),

-- What one record of a person leaves open another may state.
persons as (

    select
        {%- for attribute in attributes %}
        {{ latest_value(attribute, 'last_seen_at') }} as {{ attribute }},
        {%- endfor %}
        person

    from shared

    group by person

),

filled as (

    select
        shared.record_key,
        {%- for attribute in attributes[:2] %}
        case
            when coalesce(shared.given_name, shared.family_name) is null then persons.{{ attribute }}
            else shared.{{ attribute }}
        end as {{ attribute }},
        {%- endfor %}
        {%- for attribute in attributes[2:] %}
        coalesce(shared.{{ attribute }}, persons.{{ attribute }}) as {{ attribute }},
        {%- endfor %}
        shared.person

    from shared

    inner join persons
        on shared.person = persons.person

),

profiles as (

    select
        min(record_key) as record_key,
        person,
        {{ attributes | join(',\n        ') }}

    from filled

    group by person, {{ attributes | join(', ') }}

    union all

    select
        sound.record_key,
        sound.person,
        sound.{{ attributes | join(',\n        sound.') }}

    from sound

    left join gathered
        on sound.person = gathered.person

    where gathered.person is null

),

telling as (

    select *

    from profiles

    where
        coalesce(given_name, family_name) is not null
        and coalesce({{ attributes[2:] | join(', ') }}) is not null

)

select * from telling
