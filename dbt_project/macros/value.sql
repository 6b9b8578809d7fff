{#-
What one customer will do within `horizon` days, as a struct: see `plugins/omnimart_clv.py`. The
relations named give the history and the parameters.
-#}
{% macro order_forecast(histories, horizon, parameters) -%}
    forecast_orders(
        {{ histories }}.frequency,
        {{ histories }}.recency_days,
        {{ histories }}.age_days,
        cast({{ horizon }} as integer),
        cast({{ var('clv_interval_level') }} as double),
        {{ parameters }}.bg_nbd,
        {{ parameters }}.gamma_gamma
    )
{%- endmacro %}


{#-
The amount by which a customer's own spend moves the mean: v of Gamma-Gamma and what the repeat
purchases earned. Refunds may leave less than nothing, which counts as nothing.
-#}
{% macro spend_evidence(histories, parameters) -%}
    {{ parameters }}.gamma_gamma.v
    + {{ histories }}.frequency * greatest(cast({{ histories }}.monetary_value as double), 0)
{%- endmacro %}


{#- Mean revenue of the customer's next purchases: Fader & Hardie (2013), equation (5). -#}
{% macro expected_spend(histories, parameters) -%}
    {{ parameters }}.gamma_gamma.p * ({{ spend_evidence(histories, parameters) }})
    / (
        {{ parameters }}.gamma_gamma.p * {{ histories }}.frequency
        + {{ parameters }}.gamma_gamma.q - 1
    )
{%- endmacro %}
