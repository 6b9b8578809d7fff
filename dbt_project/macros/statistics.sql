{#-
Sample variance of a measure from its number of values, sum and sum of squares; null for fewer than
two values.
-#}
{% macro sample_variance(count, total, squares) -%}
    greatest({{ squares }} - {{ total }} * {{ total }} / {{ count }}, 0)
    / nullif({{ count }} - 1, 0)
{%- endmacro %}


{#- Welch's degrees of freedom, from both groups' variance of the mean and number of values. -#}
{% macro welch_freedom(variance, count, other_variance, other_count) -%}
    ({{ variance }} + {{ other_variance }}) * ({{ variance }} + {{ other_variance }})
    / nullif(
        {{ variance }} * {{ variance }} / ({{ count }} - 1)
        + {{ other_variance }} * {{ other_variance }} / ({{ other_count }} - 1),
        0
    )
{%- endmacro %}


{#-
A p-value that stays valid however often one looks: the inverse of the mixture sequential
probability ratio, for an estimate with this variance and a normal mixture of effects around 0.
Johari, Pekelis & Walsh, "Always Valid Inference" (Operations Research 70(3), 2022), equation (13).
-#}
{% macro always_valid_p(effect, variance, mixing_variance) -%}
    least(
        1.0,
        sqrt(({{ variance }} + {{ mixing_variance }}) / {{ variance }})
        * exp(
            -{{ mixing_variance }} * {{ effect }} * {{ effect }}
            / (2 * {{ variance }} * ({{ variance }} + {{ mixing_variance }}))
        )
    )
{%- endmacro %}


{#- Half the width of the interval of the effects that this p-value does not refute at alpha. -#}
{% macro always_valid_margin(variance, mixing_variance, alpha) -%}
    sqrt(
        {{ variance }} * ({{ variance }} + {{ mixing_variance }}) / {{ mixing_variance }}
        * (
            ln(({{ variance }} + {{ mixing_variance }}) / {{ variance }})
            - 2 * ln({{ alpha }})
        )
    )
{%- endmacro %}


{#-
One end of the interval in which a share lies: Wilson (1927). `side` is -1 for the lower end and 1
for the upper one, `level` the confidence; null without a count.
-#}
{% macro wilson_bound(part, whole, side, level) -%}
    {%- set z = "student_quantile(" ~ (1 + level) / 2 ~ ", 'infinity')" -%}
    (
        cast({{ part }} as double) + power({{ z }}, 2) / 2
        + {{ side }} * {{ z }} * sqrt(
            cast({{ part }} as double) * ({{ whole }} - {{ part }}) / nullif({{ whole }}, 0)
            + power({{ z }}, 2) / 4
        )
    )
    / ({{ whole }} + power({{ z }}, 2))
{%- endmacro %}


{#-
Three steps after the rows `rates`, which have responses, response_rate and usual_rate: whether there is
enough data, the interval of each rate, and what it says against the usual one. `audience` is the
column that the responses are counted of. The last is called `judged_rates`.
-#}
{% macro judge_rates(rates, audience) -%}
{%- set level = var('content_confidence_level') -%}
-- Few responses where many are usual say much.
weighed_rates as (

    select
        *,
        coalesce(
            {{ audience }} >= {{ var('content_minimum_audience') }}
            and greatest(responses, {{ audience }} * usual_rate)
            >= {{ var('content_minimum_responses') }}
            and responses <= {{ audience }},
            false
        ) as has_enough_data

    from {{ rates }}

),

bounded_rates as (

    select
        *,
        case
            when has_enough_data then {{ wilson_bound('responses', audience, -1, level) }}
        end as response_rate_low,
        case
            when has_enough_data then {{ wilson_bound('responses', audience, 1, level) }}
        end as response_rate_high

    from weighed_rates

),

judged_rates as (

    select
        *,
        {{ safe_divide('response_rate', 'usual_rate') }} as response_index,
        case
            when not has_enough_data then 'not_enough_data'
            when response_rate_low > usual_rate then 'above_usual'
            when response_rate_high < usual_rate then 'below_usual'
            else 'usual'
        end as verdict

    from bounded_rates

)
{%- endmacro %}
