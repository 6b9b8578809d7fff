{{ config(materialized='incremental_by_key', row_key=['record_key']) }}

{%- set attributes = [
    'given_name', 'family_name', 'full_name', 'company', 'birth_date', 'national_id', 'street',
    'city', 'region', 'postal_code', 'country', 'lifecycle_stage', 'original_source',
] -%}

{% call touched_keys() -%}
select record_key from {{ unseen('int_record_mentions') }}
union
select record_key from {{ unseen('int_person_statements') }}
{%- endcall %}

with

mentions as (

    select * from {{ ref('int_record_mentions') }}
    {{ narrowed('where record_key in (select record_key from touched)') }}

),

statements as (

    select * from {{ ref('int_person_statements') }}
    {{ narrowed('where record_key in (select record_key from touched)') }}

),

mentioned as (

    select
        record_key,
        source,
        record_ref,
        -- A record keeps the type its own system gives it, whoever else mentions it.
        min(record_type) as mentioned_as,
        bool_or(is_person) as is_person,
        bool_or(record_type in ('contact', 'lead', 'subscriber', 'customer')) as is_kept,
        bool_or(merged_into_ref is not null) as is_merged_away,
        bool_or(
            coalesce(record_ref in (trim(email), trim(phone)), false)
            or {{ regex_match('record_ref', "'@'") }}
        ) as is_ref_personal,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at

    from mentions

    group by record_key, source, record_ref

),

-- Most records are stated once: to choose among statements costs memory for each of them.
restated as (

    select record_key from statements group by record_key having count(*) > 1

),

stated as (

    select
        statements.record_key,
        statements.record_type,
        {%- for attribute in attributes %}
        statements.{{ attribute }},
        {%- endfor %}
        statements.is_deleted

    from statements

    left join restated
        on statements.record_key = restated.record_key

    where restated.record_key is null

    union all

    select
        record_key,
        {{ latest_value('record_type', 'stated_at') }} as record_type,
        {%- for attribute in attributes %}
        {{ latest_value(attribute, 'stated_at') }} as {{ attribute }},
        {%- endfor %}
        {{ latest_value('is_deleted', 'stated_at') }} as is_deleted

    from statements

    where record_key in (select record_key from restated)

    group by record_key

),

-- Nobody in particular, though rows of many people name it: `guest`, `undefined`, noreply@.
catch_alls as (

    select distinct mentioned.record_key

    from mentioned

    inner join {{ ref('identifier_junk') }} as junk
        on
            junk.identifier_type
            = case
                when {{ regex_match('mentioned.record_ref', "'@'") }} then 'email'
                else 'user_id'
            end
            and {{ regex_match_column('lower(mentioned.record_ref)', 'junk.pattern') }}

    where not mentioned.is_kept

),

joined as (

    select
        mentioned.record_key,
        mentioned.source,
        mentioned.record_ref,
        coalesce(stated.record_type, mentioned.mentioned_as) as record_type,
        {%- for attribute in attributes %}
        stated.{{ attribute }},
        {%- endfor %}
        mentioned.is_person and catch_alls.record_key is null as is_person,
        catch_alls.record_key is not null as is_catch_all,
        mentioned.is_ref_personal,
        mentioned.is_merged_away,
        coalesce(stated.is_deleted, false) as is_deleted,
        mentioned.first_seen_at,
        mentioned.last_seen_at

    from mentioned

    left join stated
        on mentioned.record_key = stated.record_key

    left join catch_alls
        on mentioned.record_key = catch_alls.record_key

)

select * from joined
