with

reports as (

    select
        *,
        {{ regex_replace_all('segment', "'=[^;]*'") }} as breakdown,
        case report_level
            when 'campaign' then 1
            when 'ad_group' then 2
            when 'ad' then 3
            when 'keyword' then 4
            else 5
        end as level_rank

    from {{ ref('int_ad_reports_unioned') }}

),

-- A name stands for an id where only one campaign of the source bears it, so that a report
-- with ids and one without meet.
named_campaigns as (

    select
        platform,
        source,
        lower(trim(campaign_name)) as campaign_name,
        max(campaign_id) as campaign_id

    from reports

    where campaign_id is not null

    group by platform, source, lower(trim(campaign_name))

    having count(distinct campaign_id) = 1

),

-- What a file lists is one of its columns' doing, so it is judged over the file, not by row.
described as (

    select
        reports.*,
        {{ regex_replace_all('reports.account_id', "'[^0-9A-Za-z]'") }} as account_ref,
        coalesce(
            reports.campaign_id, named_campaigns.campaign_id, lower(trim(reports.campaign_name))
        ) as campaign_ref,
        bool_or(coalesce(reports.campaign_id, reports.campaign_name) is not null) over files
            as is_by_campaign,
        max(reports.level_rank) over files as file_level_rank,
        coalesce(max(abs(reports.spend)) over files, 0) > 0 as states_spend,
        coalesce('by ' || max(reports.breakdown) over files, 'whole')
        || case when max(reports.campaign_id) over files is null then '' else ' #campaign' end
        || case when max(reports.ad_group_id) over files is null then '' else ' #ad_group' end
        || case when max(reports.ad_id) over files is null then '' else ' #ad' end as breakdowns

    from reports

    left join named_campaigns
        on
            reports.platform = named_campaigns.platform
            and reports.source = named_campaigns.source
            and lower(trim(reports.campaign_name)) = named_campaigns.campaign_name

    window files as (partition by reports.platform, reports.source_file)

),

-- One fact is what a campaign cost on a day, or over a range where the file tells no day. A given
-- channel marks spend stated by hand: each of its channels is a fact of its own.
dated as (

    select
        *,
        {{ surrogate_key([
            'platform',
            'source',
            'channel',
            'delivered_date',
            'case when delivered_date is null then period_start end',
            'case when delivered_date is null then period_end end',
        ]) }} as span_key

    from described

),

versioned as (

    select
        *,
        -- Of another account only where both say whose they are.
        bool_or(is_by_campaign) over (partition by span_key, account_ref)
        or bool_or(is_by_campaign and account_ref is null) over (partition by span_key)
        or (
            account_ref is null and bool_or(is_by_campaign) over (partition by span_key)
        ) as has_campaigns,
        max(file_version) over (
            partition by span_key, campaign_ref, file_level_rank, breakdowns
        ) as newest_version

    from dated

),

ranked as (

    select
        *,
        dense_rank() over (
            partition by span_key, campaign_ref
            order by
                not states_spend, file_level_rank, newest_version desc nulls last, breakdowns
        ) as report_rank

    from versioned

),

chosen as (

    select
        source || ':' || coalesce(campaign_ref, '(no campaign)') as campaign_key,
        platform,
        source,
        account_id,
        account_name,
        report_level,
        campaign_id,
        campaign_name,
        campaign_type,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        segment,
        channel,
        currency,
        impressions,
        clicks,
        spend,
        conversions,
        conversion_value,
        video_views,
        reach,
        delivered_date,
        period_start,
        period_end,
        exported_at,
        file_version,
        source_file,
        report_rank = 1
        and (is_by_campaign or not has_campaigns or channel is not null) as is_chosen

    from ranked

)

select * from chosen
