{%- set level = var('content_confidence_level') -%}

with

answers as (

    select * from {{ ref('int_segment_answers') }}

),

purchases as (

    select * from {{ ref('int_segment_purchases') }}

),

results as (

    {{ union_all_columns(
        ['answers', 'purchases'],
        [
            'measure', 'channel', 'segment_type', 'segment', 'breakdown', 'value', 'audience',
            'responses', 'usual_responses', 'usual_audience',
        ],
    ) }}

),

rated as (

    select
        *,
        {{ safe_divide('responses', 'audience') }} as response_rate,
        {{ safe_divide('usual_responses', 'usual_audience') }} as usual_rate

    from results

),

-- Few responses where many are usual say much.
weighed as (

    select
        *,
        audience >= {{ var('content_minimum_audience') }}
        and greatest(responses, audience * usual_rate) >= {{ var('content_minimum_responses') }}
            as has_enough_data

    from rated

),

bounded as (

    select
        *,
        case
            when has_enough_data then {{ wilson_bound('responses', 'audience', -1, level) }}
        end as response_rate_low,
        case
            when has_enough_data then {{ wilson_bound('responses', 'audience', 1, level) }}
        end as response_rate_high

    from weighed

),

judged as (

    select
        segment_type,
        segment,
        channel,
        measure,
        breakdown,
        value,
        cast(audience as bigint) as audience,
        cast(responses as bigint) as responses,
        response_rate,
        response_rate_low,
        response_rate_high,
        usual_rate,
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
