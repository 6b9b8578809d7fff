{%- set breakdowns = {
    'content': 'content',
    'content_type': 'content_type',
    'weekday': 'cast(iso_weekday as string)',
    'hour': 'cast(hour_of_day as string)',
} -%}
{%- set level = var('content_confidence_level') -%}

with

results as (

    select
        *,
        cast(date_trunc('month', published_date) as date) as month_start

    from {{ ref('int_content_results') }}

    where audience is not null

),

totals as (
    {% for breakdown, value in breakdowns.items() %}
    select
        month_start,
        channel,
        platform,
        '{{ breakdown }}' as breakdown,
        {{ value }} as value,
        count(*) as contents,
        cast(sum(audience) as bigint) as audience,
        cast(sum(responses) as bigint) as responses,
        -- Where clicks are not reported, the audience is no denominator of theirs.
        cast(sum(case when responses is not null then audience end) as bigint) as rated_audience

    from results

    where {{ value }} is not null

    group by month_start, channel, platform, {{ value }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

rated as (

    select
        *,
        {{ safe_divide('responses', 'rated_audience') }} as response_rate,
        {{ safe_divide(
            'sum(responses) over same_breakdown', 'sum(rated_audience) over same_breakdown'
        ) }} as usual_rate

    from totals

    window same_breakdown as (partition by month_start, channel, platform, breakdown)

),

-- Few responses where many are usual say much.
weighed as (

    select
        *,
        coalesce(
            rated_audience >= {{ var('content_minimum_audience') }}
            and greatest(responses, rated_audience * usual_rate)
            >= {{ var('content_minimum_responses') }}
            and responses <= rated_audience,
            false
        ) as has_enough_data

    from rated

),

bounded as (

    select
        *,
        case
            when has_enough_data then {{ wilson_bound('responses', 'rated_audience', -1, level) }}
        end as response_rate_low,
        case
            when has_enough_data then {{ wilson_bound('responses', 'rated_audience', 1, level) }}
        end as response_rate_high

    from weighed

),

judged as (

    select
        month_start,
        channel,
        platform,
        breakdown,
        value,
        contents,
        audience,
        responses,
        response_rate,
        response_rate_low,
        response_rate_high,
        {{ safe_divide('response_rate', 'usual_rate') }} as response_index,
        has_enough_data,
        case
            when not has_enough_data then 'not_enough_data'
            when response_rate_low > usual_rate then 'above_usual'
            when response_rate_high < usual_rate then 'below_usual'
            else 'usual'
        end as verdict

    from bounded

)

select * from judged
