{#- A step on the way to int_touchpoints: rows are stored once, there. -#}
{{ config(materialized='view') }}

{%- set absent = ['utm_source', 'utm_campaign', 'click_id_type', 'referrer_domain'] -%}

with

activities as (

    select
        {{ surrogate_key(["'activity'", 'activities.source', 'activities.activity_ref']) }}
            as touchpoint_id,
        activities.source,
        activities.record_ref,
        activities.activity as interaction,
        coalesce(campaigns.type, activities.original_source) as stated_source,
        coalesce(activities.campaign_name, campaigns.campaign_name) as campaign,
        false as is_lead_creation,
        activities.occurred_at as touched_at

    from {{ ref('stg_salesforce__campaign_members') }} as activities

    left join {{ ref('stg_salesforce__campaigns') }} as campaigns
        on
            activities.source = campaigns.source
            and activities.campaign_id = campaigns.campaign_id

    where activities.occurred_at is not null

),

lead_creations as (

    select
        {{ surrogate_key(["'lead'", 'source', 'record_ref']) }} as touchpoint_id,
        source,
        record_ref,
        'form' as interaction,
        original_source as stated_source,
        cast(null as string) as campaign,
        true as is_lead_creation,
        entered_at as touched_at,
        row_number() over (partition by source, record_ref order by entered_at) as entry_number

    from {{ ref('int_lead_stages') }}

    where stage = 'lead'

),

unioned as (

    select * from activities

    union all

    select
        touchpoint_id,
        source,
        record_ref,
        interaction,
        stated_source,
        campaign,
        is_lead_creation,
        touched_at

    from lead_creations

    where entry_number = 1

),

stated as (

    select
        *,
        replace(lower(trim(stated_source)), '_', ' ') as source_text,
        interaction as utm_medium

    from unioned

),

source_channels as (

    select
        texts.source_text,
        min_by(rules.channel, rules.rule_order) as channel

    from (select distinct source_text from stated) as texts

    inner join {{ ref('original_sources') }} as rules
        on {{ regex_match_column('texts.source_text', 'rules.pattern') }}

    group by texts.source_text

),

activity_channels as (

    {{ classify_channels('stated', absent=absent) }}

),

touchpoints as (

    select
        stated.touchpoint_id,
        stated.source,
        cast(null as bigint) as sequence_number,
        stated.record_ref,
        stated.interaction,
        coalesce(source_channels.channel, activity_channels.channel) as channel,
        stated.stated_source as utm_source,
        cast(null as string) as utm_medium,
        stated.campaign,
        cast(null as string) as content,
        cast(null as string) as device_id,
        cast(null as decimal(18, 4)) as cost_reporting,
        false as is_machine,
        true as is_touch,
        stated.is_lead_creation,
        stated.touched_at

    from stated

    inner join activity_channels
        on {{ traffic_key('stated', absent=absent) }} = activity_channels.traffic_key

    left join source_channels
        on stated.source_text = source_channels.source_text

)

select * from touchpoints
