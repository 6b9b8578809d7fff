{#- Metric: what is counted, out of what. Opens are a person's where single events tell. -#}
{%- set metrics = {
    'delivery_rate': ('delivered', 'sent'),
    'open_rate': ('coalesce(human_opens, opens)', 'delivered'),
    'click_rate': ('clicks', 'delivered'),
    'reply_rate': ('replies', 'delivered'),
    'unsubscribe_rate': ('unsubscribes', 'delivered'),
    'spam_complaint_rate': ('spam_complaints', 'delivered'),
} -%}
{%- set level = var('messaging_confidence_level') -%}

with

messages as (

    select
        *,
        cast(date_trunc('month', message_date) as date) as month_start

    from {{ ref('fct_message_performance') }}

),

benchmarks as (

    select * from {{ ref('messaging_benchmarks') }}

),

counts as (
    {% for metric, (counted, whole) in metrics.items() %}
    select
        month_start,
        channel,
        source,
        medium,
        '{{ metric }}' as metric,
        cast(sum({{ counted }}) as bigint) as counted,
        cast(sum(case when {{ counted }} is not null then {{ whole }} end) as bigint) as messages

    from messages

    group by month_start, channel, source, medium
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

rated as (

    select
        *,
        {{ safe_divide('counted', 'messages') }} as rate,
        counted <= messages and messages >= {{ var('messaging_minimum_messages') }}
            as has_enough_data

    from counts

    where messages > 0

),

bounded as (

    select
        *,
        case when has_enough_data then {{ wilson_bound('counted', 'messages', -1, level) }} end
            as rate_low,
        case when has_enough_data then {{ wilson_bound('counted', 'messages', 1, level) }} end
            as rate_high

    from rated

),

compared as (

    select
        bounded.month_start,
        bounded.channel,
        bounded.source,
        bounded.medium,
        bounded.metric,
        bounded.messages,
        bounded.counted,
        bounded.rate,
        bounded.rate_low,
        bounded.rate_high,
        benchmarks.benchmark,
        bounded.rate - benchmarks.benchmark as difference,
        case
            when not bounded.has_enough_data then 'not_enough_data'
            when benchmarks.benchmark is null then 'no_benchmark'
            when benchmarks.benchmark between bounded.rate_low and bounded.rate_high then 'usual'
            when (bounded.rate > benchmarks.benchmark) = (benchmarks.direction = 'higher')
                then 'better'
            else 'worse'
        end as verdict,
        benchmarks.source as benchmark_source

    from bounded

    left join benchmarks
        on
            bounded.medium = benchmarks.medium
            and bounded.metric = benchmarks.metric

)

select * from compared
