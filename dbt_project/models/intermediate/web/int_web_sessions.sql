with

events as (

    select
        *,
        {{ login_record_ref() }} as login_ref,
        min(case when is_order then occurred_at end) over (partition by session_id)
            as first_order_at,
        min(case when is_order and page_url is not null then occurred_at end) over (
            partition by session_id, split_part(page_url, '?', 1)
        ) as page_order_at

    from {{ ref('int_web_events') }}

    where session_id is not null

),

-- What a purchase confirmation shows of itself is the conversion, not what led to it: the order
-- event, its page from the minute before it, and automatic events of a session that ordered.
judged as (

    select
        *,
        case
            when is_order then false
            when is_automatic and first_order_at is not null then false
            when occurred_at >= page_order_at - interval 1 minute then false
            else true
        end as is_interest

    from events

),

sessions as (

    select
        session_id,
        max(source) as source,
        max(visitor_ref) as visitor_ref,
        max(device_id) as device_id,
        max_by(user_id, event_number) filter (where user_id is not null) as user_id,
        -- Who logs in is known better than the browser, which several people may share.
        coalesce(
            max_by(login_ref, event_number) filter (where login_ref is not null),
            max(record_ref)
        ) as record_ref,
        max_by(utm_source, event_number) filter (where utm_source is not null) as utm_source,
        max_by(utm_medium, event_number) filter (where utm_medium is not null) as utm_medium,
        max_by(utm_campaign, event_number) filter (where utm_campaign is not null) as utm_campaign,
        max_by(utm_content, event_number) filter (where utm_content is not null) as utm_content,
        max_by(utm_term, event_number) filter (where utm_term is not null) as utm_term,
        max_by(click_id_type, event_number) filter (where click_id is not null) as click_id_type,
        max_by(click_id, event_number) filter (where click_id is not null) as click_id,
        min_by(referrer_domain, event_number) filter (where referrer_domain is not null)
            as referrer_domain,
        min_by(page_url, event_number) filter (where page_url is not null) as landing_page,
        count(*) as events,
        count(*) filter (where is_pageview) as pageviews,
        count(distinct case when is_order then coalesce(order_number, event_id) end) as orders,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        min(occurred_at) filter (where is_interest) as touched_at

    from judged

    group by session_id

),

channels as (

    {{ classify_channels('sessions') }}

),

classified as (

    select
        sessions.session_id,
        sessions.source,
        sessions.visitor_ref,
        sessions.device_id,
        sessions.user_id,
        sessions.record_ref,
        case
            when sessions.record_ref is not null
                then {{ surrogate_key(['sessions.source', 'sessions.record_ref']) }}
        end as record_key,
        sessions.utm_source,
        sessions.utm_medium,
        sessions.utm_campaign,
        sessions.utm_content,
        sessions.utm_term,
        sessions.click_id_type,
        sessions.click_id,
        sessions.referrer_domain,
        sessions.landing_page,
        channels.source as traffic_source,
        channels.medium as traffic_medium,
        channels.channel,
        sessions.events,
        sessions.pageviews,
        sessions.orders,
        sessions.orders > 0 as has_order,
        sessions.started_at,
        sessions.ended_at,
        sessions.touched_at

    from sessions

    inner join channels
        on {{ traffic_key('sessions') }} = channels.traffic_key

)

select * from classified
