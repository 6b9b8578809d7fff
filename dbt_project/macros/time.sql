{#- The zone that business days are counted in. -#}
{% macro reporting_timezone() -%}
    {{ return(env_var('OMNIMART_TIMEZONE', 'UTC')) }}
{%- endmacro %}


{#- The day, in the reporting zone, of a UTC timestamp. -#}
{% macro reporting_date(timestamp) -%}
    {%- set zone = reporting_timezone() -%}
    {%- if zone == 'UTC' -%}
        cast({{ timestamp }} as date)
    {%- else -%}
        cast({{ utc_to_zone(timestamp, zone) }} as date)
    {%- endif -%}
{%- endmacro %}


{#- The last second, in UTC, of a day of the reporting zone: what is only known to have happened that
    day comes after all that day's touches. -#}
{% macro end_of_reporting_day(date) -%}
    {{ zone_to_utc(
        "cast(" ~ date ~ " as timestamp) + interval '86399' second", reporting_timezone()
    ) }}
{%- endmacro %}


{#- The reporting currency as a text literal. -#}
{% macro reporting_currency() -%}
    '{{ env_var("OMNIMART_CURRENCY", "USD") | upper }}'
{%- endmacro %}
