{%- set timeout_seconds = var('session_timeout_minutes') * 60 -%}
{%- set visitor = 'source, visitor_ref, is_bot' -%}
{%- set in_order = 'occurred_at, case when has_campaign then 0 else 1 end, event_id' -%}

with

events as (

    select
        *,
        coalesce(utm_key, click_id) is not null as has_campaign

    from {{ ref('int_web_events_cleaned') }}

),

timed as (

    select
        *,
        coalesce(
            {{ seconds_between(
                'lag(occurred_at) over (partition by ' ~ visitor ~ ' order by ' ~ in_order ~ ')',
                'occurred_at'
            ) }} >= {{ timeout_seconds }},
            true
        ) as follows_silence

    from events

),

visited as (

    select
        *,
        sum(case when follows_silence then 1 else 0 end) over (
            partition by {{ visitor }}
            order by {{ in_order }}
            rows between unbounded preceding and current row
        ) as visit_number

    from timed

),

compared as (

    select
        *,
        -- Compared with the campaign last named in the visit: pages that name none change nothing.
        lag(utm_key) over (
            partition by {{ visitor }}, visit_number, utm_key is null
            order by {{ in_order }}
        ) as previous_utm_key,
        lag(click_id) over (
            partition by {{ visitor }}, visit_number, click_id is null
            order by {{ in_order }}
        ) as previous_click_id,
        -- Automatic events may precede, without campaign, the page view that carries it.
        coalesce(
            sum(case when is_automatic then 0 else 1 end) over (
                partition by {{ visitor }}, visit_number
                order by {{ in_order }}
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) > 0 as follows_activity

    from visited

),

delimited as (

    select
        *,
        follows_silence
        or (
            follows_activity
            and (
                (utm_key is not null and utm_key is distinct from previous_utm_key)
                or (click_id is not null and click_id is distinct from previous_click_id)
            )
        ) as starts_session

    from compared

),

numbered as (

    select
        *,
        sum(case when starts_session then 1 else 0 end) over (
            partition by {{ visitor }}
            order by {{ in_order }}
            rows between unbounded preceding and current row
        ) as session_number

    from delimited

),

sessions_assigned as (

    select
        event_id,
        case
            when not is_bot
                then first_value(event_id) over (
                    partition by {{ visitor }}, session_number
                    order by {{ in_order }}
                )
        end as session_id,
        source,
        event_ref,
        event_name,
        visitor_ref,
        device_id,
        user_id,
        email,
        phone,
        record_ref,
        page_url,
        page_domain,
        referrer_domain,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        click_id_type,
        click_id,
        experiment,
        variant,
        order_number,
        value,
        currency,
        row_number() over (
            partition by {{ visitor }}, session_number
            order by {{ in_order }}
        ) as event_number,
        is_pageview,
        is_order,
        is_automatic,
        is_bot,
        occurred_at

    from numbered

)

select * from sessions_assigned
