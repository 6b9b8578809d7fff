{%- set breakdowns = {
    'content': 'content',
    'content_type': 'content_type',
    'weekday': 'cast(iso_weekday as string)',
    'hour': 'cast(hour_of_day as string)',
} -%}

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

{{ judge_rates('rated', audience='rated_audience') }},

final as (

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
        response_index,
        has_enough_data,
        verdict

    from judged_rates

)

select * from final
