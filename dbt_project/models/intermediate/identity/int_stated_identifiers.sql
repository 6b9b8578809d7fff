{{ config(
    materialized='incremental_by_key',
    row_key=['record_key'],
    logged=['record_key', 'value_key'],
) }}

{#- What may stand between two addresses in one cell. -#}
{%- set separators = "'[;,|\n；，、]+'" -%}

{#- A record says what another's click, page or order number means, and what another is merged with. -#}
{% call touched_keys() -%}
with

told as (

    select * from {{ ref('int_record_mentions') }}
    where record_key in (select record_key from {{ unseen('int_record_mentions') }})

),

told_before as (

    select * from {{ this }}
    where record_key in (select record_key from {{ unseen('int_record_mentions') }})

),

said as (

    select stated_value from told_before

    union

    select trim(click_id) as stated_value from told

    union

    select {{ normalised_order_number('order_number') }} as stated_value from told

    union

    select trim(member.value) as stated_value
    from (
        select {{ json_members_to_rows('external_ids') }} as member
        from told
        where external_ids is not null
    ) as members

)

select record_key from {{ unseen('int_record_mentions') }}

union

select stated_value as record_key from told_before where identifier_type = 'merged_record'

union

select {{ record_key_of('source', 'merged_into_ref') }} as record_key
from told
where merged_into_ref is not null

union

select record_key
from {{ ref('int_record_mentions') }}
where
    trim(click_id) in (select stated_value from said)
    or trim(device_id) in (select stated_value from said)
    or {{ normalised_order_number('order_number') }} in (select stated_value from said)
{%- endcall %}

with

mentions as (

    select * from {{ ref('int_record_mentions') }}
    {{ narrowed(
        'where record_key in (select record_key from touched) or (merged_into_ref is not null and '
        ~ record_key_of('source', 'merged_into_ref') ~ ' in (select record_key from touched))'
    ) }}

),

click_ids as (

    select distinct click_id_type, click_id
    from {{ ref('int_record_mentions') }}
    where click_id_type is not null and click_id is not null

),

order_numbers_claimed as (

    select distinct {{ normalised_order_number('order_number') }} as order_number
    from {{ ref('int_record_mentions') }}
    where record_type in ('device', 'recipient') and order_number is not null

),

emails as (

    select
        record_key,
        'email' as identifier_type,
        {{ split_to_rows('email', separators) }} as stated_value,
        cast(null as string) as phone_region,
        first_seen_at,
        last_seen_at

    from mentions

    where email is not null

),

phones as (

    select
        record_key,
        'phone' as identifier_type,
        {{ split_to_rows(separated_phones('phone'), separators) }} as stated_value,
        phone_region,
        first_seen_at,
        last_seen_at

    from mentions

    where phone is not null

),

external_members as (

    select
        record_key,
        {{ json_members_to_rows('external_ids') }} as member,
        phone_region,
        first_seen_at,
        last_seen_at

    from mentions

    where external_ids is not null

),

openids as (

    select distinct member.value as openid
    from (
        select {{ json_members_to_rows('external_ids') }} as member
        from {{ ref('int_record_mentions') }}
        where cast(external_ids as string) ilike '%openid%'
    ) as members
    where lower(trim(member.key)) = 'openid'

),

unioned as (

    select * from emails

    union all

    select * from phones

    union all

    {% for column in ['loyalty_id', 'user_id', 'device_id'] -%}
    select
        record_key,
        '{{ column }}' as identifier_type,
        {{ column }} as stated_value,
        cast(null as string) as phone_region,
        first_seen_at,
        last_seen_at
    from mentions
    where {{ column }} is not null

    union all

    {% endfor -%}
    select
        record_key,
        case
            when lower(trim(member.key)) in ('email_sha256', 'sha256_email', 'hashed_email')
                then 'email'
            else lower(trim(member.key))
        end as identifier_type,
        member.value as stated_value,
        phone_region,
        first_seen_at,
        last_seen_at
    from external_members

    union all

    -- An order states a click id without its kind; the visit it came from knows.
    select
        mentions.record_key,
        click_ids.click_id_type as identifier_type,
        mentions.click_id as stated_value,
        cast(null as string) as phone_region,
        mentions.first_seen_at,
        mentions.last_seen_at
    from mentions
    inner join click_ids
        on
            mentions.click_id = click_ids.click_id
            and coalesce(mentions.click_id_type, click_ids.click_id_type) = click_ids.click_id_type

    union all

    -- Pages within WeChat know a visitor by the open id, where others know a browser: an account.
    select
        mentions.record_key,
        'openid' as identifier_type,
        openids.openid as stated_value,
        cast(null as string) as phone_region,
        mentions.first_seen_at,
        mentions.last_seen_at
    from mentions
    inner join openids
        on mentions.device_id = openids.openid

    union all

    -- The visitor who saw the confirmation of an order is its buyer.
    select
        mentions.record_key,
        'order_number' as identifier_type,
        order_numbers_claimed.order_number as stated_value,
        cast(null as string) as phone_region,
        mentions.first_seen_at,
        mentions.last_seen_at
    from mentions
    inner join order_numbers_claimed
        on
            {{ normalised_order_number('mentions.order_number') }}
            = order_numbers_claimed.order_number

    union all

    -- A merged record and the one that survives share the survivor's key.
    select
        record_key,
        'merged_record' as identifier_type,
        {{ record_key_of('source', 'merged_into_ref') }} as stated_value,
        cast(null as string) as phone_region,
        first_seen_at,
        last_seen_at
    from mentions
    where merged_into_ref is not null

    union all

    select
        {{ record_key_of('source', 'merged_into_ref') }} as record_key,
        'merged_record' as identifier_type,
        {{ record_key_of('source', 'merged_into_ref') }} as stated_value,
        cast(null as string) as phone_region,
        first_seen_at,
        last_seen_at
    from mentions
    where merged_into_ref is not null

),

stated as (

    select
        record_key,
        {{ surrogate_key(['identifier_type', 'trim(stated_value)', 'phone_region']) }} as value_key,
        identifier_type,
        trim(stated_value) as stated_value,
        phone_region,
        min(first_seen_at) as seen_at,
        max(coalesce(last_seen_at, first_seen_at)) as last_seen_at

    from unioned

    where
        nullif(trim(stated_value), '') is not null
        {{ narrowed('and record_key in (select record_key from touched)') }}

    group by record_key, identifier_type, trim(stated_value), phone_region

)

select * from stated
