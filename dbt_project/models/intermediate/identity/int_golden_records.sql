{#- Columns that survive together: the street of one record in the city of another is nowhere. -#}
{%- set attributes = {
    'name': ['given_name', 'family_name', 'full_name'],
    'company': ['company'],
    'birth_date': ['birth_date'],
    'address': ['street', 'city', 'region', 'postal_code'],
    'country': ['country'],
    'lifecycle_stage': ['lifecycle_stage'],
    'original_source': ['original_source'],
    'email': ['email'],
    'phone': ['phone'],
} -%}
{%- set names = attributes['name'] -%}

with

records as (

    select
        records.*,
        customer_ids.customer_id,
        lower(split_part(records.source, ':', 1)) as system

    from {{ ref('int_customer_records') }} as records

    inner join {{ ref('int_customer_ids') }} as customer_ids
        on records.record_key = customer_ids.record_key

    where customer_ids.customer_id is not null and not records.is_deleted

),

rules as (

    select * from {{ ref('survivorship_rules') }}

),

-- What people and systems write in place of a name or a day, which is no value.
placeholders as (

    select
        written.kind,
        written.value

    from (
        {% for column in names -%}
        select 'name' as kind, lower(trim({{ column }})) as value from records
        union
        {% endfor -%}
        select 'birth_date' as kind, cast(birth_date as string) as value from records
    ) as written

    inner join {{ ref('identifier_junk') }} as junk
        on
            written.kind = junk.identifier_type
            and {{ regex_match_column("replace(written.value, '-', '')", 'junk.pattern') }}

),

nameless as (

    select distinct records.record_key

    from records

    inner join placeholders
        on
            placeholders.kind = 'name'
            and placeholders.value in (
                lower(trim(records.given_name)),
                lower(trim(records.family_name)),
                lower(trim(records.full_name))
            )

    union

    select record_key from records where coalesce(given_name, full_name) like '%*%'

),

sound as (

    select
        records.record_key,
        records.customer_id,
        records.system,
        records.last_seen_at,
        {%- for column in names %}
        case when nameless.record_key is null then records.{{ column }} end as {{ column }},
        {%- endfor %}
        case
            when placeholders.value is null then cast(records.birth_date as string)
        end as birth_date,
        records.company,
        records.street,
        records.city,
        records.region,
        records.postal_code,
        records.country,
        records.lifecycle_stage,
        records.original_source

    from records

    left join nameless
        on records.record_key = nameless.record_key

    left join placeholders
        on
            placeholders.kind = 'birth_date'
            and cast(records.birth_date as string) = placeholders.value

),

stated as (

    {% for attribute, columns in attributes.items() if attribute not in ('email', 'phone') -%}
    select
        '{{ attribute }}' as attribute,
        customer_id,
        record_key,
        last_seen_at as stated_at,
        {%- for column in (columns + ['null', 'null', 'null'])[:4] %}
        nullif(trim(cast({{ column }} as string)), '') as part_{{ loop.index }},
        {%- endfor %}
        system
    from sound
    where coalesce({{ columns | join(', ') }}) is not null

    union all

    {% endfor -%}
    select
        ties.identifier_type as attribute,
        records.customer_id,
        records.record_key,
        coalesce(records.last_seen_at, ties.tied_at) as stated_at,
        ties.identifier_value as part_1,
        cast(null as string) as part_2,
        cast(null as string) as part_3,
        cast(null as string) as part_4,
        records.system

    from {{ ref('int_identity_ties') }} as ties

    inner join records
        on ties.record_key = records.record_key

    where ties.identifier_type in ('email', 'phone') and ties.is_within_limit

),

spelled as (

    select
        *,
        lower(concat_ws('|', part_1, part_2, part_3, part_4)) as value

    from stated

),

ruled as (

    select
        spelled.*,
        coalesce(own_rules.priority, other_rules.priority) as priority,
        case coalesce(own_rules.prefer, other_rules.prefer)
            when 'frequency'
                then
                    count(*) over (
                        partition by spelled.customer_id, spelled.attribute, spelled.value
                    )
            when 'completeness'
                then
                    case when spelled.part_1 is not null then 1 else 0 end
                    {%- for part in range(2, 5) %}
                    + case when spelled.part_{{ part }} is not null then 1 else 0 end
                    {%- endfor %}
            else 0
        end as preference

    from spelled

    left join rules as own_rules
        on
            spelled.attribute = own_rules.attribute
            and spelled.system = own_rules.source

    left join rules as other_rules
        on
            spelled.attribute = other_rules.attribute
            and other_rules.source = '*'

    where coalesce(own_rules.priority, other_rules.priority) is not null

),

surviving as (

    select *

    from ruled

    qualify
        row_number() over (
            partition by customer_id, attribute
            order by
                priority,
                preference desc,
                stated_at desc nulls last,
                value,
                record_key
        ) = 1

),

golden as (

    select
        {%- for attribute, columns in attributes.items() %}
        {%- for column in columns %}
        max(
            case when attribute = '{{ attribute }}' then part_{{ loop.index }} end
        ) as {{ column }},
        {%- endfor %}
        {%- endfor %}
        customer_id

    from surviving

    group by customer_id

),

typed as (

    select
        customer_id,
        {%- for column in attributes.values() | sum(start=[]) if column != 'birth_date' %}
        {{ column }},
        {%- endfor %}
        cast(birth_date as date) as birth_date

    from golden

)

select * from typed
