with

-- A cost after the last day with data is a plan.
stated_costs as (

    select
        other_costs.cost_date,
        coalesce(nullif(trim(other_costs.channel), ''), '(all channels)') as channel,
        other_costs.category,
        'stated' as cost_source,
        cast(other_costs.amount as decimal(18, 4)) as amount,
        upper(trim(other_costs.currency)) as currency,
        other_costs.description

    from {{ ref('other_costs') }} as other_costs

    inner join {{ ref('int_as_of') }} as as_of
        on other_costs.cost_date <= as_of.last_data_date

),

touchpoint_costs as (

    select
        {{ reporting_date('touched_at') }} as cost_date,
        channel,
        interaction as category,
        'touchpoints' as cost_source,
        cast(sum(cost_reporting) as decimal(18, 4)) as amount,
        {{ reporting_currency() }} as currency,
        cast(null as string) as description

    from {{ ref('int_own_touchpoints') }}

    where cost_reporting is not null and touched_at is not null

    group by {{ reporting_date('touched_at') }}, channel, interaction

),

-- A message without a time was paid for all the same: it counts on the last day of its campaign.
dated_messages as (

    select
        channel,
        currency,
        cost,
        coalesce(
            event_date,
            max(event_date) over (partition by source, campaign_id),
            (select last_data_date from {{ ref('int_as_of') }})
        ) as cost_date

    from {{ ref('int_message_events') }}

),

message_costs as (

    select
        cost_date,
        channel,
        'messages' as category,
        'messages' as cost_source,
        cast(sum(cost) as decimal(18, 4)) as amount,
        currency,
        cast(null as string) as description

    from dated_messages

    where cost is not null and cost_date is not null

    group by cost_date, channel, currency

),

costs as (

    select * from stated_costs

    union all

    select * from touchpoint_costs

    union all

    select * from message_costs

),

fx_rates as (

    select * from {{ ref('int_fx_rates') }}

),

converted as (

    select
        costs.cost_date,
        costs.channel,
        costs.category,
        costs.cost_source,
        costs.amount,
        cast(
            {{ to_reporting('costs.amount', 'fx_rates.rate_to_reporting') }} as decimal(18, 2)
        ) as amount_reporting,
        costs.currency,
        costs.description

    from costs

    left join fx_rates
        on
            costs.currency = fx_rates.currency
            and costs.cost_date >= fx_rates.valid_from
            and costs.cost_date < fx_rates.valid_to

)

select * from converted
