{%- set customer_ratios = {
    'lead_conversion_rate': safe_divide('lead_buyers', 'lead_customers'),
    'repeat_rate': safe_divide('repeat_buyers', 'buyers'),
    'omnichannel_share': safe_divide('omnichannel_customers', 'customers_with_orders'),
    'cross_channel_conversion_rate': safe_divide('cross_channel_buyers', 'cross_channel_people'),
    'clv_historic': safe_divide('customer_revenue', 'customers_with_orders'),
} -%}
{%- set message_ratios = ratios_of(message_ratio_parts()) -%}

with

measured as (

    select
        targets.target_key,
        case
            {%- for measure in kpi_measures() %}
            when targets.formula = '{{ measure }}' then cast(measures.{{ measure }} as double)
            {%- endfor %}
            {%- for ratios in [kpi_ratios(), customer_ratios, message_ratios] %}
            {%- for ratio, formula in ratios.items() %}
            when targets.formula = '{{ ratio }}' then {{ formula }}
            {%- endfor %}
            {%- endfor %}
        end as actual,
        case
            {%- for measure in kpi_measures() %}
            when targets.formula = '{{ measure }}' then true
            {%- endfor %}
            else false
        end as is_accumulating

    from {{ ref('int_targets') }} as targets

    left join {{ ref('int_target_measures') }} as measures
        on targets.target_key = measures.target_key

    left join {{ ref('int_target_messages') }} as messages
        on targets.target_key = messages.target_key

    left join {{ ref('int_target_customers') }} as customers
        on targets.target_key = customers.target_key

),

-- Until the period is over, a sum is held against the part of the target due by now; a ratio is
-- held against the whole.
expected as (

    select
        targets.kpi,
        targets.segment,
        targets.period,
        targets.period_start,
        targets.period_end,
        cast(targets.target as double) as target,
        targets.direction,
        case when targets.elapsed_share > 0 then measured.actual end as actual,
        targets.target * case when measured.is_accumulating then targets.elapsed_share else 1 end
            as expected,
        targets.elapsed_share,
        case when targets.elapsed_share = 1 then measured.actual else forecasts.forecast end
            as forecast,
        case when targets.elapsed_share = 1 then measured.actual else forecasts.forecast_low end
            as forecast_low,
        case when targets.elapsed_share = 1 then measured.actual else forecasts.forecast_high end
            as forecast_high,
        forecasts.chance_to_meet,
        objectives.objective,
        targets.owner

    from {{ ref('int_targets') }} as targets

    inner join measured
        on targets.target_key = measured.target_key

    left join {{ ref('int_target_forecasts') }} as forecasts
        on targets.target_key = forecasts.target_key

    left join {{ ref('kpi_objectives') }} as objectives
        on targets.formula = objectives.kpi

),

-- Above 1 is good in both directions: 10 % under a cost target is as good as it sounds.
compared as (

    select
        *,
        case direction
            when 'lower' then {{ safe_divide('target', 'actual') }}
            else {{ safe_divide('actual', 'target') }}
        end as attainment,
        case direction
            when 'lower' then {{ safe_divide('expected', 'actual') }}
            else {{ safe_divide('actual', 'expected') }}
        end as pace,
        case direction
            when 'lower' then expected - actual
            else actual - expected
        end as lead_over_expected

    from expected

),

judged as (

    select
        kpi,
        segment,
        period,
        period_start,
        period_end,
        target,
        direction,
        actual,
        attainment,
        pace,
        elapsed_share,
        case
            when lead_over_expected is null then 'no data'
            when lead_over_expected >= 0 then 'green'
            when lead_over_expected >= -abs(expected) * {{ var('scorecard_amber_margin') }}
                then 'amber'
            else 'red'
        end as status,
        forecast,
        forecast_low,
        forecast_high,
        chance_to_meet,
        objective,
        owner

    from compared

)

select * from judged
