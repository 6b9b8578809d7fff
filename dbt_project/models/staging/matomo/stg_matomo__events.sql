with

visits as (

    select
        *,
        {{ source_name('matomo') }} as system

    from {{ source('matomo', 'visits') }}

),

visit_actions as (

    select
        system,
        id_site || '.' || id_visit as visit_ref,
        visitor_id,
        user_id,
        referrer_url,
        campaign_name,
        campaign_source,
        campaign_medium,
        campaign_keyword,
        campaign_content,
        browser_name,
        _currency,
        {{ json_elements('action_details') }} as action

    from visits

),

actions as (

    select
        *,
        {{ json_text('action', '$.type') }} as action_type,
        {{ json_text('action', '$.url') }} as url,
        {{ epoch_timestamp(json_text('action', '$.timestamp')) }} as occurred_at,
        row_number() over (
            partition by system, visit_ref
            order by {{ json_text('action', '$.timestamp') }}, cast(action as string)
        ) as action_number

    from visit_actions

),

-- The referrer and the campaign are those of the visit: they led to its first page.
renamed as (

    {{ web_event({
        'source': 'system',
        'event_ref': "visit_ref || '.' || action_number",
        'event_name': "case action_type
            when 'action' then 'page_view'
            when 'ecommerceOrder' then 'purchase'
            when 'event' then coalesce(" ~ json_text('action', '$.eventAction') ~ ", 'event')
            else action_type
        end",
        'device_id': 'visitor_id',
        'user_id': 'user_id',
        'email': normalised_email('user_id'),
        'session_ref': 'visit_ref',
        'page_url': 'url',
        'referrer': "case when action_number = 1 then nullif(referrer_url, '') end",
        'utm_source': "coalesce(
            case when action_number = 1 then nullif(campaign_source, '') end,
            " ~ url_param('url', 'utm_source') ~ "
        )",
        'utm_medium': "coalesce(
            case when action_number = 1 then nullif(campaign_medium, '') end,
            " ~ url_param('url', 'utm_medium') ~ "
        )",
        'utm_campaign': "coalesce(
            case when action_number = 1 then nullif(campaign_name, '') end,
            " ~ url_param('url', 'utm_campaign') ~ ",
            " ~ url_param('url', '(?:mtm|pk)_campaign') ~ "
        )",
        'utm_content': "coalesce(
            case when action_number = 1 then nullif(campaign_content, '') end,
            " ~ url_param('url', 'utm_content') ~ "
        )",
        'utm_term': "coalesce(
            case when action_number = 1 then nullif(campaign_keyword, '') end,
            " ~ url_param('url', 'utm_term') ~ "
        )",
        'click_id_type': url_click_id_type('url'),
        'click_id': url_click_id('url'),
        'order_number': json_text('action', '$.orderId'),
        'value': "case
            when action_type = 'ecommerceOrder'
                then try_cast(" ~ json_text('action', '$.revenue') ~ " as decimal(18, 4))
        end",
        'currency': '_currency',
        'is_bot': is_robot('browser_name'),
        'occurred_at': 'occurred_at',
    }) }}

    from actions

)

select * from renamed
