{%- set columns = [
    'source', 'event_ref', 'event_name', 'device_id', 'user_id', 'email', 'phone', 'session_ref',
    'page_url', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term',
    'click_id_type', 'click_id', 'experiment', 'variant', 'order_number', 'value', 'currency',
    'is_bot', 'occurred_at',
] -%}

with

unioned as (
    {{ union_all_columns(
        [
            ref('stg_ga4__events'),
            ref('stg_matomo__events'),
            ref('stg_segment__events'),
            ref('stg_snowplow__events'),
        ],
        columns,
    ) }}
),

-- Values such as `0` or `undefined` would make one visitor of everybody who carries them.
junk_identifiers as (
    {% for identifier in ['device_id', 'user_id'] %}
    select distinct
        '{{ identifier }}' as identifier_type,
        unioned.{{ identifier }} as identifier_value

    from unioned

    inner join {{ ref('identifier_junk') }} as junk
        on
            junk.identifier_type = '{{ identifier }}'
            and {{ regex_match_column('lower(trim(unioned.' ~ identifier ~ '))', 'junk.pattern') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

cleaned as (

    select
        {%- for column in columns if column not in ('device_id', 'user_id') %}
        unioned.{{ column }},
        {%- endfor %}
        case when junk_devices.identifier_value is null then unioned.device_id end as device_id,
        case when junk_users.identifier_value is null then unioned.user_id end as user_id

    from unioned

    left join junk_identifiers as junk_devices
        on
            junk_devices.identifier_type = 'device_id'
            and unioned.device_id = junk_devices.identifier_value

    left join junk_identifiers as junk_users
        on
            junk_users.identifier_type = 'user_id'
            and unioned.user_id = junk_users.identifier_value

    where unioned.occurred_at is not null

),

event_kinds as (

    select * from {{ ref('web_event_kinds') }}

),

keyed as (

    select
        cleaned.*,
        {{ surrogate_key(['cleaned.source', 'cleaned.event_ref']) }} as event_id,
        -- A hit without any identity cannot be joined to another: it is a visitor of its own.
        case
            when device_id is not null then 'device ' || device_id
            when user_id is not null then 'user ' || user_id
            when email is not null then 'email ' || email
            when phone is not null then 'phone ' || phone
            when session_ref is not null then 'session ' || session_ref
            else 'event ' || event_ref
        end as visitor_ref,
        {{ url_domain('page_url') }} as page_domain,
        {{ url_domain('referrer') }} as referring_domain,
        coalesce(event_kinds.kind = 'pageview', false) as is_pageview,
        coalesce(event_kinds.kind = 'order', false) as is_order,
        coalesce(event_kinds.kind = 'automatic', false) as is_automatic,
        case
            when coalesce(utm_source, utm_medium, utm_campaign) is not null
                then {{ surrogate_key(['utm_source', 'utm_medium', 'utm_campaign']) }}
        end as utm_key

    from cleaned

    left join event_kinds
        on lower(cleaned.event_name) = event_kinds.event_name

),

referring_domains as (

    select distinct referring_domain

    from keyed

    where referring_domain is not null

),

internal_referrers as (

    select distinct referring_domains.referring_domain

    from referring_domains

    inner join {{ ref('internal_domains') }} as internal_domains
        on {{ is_within_domain('referring_domains.referring_domain', 'internal_domains.domain') }}

),

referred as (

    select
        keyed.event_id,
        keyed.source,
        keyed.event_ref,
        keyed.event_name,
        keyed.visitor_ref,
        keyed.device_id,
        keyed.user_id,
        keyed.email,
        keyed.phone,
        {{ record_ref_of(['keyed.device_id', 'keyed.user_id', 'keyed.email', 'keyed.phone']) }}
            as record_ref,
        keyed.page_url,
        keyed.page_domain,
        case
            when
                internal_referrers.referring_domain is null
                and not coalesce(
                    {{ is_within_domain('keyed.referring_domain', 'keyed.page_domain') }}
                    or {{ is_within_domain('keyed.page_domain', 'keyed.referring_domain') }},
                    false
                )
                then keyed.referring_domain
        end as referrer_domain,
        keyed.utm_source,
        keyed.utm_medium,
        keyed.utm_campaign,
        keyed.utm_content,
        keyed.utm_term,
        keyed.utm_key,
        keyed.click_id_type,
        keyed.click_id,
        keyed.experiment,
        keyed.variant,
        keyed.order_number,
        keyed.value,
        keyed.currency,
        keyed.is_pageview,
        keyed.is_order,
        keyed.is_automatic,
        coalesce(keyed.is_bot, false) as is_bot,
        keyed.occurred_at

    from keyed

    left join internal_referrers
        on keyed.referring_domain = internal_referrers.referring_domain

)

select * from referred
