{#-
The breakdowns of a report row as one text, each with its name, because the names tell which reports
are broken down alike; null when it is broken down by nothing.
-#}
{% macro joined_segments(columns) -%}
    nullif(
        concat_ws(
            '; '
            {%- for column in columns %},
            '{{ column }}=' || cast({{ column }} as string)
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}


{#-
Whether the row's file has values in the column. Platforms leave a cell empty where an ad delivered
but nothing happened: empty is 0 when the file has the column, unknown when it has not.
-#}
{% macro is_reported(column) -%}
    max({{ column }}) over (partition by _source_file) is not null
{%- endmacro %}


{#- The first of several measures that the row's file reports, 0 where its cell is empty. -#}
{% macro first_reported(columns) -%}
    case
        {%- for column in columns %}
        when {{ is_reported(column) }} then coalesce({{ column }}, 0)
        {%- endfor %}
    end
{%- endmacro %}


{#- The finest entity a row of an ad report names; `levels` are pairs of level and its columns. -#}
{% macro report_level(levels, otherwise='campaign') -%}
    case
        {%- for level, columns in levels %}
        when coalesce({{ columns | join(', ') }}) is not null then '{{ level }}'
        {%- endfor %}
        else '{{ otherwise }}'
    end
{%- endmacro %}


{#-
What each entity of a report came to, one row per `times`, entity and currency: the sums that
fct_ad_performance and ad_period_facts share. `key` is what their key is called.
-#}
{% macro ad_totals(rows, times, key) -%}
{%- set named = {
    'campaign': 'campaign_name',
    'ad_group': 'ad_group_name',
    'ad': 'ad_name',
} -%}
{%- set entity = times + [
    'platform', 'source', 'account_id', 'campaign_key', 'campaign_id', 'campaign', 'ad_group_id',
    'ad_group', 'ad_id', 'ad', 'channel', 'currency',
] -%}
totals as (

    select
        {%- for column in entity %}
        {{ named.get(column, column) }}{{ ' as ' ~ column if column in named }},
        {%- endfor %}
        cast(coalesce(sum(impressions), 0) as bigint) as impressions,
        cast(coalesce(sum(clicks), 0) as bigint) as clicks,
        cast(coalesce(sum(spend_reporting), 0) as decimal(18, 2)) as spend,
        cast(coalesce(sum(spend), 0) as decimal(18, 2)) as spend_original,
        cast(sum(conversions) as decimal(18, 4)) as conversions,
        cast(sum(conversion_value_reporting) as decimal(18, 2)) as conversion_value,
        cast(sum(video_views) as bigint) as video_views

    from {{ rows }}

    group by
        {%- for column in entity %}
        {{ named.get(column, column) }}{{ ',' if not loop.last }}
        {%- endfor %}

),

rated as (

    select
        {{ surrogate_key(entity) }} as {{ key }},
        *,
        {{ safe_divide('clicks', 'impressions') }} as ctr,
        {{ safe_divide('spend', 'clicks') }} as cpc,
        {{ safe_divide('1000 * spend', 'impressions') }} as cpm

    from totals

)
{%- endmacro %}
