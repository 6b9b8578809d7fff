with

sessions as (

    select
        *,
        {{ reporting_date('started_at') }} as session_date,
        coalesce(utm_campaign, '(not set)') as campaign

    from {{ ref('int_web_sessions') }}

),

days as (

    select
        session_date,
        source,
        channel,
        campaign,
        cast(count(*) as bigint) as sessions,
        cast(count(distinct visitor_ref) as bigint) as users,
        cast(sum(pageviews) as bigint) as pageviews,
        cast(count(*) filter (where pageviews <= 1) as bigint) as bounces,
        cast(sum(orders) as bigint) as orders,
        cast(count(*) filter (where has_order) as bigint) as sessions_with_order,
        cast(sum({{ seconds_between('started_at', 'ended_at') }}) as decimal(18, 3))
            as session_seconds

    from sessions

    group by session_date, source, channel, campaign

),

measured as (

    select
        {{ surrogate_key(['session_date', 'source', 'channel', 'campaign']) }}
            as web_performance_key,
        session_date,
        source,
        channel,
        campaign,
        sessions,
        users,
        pageviews,
        bounces,
        orders,
        sessions_with_order,
        session_seconds,
        {{ safe_divide('bounces', 'sessions') }} as bounce_rate,
        {{ safe_divide('sessions_with_order', 'sessions') }} as conversion_rate

    from days

)

select * from measured
