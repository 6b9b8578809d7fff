{%- set zone = reporting_timezone() -%}
{%- set segment_types = ['lifecycle', 'value_tier', 'persona'] -%}
{%- set breakdowns = {
    'content': 'content',
    'content_type': 'content_type',
    'weekday': 'cast(iso_weekday as string)',
    'hour': 'cast(hour_of_day as string)',
} -%}

with

as_of as (

    select as_of_date from {{ ref('int_as_of') }}

),

customers as (

    select
        customer_id,
        lifecycle,
        value_tier,
        persona

    from {{ ref('customer_segments') }}

),

answers as (

    select
        *,
        {{ reporting_date('reached_at') }} as reached_date,
        cast(date_trunc('week', {{ reporting_date('reached_at') }}) as date) as week_start,
        cast(extract(hour from {{ utc_to_zone('reached_at', zone) }}) as integer) as hour_of_day

    from {{ ref('int_person_answers') }}

),

-- Few combinations of many answers: what follows reads them a dozen times.
combinations as (

    select
        answers.measure,
        answers.channel,
        customers.lifecycle,
        customers.value_tier,
        customers.persona,
        answers.content,
        answers.content_type,
        cast(
            {{ day_diff('answers.week_start', 'answers.reached_date') }} + 1 as integer
        ) as iso_weekday,
        answers.hour_of_day,
        count(*) as audience,
        count(case when answers.is_answered then 1 end) as responses

    from answers

    inner join customers
        on answers.customer_id = customers.customer_id

    inner join as_of
        on
            {{ day_diff('answers.reached_date', 'as_of.as_of_date') }}
            between 0 and {{ var('segment_performance_days') - 1 }}

    group by 1, 2, 3, 4, 5, 6, 7, 8, 9

),

totals as (
    {% for segment in segment_types -%}
    {%- set is_last_segment = loop.last -%}
    {%- for breakdown, value in breakdowns.items() %}
    select
        measure,
        channel,
        '{{ segment }}' as segment_type,
        {{ segment }} as segment,
        '{{ breakdown }}' as breakdown,
        {{ value }} as value,
        cast(sum(audience) as bigint) as audience,
        cast(sum(responses) as bigint) as responses

    from combinations

    where
        {{ segment }} is not null
        and {{ value }} is not null

    group by measure, channel, {{ segment }}, {{ value }}
    {{ 'union all' if not (loop.last and is_last_segment) }}
    {%- endfor %}
    {%- endfor %}
),

-- Usual is what the same people answer through the same channel.
compared as (

    select
        *,
        sum(responses) over same_breakdown as usual_responses,
        sum(audience) over same_breakdown as usual_audience

    from totals

    window same_breakdown as (
        partition by measure, channel, segment_type, segment, breakdown
    )

)

select * from compared
