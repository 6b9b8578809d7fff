{%- set horizons = [90, 180, 365] -%}

with

histories as (

    select * from {{ ref('int_customer_histories') }}

    where cut = 'as_of'

),

parameters as (

    select * from {{ ref('int_clv_parameters') }}

    where cut = 'as_of'

),

-- Customers alike have the same forecast: each is made once.
groups as (

    select distinct
        frequency,
        recency_days,
        age_days

    from histories

),

forecasts as (

    select
        {%- for days in horizons %}
        {{ order_forecast('groups', days, 'parameters') }} as forecast_{{ days }}d,
        {%- endfor %}
        groups.*

    from groups

    inner join parameters
        on true

),

spends as (

    select
        histories.*,
        {{ spend_evidence('histories', 'parameters') }} as spend_evidence,
        {{ expected_spend('histories', 'parameters') }} as expected_spend

    from histories

    left join parameters
        on histories.cut = parameters.cut

),

valued as (

    select
        spends.customer_id,
        spends.first_order_date,
        spends.purchase_days,
        spends.frequency,
        spends.recency_days,
        spends.age_days,
        spends.monetary_value,
        forecasts.forecast_{{ horizons[0] }}d.p_alive,
        {%- for days in horizons %}
        forecasts.forecast_{{ days }}d.orders as expected_orders_{{ days }}d,
        forecasts.forecast_{{ days }}d.orders_low as expected_orders_{{ days }}d_low,
        forecasts.forecast_{{ days }}d.orders_high as expected_orders_{{ days }}d_high,
        {%- endfor %}
        {%- for days in horizons %}
        cast(
            forecasts.forecast_{{ days }}d.orders * spends.expected_spend as decimal(18, 2)
        ) as clv_{{ days }}d,
        {%- for bound in ['low', 'high'] %}
        cast(
            forecasts.forecast_{{ days }}d.value_{{ bound }} * spends.spend_evidence
            as decimal(18, 2)
        ) as clv_{{ days }}d_{{ bound }},
        {%- endfor %}
        {%- endfor %}
        spends.revenue as clv_historic

    from spends

    left join forecasts
        on
            spends.frequency = forecasts.frequency
            and spends.recency_days = forecasts.recency_days
            and spends.age_days = forecasts.age_days

)

select * from valued
