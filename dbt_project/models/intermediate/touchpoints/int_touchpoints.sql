with

unioned as (

    {{ union_all_columns(
        [
            ref('int_session_touchpoints'),
            ref('int_message_touchpoints'),
            ref('int_crm_touchpoints'),
            ref('int_own_touchpoints'),
        ],
        [
            'touchpoint_id', 'source', 'sequence_number', 'record_ref', 'interaction', 'channel', 'utm_source',
            'utm_medium', 'campaign', 'content', 'device_id', 'cost_reporting', 'is_machine',
            'is_touch', 'is_lead_creation', 'touched_at',
        ],
    ) }}

),

records as (

    select * from {{ ref('int_records_to_customers') }}

),

-- Stages depend on interaction and channel alone, so only their combinations meet the rules.
stages as (

    select
        combinations.interaction,
        combinations.channel,
        min_by(rules.stage, rules.rule_order) as stage

    from (select distinct interaction, channel from unioned) as combinations

    inner join {{ ref('stage_rules') }} as rules
        on
            {{ rule_holds('combinations.interaction', 'rules.interaction') }}
            and {{ rule_holds('combinations.channel', 'rules.channel') }}

    group by combinations.interaction, combinations.channel

),

joined as (

    select
        unioned.touchpoint_id,
        unioned.source,
        unioned.sequence_number,
        records.record_key,
        records.customer_id,
        unioned.interaction,
        unioned.channel,
        unioned.utm_source,
        unioned.utm_medium,
        unioned.campaign,
        unioned.content,
        unioned.device_id,
        stages.stage,
        unioned.cost_reporting,
        records.customer_id is not null as is_identified,
        unioned.is_machine,
        {%- if var('ignored_touches') %}
        unioned.is_touch and not ({{ is_ignored_touch('unioned') }}) as is_touch,
        {%- else %}
        unioned.is_touch,
        {%- endif %}
        unioned.is_lead_creation,
        {{ is_direct('unioned.channel') }} as is_direct,
        unioned.touched_at

    from unioned

    left join records
        on
            unioned.source = records.source
            and unioned.record_ref = records.record_ref

    left join stages
        on
            unioned.interaction = stages.interaction
            and unioned.channel = stages.channel

    where unioned.touched_at is not null

)

select * from joined
