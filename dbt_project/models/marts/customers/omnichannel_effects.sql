{#- What a customer is matched on: expressions that make a stratum. -#}
{%- set matchings = {
    'nothing': "'all'",
    'tenure': 'tenure_band',
    'tenure_and_frequency': "tenure_band || '/' || frequency_band",
} -%}
{%- set measures = ['revenue', 'orders', 'average_order_value'] -%}
{%- set level = var('omnichannel_confidence_level') -%}

with

customers as (

    select * from {{ ref('dim_customers') }}

),

histories as (

    select * from {{ ref('customer_value') }}

),

-- Whose touches are unknown is neither of both.
compared as (

    select
        customers.channels > 1 as is_omnichannel,
        cast(
            floor(histories.age_days / {{ var('omnichannel_tenure_band_days') }}) as string
        ) as tenure_band,
        cast(least(histories.frequency, {{ var('omnichannel_frequency_cap') }}) as string)
            as frequency_band,
        cast(histories.clv_historic as double) as revenue,
        cast(histories.purchase_days as double) as orders,
        {{ safe_divide('histories.clv_historic', 'histories.purchase_days') }}
            as average_order_value

    from histories

    inner join customers
        on histories.customer_id = customers.customer_id

    where customers.channels > 0

),

strata as (
    {% for matched_on, stratum in matchings.items() %}
    {%- for measure in measures if not (measure == 'orders' and 'frequency' in matched_on) %}
    select
        '{{ matched_on }}' as matched_on,
        '{{ measure }}' as measure,
        {{ stratum }} as stratum,
        count(*) filter (where is_omnichannel) as omnichannel_customers,
        count(*) filter (where not is_omnichannel) as single_channel_customers,
        avg({{ measure }}) filter (where is_omnichannel) as omnichannel_mean,
        avg({{ measure }}) filter (where not is_omnichannel) as single_channel_mean,
        var_samp({{ measure }}) filter (where is_omnichannel) as omnichannel_variance,
        var_samp({{ measure }}) filter (where not is_omnichannel) as single_channel_variance

    from compared

    group by {{ stratum }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- A stratum compares where it holds two customers of either kind: less has no variance.
matched as (

    select
        *,
        omnichannel_customers > 1 and single_channel_customers > 1 as is_matched

    from strata

),

weighted as (

    select
        *,
        cast(case when is_matched then omnichannel_customers else 0 end as double)
        / nullif(
            sum(case when is_matched then omnichannel_customers else 0 end)
                over (partition by matched_on, measure),
            0
        ) as weight

    from matched

),

totals as (

    select
        matched_on,
        measure,
        cast(sum(omnichannel_customers) as bigint) as omnichannel_customers,
        cast(sum(single_channel_customers) as bigint) as single_channel_customers,
        cast(
            sum(case when is_matched then omnichannel_customers else 0 end) as bigint
        ) as matched_customers,
        cast(
            sum(case when is_matched then single_channel_customers else 0 end) as bigint
        ) as matched_to_customers,
        sum(weight * omnichannel_mean) filter (where is_matched) as omnichannel_mean,
        sum(weight * single_channel_mean) filter (where is_matched) as single_channel_mean,
        sqrt(
            sum(
                weight * weight * (
                    omnichannel_variance / omnichannel_customers
                    + single_channel_variance / single_channel_customers
                )
            ) filter (where is_matched)
        ) as standard_error

    from weighted

    group by matched_on, measure

),

judged as (

    select
        *,
        standard_error * student_quantile({{ (1 + level) / 2 }}, 'infinity') as margin,
        matched_customers >= {{ var('omnichannel_minimum_customers') }}
        and matched_to_customers >= {{ var('omnichannel_minimum_customers') }}
            as has_enough_data

    from totals

),

effects as (

    select
        measure,
        matched_on,
        omnichannel_customers,
        single_channel_customers,
        matched_customers,
        matched_to_customers,
        has_enough_data,
        case when has_enough_data then omnichannel_mean end as omnichannel_mean,
        case when has_enough_data then single_channel_mean end as single_channel_mean,
        case when has_enough_data then omnichannel_mean - single_channel_mean end as difference,
        case
            when has_enough_data then omnichannel_mean - single_channel_mean - margin
        end as difference_low,
        case
            when has_enough_data then omnichannel_mean - single_channel_mean + margin
        end as difference_high,
        case
            when has_enough_data
                then {{ safe_divide('omnichannel_mean', 'single_channel_mean') }}
        end as ratio

    from judged

)

select * from effects
