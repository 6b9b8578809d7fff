{#- Whole days from one date or timestamp to another. -#}
{% macro day_diff(start, end) -%}
    {{ adapter.dispatch('day_diff', 'omnimart')(start, end) }}
{%- endmacro %}

{% macro duckdb__day_diff(start, end) -%}
    date_diff('day', {{ start }}, {{ end }})
{%- endmacro %}

{% macro spark__day_diff(start, end) -%}
    datediff(day, {{ start }}, {{ end }})
{%- endmacro %}


{#- Seconds between two UTC timestamps, with fractions. -#}
{% macro seconds_between(start, end) -%}
    {{ adapter.dispatch('seconds_between', 'omnimart')(start, end) }}
{%- endmacro %}

{% macro duckdb__seconds_between(start, end) -%}
    (epoch_us({{ end }}) - epoch_us({{ start }})) / 1000000.0
{%- endmacro %}

{% macro spark__seconds_between(start, end) -%}
    (unix_micros({{ end }}) - unix_micros({{ start }})) / 1000000.0
{%- endmacro %}


{#- The wall-clock time that a UTC timestamp shows in a zone: a naive timestamp. -#}
{% macro utc_to_zone(timestamp, zone) -%}
    {{ adapter.dispatch('utc_to_zone', 'omnimart')(timestamp, zone) }}
{%- endmacro %}

{% macro duckdb__utc_to_zone(timestamp, zone) -%}
    timezone('{{ zone }}', timezone('UTC', {{ timestamp }}))
{%- endmacro %}

{% macro spark__utc_to_zone(timestamp, zone) -%}
    from_utc_timestamp({{ timestamp }}, '{{ zone }}')
{%- endmacro %}


{#- The UTC timestamp at which a zone's clocks show a naive timestamp. -#}
{% macro zone_to_utc(timestamp, zone) -%}
    {{ adapter.dispatch('zone_to_utc', 'omnimart')(timestamp, zone) }}
{%- endmacro %}

{% macro duckdb__zone_to_utc(timestamp, zone) -%}
    timezone('UTC', timezone('{{ zone }}', {{ timestamp }}))
{%- endmacro %}

{% macro spark__zone_to_utc(timestamp, zone) -%}
    to_utc_timestamp({{ timestamp }}, '{{ zone }}')
{%- endmacro %}


{#- A date as text. The pattern is one of 'day' (2026-07-01), 'month' (2026-07), 'year' (2026). -#}
{% macro format_date(date, pattern='day') -%}
    {{ adapter.dispatch('format_date', 'omnimart')(date, pattern) }}
{%- endmacro %}

{% macro duckdb__format_date(date, pattern) -%}
    {%- set formats = {'day': '%Y-%m-%d', 'month': '%Y-%m', 'year': '%Y'} -%}
    strftime({{ date }}, '{{ formats[pattern] }}')
{%- endmacro %}

{% macro spark__format_date(date, pattern) -%}
    {%- set formats = {'day': 'yyyy-MM-dd', 'month': 'yyyy-MM', 'year': 'yyyy'} -%}
    date_format({{ date }}, '{{ formats[pattern] }}')
{%- endmacro %}


{#- A one-column relation (named by `column`) of every date from start to end, both included. -#}
{% macro date_series(start, end, column='date_day') -%}
    {{ adapter.dispatch('date_series', 'omnimart')(start, end, column) }}
{%- endmacro %}

{% macro duckdb__date_series(start, end, column) -%}
    select
        cast(unnest(generate_series({{ start }}, {{ end }}, interval 1 day)) as date) as {{ column }}
{%- endmacro %}

{% macro spark__date_series(start, end, column) -%}
    select explode(sequence({{ start }}, {{ end }}, interval 1 day)) as {{ column }}
{%- endmacro %}


{#- The UTC timestamp of seconds since 1970. -#}
{% macro epoch_timestamp(seconds) -%}
    {{ adapter.dispatch('epoch_timestamp', 'omnimart')(seconds) }}
{%- endmacro %}

{% macro duckdb__epoch_timestamp(seconds) -%}
    make_timestamp(cast(try_cast({{ seconds }} as decimal(24, 3)) * 1000000 as bigint))
{%- endmacro %}

{% macro spark__epoch_timestamp(seconds) -%}
    timestamp_seconds(try_cast({{ seconds }} as decimal(18, 3)))
{%- endmacro %}
