{#- Metric: its units, and what is a success of one. -#}
{%- set unit_metrics = {
    'open': ("experiment_type = 'message'", 'has_open'),
    'click': ("experiment_type = 'message'", 'has_click'),
    'order': ('true', 'has_order'),
    'first_order': ("experiment_type = 'web' and is_prospect", 'has_order'),
    'revenue': ('true', 'has_order'),
} -%}
{%- set report_metrics = {
    'open': 'unique_opens', 'click': 'unique_clicks', 'order': 'orders', 'revenue': 'orders',
} -%}
{#- Metric: what is counted, out of what. -#}
{%- set ad_metrics = {
    'click': ('clicks', 'impressions'), 'conversion': ('conversions', 'clicks'),
} -%}

with

units as (

    select * from {{ ref('int_experiment_units') }}

),

campaigns as (

    select * from {{ ref('int_message_campaigns') }}

    where
        variant is not null
        and campaign_name is not null

),

ad_days as (

    select * from {{ ref('int_ad_days') }}

),

experiments as (

    select * from {{ ref('experiments') }}

),

unit_counts as (
    {% for metric, (chosen, success) in unit_metrics.items() %}
    {%- set amount = 'revenue' if metric == 'revenue' else 'cast(' ~ success ~ ' as integer)' %}
    select
        experiment_type,
        source,
        experiment,
        variant,
        '{{ metric }}' as metric,
        'events' as counted_from,
        count(*) filter (where not is_mixed) as units,
        count(*) filter (where is_mixed) as mixed_units,
        cast(count(*) filter (where not is_mixed and {{ success }}) as double) as successes,
        coalesce(cast(sum({{ amount }}) filter (where not is_mixed) as double), 0) as total,
        coalesce(
            sum(power(cast({{ amount }} as double), 2)) filter (where not is_mixed), 0
        ) as squares,
        min(exposed_at) as started_at,
        max(ended_at) as ended_at

    from units

    where {{ chosen }}

    group by experiment_type, source, experiment, variant
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

mailings_by_events as (

    select
        source,
        experiment,
        sum(units + mixed_units) as delivered

    from unit_counts

    where metric = 'open'

    group by source, experiment

),

mailings_by_report as (

    select
        source,
        campaign_name as experiment,
        sum(delivered) as delivered

    from campaigns

    group by source, campaign_name

    having count(distinct variant) > 1

),

-- Single events tell more than a report; where they are not complete, the report counts.
reported_mailings as (

    select
        mailings_by_report.source,
        mailings_by_report.experiment

    from mailings_by_report

    left join mailings_by_events
        on
            mailings_by_report.source = mailings_by_events.source
            and mailings_by_report.experiment = mailings_by_events.experiment

    where
        coalesce(mailings_by_events.delivered, 0)
        < {{ var('message_event_coverage') }} * mailings_by_report.delivered

),

report_counts as (
    {% for metric, successes in report_metrics.items() %}
    select
        'message' as experiment_type,
        campaigns.source,
        campaigns.campaign_name as experiment,
        campaigns.variant,
        '{{ metric }}' as metric,
        'report' as counted_from,
        cast(sum(campaigns.delivered) as bigint) as units,
        cast(0 as bigint) as mixed_units,
        cast(sum(campaigns.{{ successes }}) as double) as successes,
        {%- if metric == 'revenue' %}
        cast(sum(campaigns.revenue_reporting) as double) as total,
        -- A sum does not say how much purchases differ.
        cast(null as double) as squares,
        {%- else %}
        cast(sum(campaigns.{{ successes }}) as double) as total,
        cast(sum(campaigns.{{ successes }}) as double) as squares,
        {%- endif %}
        min(campaigns.sent_at) as started_at,
        max(campaigns.sent_at) as ended_at

    from campaigns

    inner join reported_mailings
        on
            campaigns.source = reported_mailings.source
            and campaigns.campaign_name = reported_mailings.experiment

    group by campaigns.source, campaigns.campaign_name, campaigns.variant
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

ad_counts as (
    {% for metric, (successes, units) in ad_metrics.items() %}
    select
        'ad' as experiment_type,
        experiments.platform as source,
        experiments.experiment,
        experiments.variant,
        '{{ metric }}' as metric,
        'report' as counted_from,
        cast(sum(ad_days.{{ units }}) as bigint) as units,
        cast(0 as bigint) as mixed_units,
        cast(sum(ad_days.{{ successes }}) as double) as successes,
        cast(sum(ad_days.{{ successes }}) as double) as total,
        cast(sum(ad_days.{{ successes }}) as double) as squares,
        cast(min(ad_days.delivered_date) as timestamp) as started_at,
        cast(max(ad_days.delivered_date) as timestamp) as ended_at

    from ad_days

    inner join experiments
        on
            ad_days.platform = experiments.platform
            and ad_days.campaign_id = experiments.campaign_id
            and (experiments.ad_id is null or ad_days.ad_id = experiments.ad_id)

    group by experiments.platform, experiments.experiment, experiments.variant
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (

    select * from unit_counts

    where
        experiment_type != 'message'
        or not exists (
            select 1
            from reported_mailings
            where
                reported_mailings.source = unit_counts.source
                and reported_mailings.experiment = unit_counts.experiment
        )

    union all

    select * from report_counts

    union all

    select * from ad_counts

)

select * from counted

where units > 0
