{{ config(
    materialized='incremental_by_key',
    row_key=['record_key', 'identifier_key'],
    logged=['record_key', 'identifier_key'],
    replaced='undated_key in (select undated_key from touched)',
) }}

{#- All that a changed record states or stated: of each, limits and periods are judged anew. -#}
{% call touched_keys() -%}
with

changed as (

    select record_key from {{ unseen('int_identifiers') }}

    union

    select record_key from {{ unseen('int_customer_records') }}

)

select identifier_key as undated_key
from {{ ref('int_identifiers') }}
where record_key in (select record_key from changed)

union

select undated_key from {{ this }} where record_key in (select record_key from changed)
{%- endcall %}

with

identifiers as (

    select * from {{ ref('int_identifiers') }}
    {{ narrowed(
        'where record_key in (select record_key from ' ~ ref('int_identifiers')
        ~ ' where identifier_key in (select undated_key from touched))'
    ) }}


),

rules as (

    select * from {{ ref('identity_rules') }}

),

other_rule as (

    select * from rules where identifier_type = 'other'

),

click_id_types as (

    select click_id_type from {{ ref('click_id_types') }}

),

ruled as (

    select
        identifiers.record_key,
        identifiers.identifier_key,
        identifiers.identifier_type,
        identifiers.identifier_value,
        identifiers.seen_at,
        identifiers.last_seen_at,
        records.is_merged_away,
        -- What a browser or a click carries says which machine it was, not who sat before it.
        identifiers.identifier_type in ('device_id', 'order_number')
        or click_id_types.click_id_type is not null as is_indirect,
        coalesce(rules.priority, other_rule.priority) as priority,
        coalesce(rules.max_records, other_rule.max_records) as max_records,
        rules.max_email_addresses,
        case
            when rules.identifier_type is not null then rules.window_days
            when identifiers.identifier_type != 'merged_record' then other_rule.window_days
        end as window_days,
        coalesce(rules.confidence, other_rule.confidence) as confidence,
        coalesce(rules.is_unique_per_person, other_rule.is_unique_per_person, false)
            as is_unique_per_person,
        coalesce(rules.is_shared_by_household, false) as is_shared_by_household

    from identifiers

    inner join {{ ref('int_customer_records') }} as records
        on identifiers.record_key = records.record_key

    left join rules
        on identifiers.identifier_type = rules.identifier_type

    left join click_id_types
        on identifiers.identifier_type = click_id_types.click_id_type

    left join other_rule
        on true

    where
        identifiers.is_usable
        and not records.is_catch_all
        -- Most link parameters name a campaign or a mailing; those that name one click have a rule.
        and (rules.identifier_type is not null or click_id_types.click_id_type is null)

),

-- A number that was given up and is given out again is another's: after a pause longer than the
-- window of its type it starts anew. What has no time is of the first period.
windowed as (

    select
        *,
        max(last_seen_at) over (
            partition by identifier_key
            order by seen_at nulls first, record_key
            rows between unbounded preceding and 1 preceding
        ) as previously_seen_at

    from ruled

    where window_days is not null

),

periods as (

    select
        record_key,
        identifier_key,
        sum(
            case
                when {{ seconds_between('previously_seen_at', 'seen_at') }} > 86400 * window_days
                    then 1
                else 0
            end
        ) over (
            partition by identifier_key
            order by seen_at nulls first, record_key
            rows between unbounded preceding and current row
        ) as period

    from windowed

),

timed as (

    select
        ruled.record_key,
        ruled.identifier_key as undated_key,
        ruled.identifier_type,
        ruled.identifier_value,
        ruled.seen_at,
        ruled.is_merged_away,
        ruled.is_indirect,
        ruled.priority,
        ruled.max_records,
        ruled.max_email_addresses,
        ruled.confidence,
        ruled.is_unique_per_person,
        ruled.is_shared_by_household,
        case
            when periods.period > 0
                then {{ surrogate_key(['ruled.identifier_key', 'periods.period']) }}
            else ruled.identifier_key
        end as identifier_key

    from ruled

    left join periods
        on
            ruled.record_key = periods.record_key
            and ruled.identifier_key = periods.identifier_key

),

-- A number of a person comes with an address or two, that of a front desk with everybody's.
email_addresses as (

    select
        timed.identifier_key,
        count(distinct emails.undated_key) as email_addresses

    from timed

    inner join timed as emails
        on
            timed.record_key = emails.record_key
            and emails.identifier_type = 'email'

    where timed.max_email_addresses is not null

    group by timed.identifier_key

),

shared as (

    select
        *,
        count(*) over (partition by identifier_key) as records,
        count(*) over (partition by record_key, identifier_type) as values_of_record,
        bool_and(is_merged_away) over (partition by identifier_key) as is_of_merged_records

    from timed

),

stated_names as (

    select
        shared.record_key,
        shared.identifier_key,
        {{ stated_given_name('records') }} as given_name

    from shared

    inner join {{ ref('int_customer_records') }} as records
        on shared.record_key = records.record_key

    where shared.is_shared_by_household and shared.records > 1

),

given_names as (

    select
        stated_names.record_key,
        stated_names.identifier_key,
        coalesce(short_forms.given_name, stated_names.given_name) as given_name

    from stated_names

    left join {{ ref('given_name_short_forms') }} as short_forms
        on stated_names.given_name = short_forms.short_form

),

placeholders as (

    select distinct names.given_name

    from (select distinct given_name from given_names) as names

    inner join {{ ref('identifier_junk') }} as junk
        on
            junk.identifier_type = 'name'
            and {{ regex_match_column('names.given_name', 'junk.pattern') }}

),

named_values as (

    select distinct identifier_key, given_name

    from given_names

    where
        {{ regex_match('given_name', "'^[a-z]'") }}
        and given_name not in (select given_name from placeholders)

),

-- Names unlike each other are other people's. Chinese ones are not asked: numbers are mobiles there,
-- and nicknames of messengers stand beside names.
households as (

    select distinct names.identifier_key

    from named_values as names

    inner join named_values as others
        on
            names.identifier_key = others.identifier_key
            and names.given_name < others.given_name

    where
        not starts_with(others.given_name, names.given_name)
        and {{ text_similarity('names.given_name', 'others.given_name') }} < 0.8

),

-- What a household shares ties each of its people with themselves; likeness judges the rest.
members as (

    select
        given_names.record_key,
        given_names.identifier_key,
        {{ surrogate_key(['given_names.identifier_key', 'given_names.given_name']) }} as member_key

    from given_names

    inner join households
        on given_names.identifier_key = households.identifier_key

),

ties as (

    select
        shared.record_key,
        coalesce(members.member_key, shared.identifier_key) as identifier_key,
        shared.undated_key,
        identifier_type,
        identifier_value,
        is_indirect,
        case when identifier_type = 'merged_record' then 0 else priority end as priority,
        case
            when identifier_type = 'merged_record' then cast(1 as decimal(5, 4))
            else cast(coalesce(confidence, 0.5) as decimal(5, 4))
        end as confidence,
        -- A merge in the CRM says that the id it gave up is the survivor's too.
        case
            when is_unique_per_person and not is_of_merged_records then identifier_type
        end as exclusive_group,
        records,
        -- A record with the addresses of many people is as little a person as an address of many.
        identifier_type = 'merged_record'
        or (
            coalesce(
                records <= max_records and (is_indirect or values_of_record <= max_records), true
            )
            and coalesce(email_addresses.email_addresses <= max_email_addresses, true)
        ) as is_within_limit,
        seen_at as tied_at

    from shared

    left join email_addresses
        on shared.identifier_key = email_addresses.identifier_key

    left join members
        on
            shared.record_key = members.record_key
            and shared.identifier_key = members.identifier_key

    {{ narrowed('where shared.undated_key in (select undated_key from touched)') }}

)

select * from ties
