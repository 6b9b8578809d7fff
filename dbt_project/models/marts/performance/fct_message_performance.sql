with

counts as (

    select * from {{ ref('int_message_counts') }}

),

totals as (

    select
        message_date,
        source,
        medium,
        campaign_key,
        max(campaign_id) as campaign_id,
        max(campaign_name) as campaign,
        channel,
        coalesce(max(case when is_counted then counted_from end), 'report') as counted_from,
        cast(sum(case when is_counted then sent end) as bigint) as sent,
        cast(sum(case when is_counted then delivered end) as bigint) as delivered,
        cast(sum(case when is_counted then opens end) as bigint) as opens,
        cast(sum(case when is_counted then human_opens end) as bigint) as human_opens,
        cast(sum(case when is_counted then clicks end) as bigint) as clicks,
        cast(sum(case when is_counted then replies end) as bigint) as replies,
        cast(sum(case when is_counted then bounces end) as bigint) as bounces,
        cast(sum(case when is_counted then unsubscribes end) as bigint) as unsubscribes,
        cast(sum(case when is_counted then spam_complaints end) as bigint) as spam_complaints,
        cast(sum(case when is_claim_counted then orders end) as bigint) as orders,
        cast(
            sum(case when is_claim_counted then revenue_reporting end) as decimal(18, 2)
        ) as revenue,
        cast(sum(cost_reporting) as decimal(18, 2)) as cost

    from counts

    where is_counted or is_claim_counted

    group by message_date, source, medium, campaign_key, channel

),

rated as (

    select
        {{ surrogate_key([
            'message_date', 'source', 'medium', 'campaign_key', 'channel',
        ]) }} as message_performance_key,
        message_date,
        source,
        medium,
        campaign_key,
        campaign_id,
        campaign,
        channel,
        counted_from,
        sent,
        delivered,
        opens,
        human_opens,
        clicks,
        replies,
        bounces,
        unsubscribes,
        spam_complaints,
        orders,
        revenue,
        cost,
        {{ safe_divide('delivered', 'sent') }} as delivery_rate,
        {{ safe_divide('human_opens', 'delivered') }} as open_rate,
        {{ safe_divide('opens', 'delivered') }} as reported_open_rate,
        {{ safe_divide('clicks', 'delivered') }} as click_rate,
        {{ safe_divide('clicks', 'human_opens') }} as click_to_open_rate,
        {{ safe_divide('unsubscribes', 'delivered') }} as unsubscribe_rate,
        {{ safe_divide('bounces', 'sent') }} as bounce_rate

    from totals

)

select * from rated
