with

event_counts as (

    select
        *,
        'events' as counted_from

    from {{ ref('int_message_event_counts') }}

),

campaign_reports as (

    select * from {{ ref('int_message_campaigns') }}

),

-- Variants of a campaign add up. A report cannot tell a machine's open from a person's.
report_counts as (

    select
        sent_date as message_date,
        source,
        medium,
        channel,
        campaign_id,
        campaign_name,
        cast(sum(recipients) as bigint) as sent,
        cast(sum(coalesce(delivered, recipients - coalesce(bounces, 0))) as bigint) as delivered,
        cast(sum(unique_opens) as bigint) as opens,
        cast(null as bigint) as human_opens,
        cast(sum(unique_clicks) as bigint) as clicks,
        cast(null as bigint) as replies,
        cast(sum(bounces) as bigint) as bounces,
        cast(sum(unsubscribes) as bigint) as unsubscribes,
        cast(sum(spam_complaints) as bigint) as spam_complaints,
        cast(sum(orders) as bigint) as orders,
        cast(sum(revenue_reporting) as decimal(18, 4)) as revenue_reporting,
        cast(null as decimal(18, 4)) as cost_reporting,
        'report' as counted_from

    from campaign_reports

    group by sent_date, source, medium, channel, campaign_id, campaign_name

),

counts as (

    select * from event_counts

    union all

    select * from report_counts

),

-- A name stands for an id where only one campaign of the source bears it.
named_campaigns as (

    select
        source,
        medium,
        lower(trim(campaign_name)) as campaign_name,
        max(campaign_id) as campaign_id

    from counts

    where campaign_id is not null

    group by source, medium, lower(trim(campaign_name))

    having count(distinct campaign_id) = 1

),

identified as (

    select
        counts.*,
        coalesce(
            counts.campaign_id, named_campaigns.campaign_id, lower(trim(counts.campaign_name))
        ) as campaign_ref

    from counts

    left join named_campaigns
        on
            counts.source = named_campaigns.source
            and counts.medium = named_campaigns.medium
            and lower(trim(counts.campaign_name)) = named_campaigns.campaign_name

),

compared as (

    select
        *,
        count(case when counted_from = 'report' then 1 end) over campaigns > 0 as has_report,
        count(case when counted_from = 'events' then 1 end) over campaigns > 0 as has_events,
        sum(case when counted_from = 'report' then delivered end) over campaigns
            as delivered_by_report,
        sum(case when counted_from = 'events' then delivered end) over campaigns
            as delivered_by_events

    from identified

    window campaigns as (partition by source, medium, campaign_ref)

),

chosen as (

    select
        source || ':' || campaign_ref as campaign_key,
        message_date,
        source,
        medium,
        channel,
        campaign_id,
        campaign_name,
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
        revenue_reporting,
        cost_reporting,
        counted_from,
        campaign_ref is null
        or counted_from = case
            when not has_report then 'events'
            when not has_events then 'report'
            when
                delivered_by_events
                >= {{ var('message_event_coverage', 0.9) }} * coalesce(delivered_by_report, 0)
                then 'events'
            else 'report'
        end as is_counted,
        -- Which orders a message earned only its own system claims to know, best in its report.
        campaign_ref is null
        or counted_from = case when has_report then 'report' else 'events' end as is_claim_counted

    from compared

)

select * from chosen
