{%- set utm_names = {
    'source': 'source',
    'medium': 'medium',
    'campaign': 'name',
    'content': 'content',
    'term': 'term',
} -%}

with

events as (

    select
        *,
        coalesce(
            {{ json_text('context', '$.page.url') }},
            {{ json_text('properties', '$.url') }}
        ) as page_url,
        coalesce({{ json_text('context', '$.page.search') }}, '') as page_search

    from {{ source('segment', 'events') }}

    where lower(type) in ('page', 'screen', 'track')

),

renamed as (

    select
        {{ source_name('segment') }} as source,
        message_id as event_ref,
        case when lower(type) = 'track' then event else lower(type) end as event_name,
        coalesce(anonymous_id, rudder_id) as device_id,
        user_id,
        coalesce(
            {{ json_text('traits', '$.email') }},
            {{ json_text('context', '$.traits.email') }},
            {{ json_text('properties', '$.email') }}
        ) as email,
        coalesce(
            {{ json_text('traits', '$.phone') }},
            {{ json_text('context', '$.traits.phone') }}
        ) as phone,
        {{ json_text('context', '$.sessionId') }} as session_ref,
        page_url,
        nullif(
            coalesce(
                {{ json_text('context', '$.page.referrer') }},
                {{ json_text('properties', '$.referrer') }}
            ),
            ''
        ) as referrer,
        {%- for utm, campaign_key in utm_names.items() %}
        coalesce(
            nullif({{ json_text('context', '$.campaign.' ~ campaign_key) }}, ''),
            {{ url_param('coalesce(page_url, page_search)', 'utm_' ~ utm) }}
        ) as utm_{{ utm }},
        {%- endfor %}
        coalesce(
            {{ url_click_id_type('page_url') }},
            {{ url_click_id_type('page_search') }}
        ) as click_id_type,
        coalesce(
            {{ url_click_id('page_url') }},
            {{ url_click_id('page_search') }}
        ) as click_id,
        -- Segment's own event of tests: Experiment Viewed.
        coalesce(
            {{ json_text('properties', '$.experiment_name') }},
            {{ json_text('properties', '$.experiment_id') }}
        ) as experiment,
        coalesce(
            {{ json_text('properties', '$.variation_name') }},
            {{ json_text('properties', '$.variation_id') }}
        ) as variant,
        coalesce(
            {{ json_text('properties', '$.order_id') }},
            {{ json_text('properties', '$.orderId') }}
        ) as order_number,
        try_cast(
            coalesce(
                {{ json_text('properties', '$.revenue') }},
                {{ json_text('properties', '$.total') }},
                {{ json_text('properties', '$.value') }}
            ) as decimal(18, 4)
        ) as value,
        upper(coalesce({{ json_text('properties', '$.currency') }}, _currency)) as currency,
        {{ is_robot(json_text('context', '$.userAgent')) }} as is_bot,
        coalesce(timestamp, original_timestamp, received_at) as occurred_at

    from events

)

select * from renamed
