{%- set channel_kpis = (kpi_measures() | list) + (kpi_ratio_parts() | list) -%}

with

-- Only periods that have begun and are not over have anything to forecast.
targets as (

    select *
    from {{ ref('int_targets') }}
    where
        as_of_date >= period_start
        and as_of_date < period_end

),

channel_days as (

    select
        targets.target_key,
        days.kpi_date as day,
        cast(
            case targets.formula
                {%- for measure in kpi_measures() %}
                when '{{ measure }}' then days.{{ measure }}
                {%- endfor %}
                {%- for ratio, parts in kpi_ratio_parts().items() %}
                when '{{ ratio }}' then {{ parts[0] }}
                {%- endfor %}
            end as double
        ) as numerator,
        cast(
            case targets.formula
                {%- for ratio, parts in kpi_ratio_parts().items() %}
                when '{{ ratio }}' then {{ parts[1] }}
                {%- endfor %}
            end as double
        ) as denominator

    from targets

    inner join {{ ref('kpi_daily') }} as days
        on
            targets.as_of_date >= days.kpi_date
            and (targets.segment = 'all' or lower(targets.segment) = lower(days.channel))

    where
        targets.formula in (
            {%- for name in channel_kpis %}
            '{{ name }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )

),

messages as (

    select
        message_date,
        channel,
        medium,
        sent,
        delivered,
        human_opens,
        unsubscribes,
        bounces,
        case when human_opens is not null then delivered end as delivered_with_opens,
        case when human_opens is not null then clicks end as clicks_with_opens

    from {{ ref('fct_message_performance') }}

),

message_days as (

    select
        targets.target_key,
        messages.message_date as day,
        cast(
            case targets.formula
                {%- for ratio, parts in message_ratio_parts().items() %}
                when '{{ ratio }}' then messages.{{ parts[0] }}
                {%- endfor %}
            end as double
        ) as numerator,
        cast(
            case targets.formula
                {%- for ratio, parts in message_ratio_parts().items() %}
                when '{{ ratio }}' then messages.{{ parts[1] }}
                {%- endfor %}
            end as double
        ) as denominator

    from targets

    inner join messages
        on
            targets.as_of_date >= messages.message_date
            and (targets.segment = 'all' or lower(targets.segment) = lower(messages.channel))
            and (targets.medium is null or targets.medium = messages.medium)

    where
        targets.formula in (
            {%- for name in message_ratio_parts() %}
            '{{ name }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )

),

unioned as (

    select * from channel_days

    union all

    select * from message_days

),

days as (

    select
        target_key,
        day,
        coalesce(sum(numerator), 0) as numerator,
        coalesce(sum(denominator), 0) as denominator

    from unioned

    group by target_key, day

),

-- Whole weeks, so that every weekday counts as often; a target measured for less than two has none.
windows as (

    select
        targets.target_key,
        targets.formula in (
            {%- for name in kpi_measures() %}
            '{{ name }}'{{ ',' if not loop.last }}
            {%- endfor %}
        ) as is_accumulating,
        targets.formula != 'revenue' as is_rising,
        targets.period_start,
        targets.period_end,
        targets.as_of_date,
        targets.target,
        targets.direction,
        least(
            {{ var('scorecard_forecast_weeks') }},
            floor(({{ day_diff('min(days.day)', 'targets.as_of_date') }} + 1) / 7)
        ) as weeks

    from targets

    inner join days
        on
            targets.target_key = days.target_key
            and (days.numerator != 0 or days.denominator != 0)

    group by
        targets.target_key,
        targets.formula,
        targets.period_start,
        targets.period_end,
        targets.as_of_date,
        targets.target,
        targets.direction

    having {{ day_diff('min(days.day)', 'targets.as_of_date') }} + 1 >= 14

),

actuals as (

    select
        windows.target_key,
        sum(days.numerator) as numerator,
        sum(days.denominator) as denominator

    from windows

    inner join days
        on
            windows.target_key = days.target_key
            and windows.period_start <= days.day

    group by windows.target_key

),

weekdays as (

    select
        windows.target_key,
        {{ day_diff('days.day', 'windows.as_of_date') }} % 7 as weekday,
        windows.weeks,
        sum(days.numerator) / windows.weeks as numerator_mean,
        sum(days.denominator) / windows.weeks as denominator_mean,
        sum(days.numerator * days.numerator) as numerator_squares,
        sum(days.numerator * days.denominator) as products,
        sum(days.denominator * days.denominator) as denominator_squares

    from windows

    inner join days
        on
            windows.target_key = days.target_key
            and windows.weeks * 7 > {{ day_diff('days.day', 'windows.as_of_date') }}

    group by windows.target_key, windows.weeks, weekday

),

-- Of the days left, those seven apart share a weekday: it comes again every seventh day.
left_over as (

    select
        weekdays.*,
        windows.is_accumulating,
        windows.is_rising,
        windows.target,
        windows.direction,
        floor(
            ({{ day_diff('windows.as_of_date', 'windows.period_end') }} + weekdays.weekday) / 7
        ) as days_left

    from weekdays

    inner join windows
        on weekdays.target_key = windows.target_key

),

totals as (

    select
        left_over.target_key,
        left_over.is_accumulating,
        left_over.is_rising,
        left_over.target,
        left_over.direction,
        7.0 * left_over.weeks - 7 as freedom,
        coalesce(actuals.numerator, 0) as actual,
        coalesce(actuals.numerator, 0)
        + sum(left_over.days_left * left_over.numerator_mean) as numerator,
        coalesce(actuals.denominator, 0)
        + sum(left_over.days_left * left_over.denominator_mean) as denominator,
        -- What the days vary by, and the means of few of them too.
        sum(left_over.days_left)
        + sum(left_over.days_left * left_over.days_left) / left_over.weeks as spread,
        sum(
            left_over.numerator_squares
            - left_over.weeks * left_over.numerator_mean * left_over.numerator_mean
        ) as numerator_rest,
        sum(
            left_over.products
            - left_over.weeks * left_over.numerator_mean * left_over.denominator_mean
        ) as product_rest,
        sum(
            left_over.denominator_squares
            - left_over.weeks * left_over.denominator_mean * left_over.denominator_mean
        ) as denominator_rest

    from left_over

    left join actuals
        on left_over.target_key = actuals.target_key

    group by
        left_over.target_key,
        left_over.is_accumulating,
        left_over.is_rising,
        left_over.target,
        left_over.direction,
        left_over.weeks,
        actuals.numerator,
        actuals.denominator

),

forecast as (

    select
        *,
        case
            when is_accumulating then numerator
            else {{ safe_divide('numerator', 'denominator') }}
        end as forecast

    from totals

),

-- A ratio errs by what numerator and denominator leave of each other, by the delta method.
erring as (

    select
        *,
        case
            when is_accumulating then sqrt(greatest(numerator_rest, 0) / freedom * spread)
            else
                sqrt(
                    greatest(
                        numerator_rest
                        - 2 * forecast * product_rest
                        + forecast * forecast * denominator_rest,
                        0
                    ) / freedom * spread
                ) / nullif(abs(denominator), 0)
        end as error

    from forecast

),

bounded as (

    select
        *,
        error * student_quantile(
            (1 + {{ var('scorecard_forecast_level') }}) / 2, cast(freedom as double)
        ) as margin,
        case direction when 'lower' then target - forecast else forecast - target end as room

    from erring

),

judged as (

    select
        target_key,
        forecast,
        -- What has happened cannot be undone, but by refunds.
        case
            when is_accumulating and is_rising then greatest(forecast - margin, actual)
            else forecast - margin
        end as forecast_low,
        forecast + margin as forecast_high,
        case
            when error = 0 then case when room >= 0 then 1.0 else 0.0 end
            when room >= 0 then 1 - student_tails(room / error, cast(freedom as double)) / 2
            else student_tails(room / error, cast(freedom as double)) / 2
        end as chance_to_meet

    from bounded

    where forecast is not null

)

select * from judged
