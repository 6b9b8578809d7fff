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

{{ judge_rates('rated', audience='audience') }},

final as (

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
        response_index,
        has_enough_data,
        verdict

    from judged_rates

)

select * from final
