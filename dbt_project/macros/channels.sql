{#-
How a visit came to us, and the channel that makes it: GA4's default channel grouping as the seed
`channel_rules` states it. Only the distinct combinations are classified, never the rows:

    channels as (

        {{ classify_channels('sessions') }}

    ),

    joined as (

        select
            sessions.*,
            channels.source,
            channels.medium,
            channels.channel

        from sessions

        inner join channels
            on {{ traffic_key('sessions') }} = channels.traffic_key

    )

The relation (a CTE or a model's alias) has the columns utm_source, utm_medium, utm_campaign,
click_id_type and referrer_domain; name the ones it lacks in both macros:
`absent=['referrer_domain']`. Columns returned: traffic_key, source, medium, campaign,
source_category, channel.

- source: the UTM source, else the click id's platform, else the referring domain, else (direct).
  Referrers listed in `internal_domains` (our own, payment pages) are no referrers.
- medium: the UTM medium, else, where no UTM source is given, the click id's medium (cpc for
  gclid), organic or referral by the referrer, and (none) for direct.
-#}
{% macro classify_channels(relation, absent=[]) -%}
with

tuples as (

    select distinct
        {{ traffic_key(relation, absent) }} as traffic_key,
        {%- for column in traffic_columns() %}
        {{ traffic_value(relation, column, absent) }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ relation }}

),

internal_referrers as (

    select distinct tuples.referrer_domain

    from tuples

    inner join {{ ref('internal_domains') }} as internal_domains
        on {{ is_within_domain('tuples.referrer_domain', 'internal_domains.domain') }}

),

referred as (

    select
        tuples.traffic_key,
        tuples.utm_source,
        tuples.utm_medium,
        tuples.utm_campaign,
        tuples.click_id_type,
        click_id_types.default_source,
        click_id_types.default_medium,
        case
            when internal_referrers.referrer_domain is null then tuples.referrer_domain
        end as referrer_domain

    from tuples

    left join internal_referrers
        on tuples.referrer_domain = internal_referrers.referrer_domain

    left join {{ ref('click_id_types') }} as click_id_types
        on tuples.click_id_type = lower(click_id_types.click_id_type)

),

sourced as (

    select
        *,
        coalesce(
            utm_source,
            default_source,
            referrer_domain,
            case when utm_medium is null then '(direct)' else '(not set)' end
        ) as source

    from referred

),

source_categories as (

    select
        sources.source,
        max_by(categories.category, length(categories.source)) as source_category

    from (select distinct source from sourced) as sources

    inner join {{ ref('source_categories') }} as categories
        on {{ is_within_domain('sources.source', 'categories.source') }}

    group by sources.source

),

traffic as (

    select
        sourced.traffic_key,
        sourced.source,
        sourced.utm_campaign as campaign,
        sourced.click_id_type,
        source_categories.source_category,
        case
            when sourced.utm_medium is not null then sourced.utm_medium
            when sourced.utm_source is not null then '(not set)'
            when sourced.default_medium is not null then sourced.default_medium
            when sourced.source = '(direct)' then '(none)'
            when source_categories.source_category = 'search' then 'organic'
            else 'referral'
        end as medium

    from sourced

    left join source_categories
        on sourced.source = source_categories.source

),

matched as (

    select
        traffic.*,
        channel_rules.channel,
        row_number() over (
            partition by traffic.traffic_key
            order by channel_rules.rule_order nulls last
        ) as rule_rank

    from traffic

    left join {{ ref('channel_rules') }} as channel_rules
        on
            {{ rule_holds('traffic.source_category', 'channel_rules.source_category') }}
            and {{ rule_holds('traffic.source', 'channel_rules.source') }}
            and {{ rule_holds('traffic.medium', 'channel_rules.medium') }}
            and {{ rule_holds('traffic.campaign', 'channel_rules.campaign') }}
            and {{ rule_holds('traffic.click_id_type', 'channel_rules.click_id_type') }}

)

select
    traffic_key,
    source,
    medium,
    campaign,
    source_category,
    coalesce(channel, 'Unassigned') as channel

from matched

where rule_rank = 1
{%- endmacro %}


{#- The key that joins a row of `relation` to its classification. -#}
{% macro traffic_key(relation, absent=[]) -%}
    {%- set expressions = [] -%}
    {%- for column in traffic_columns() -%}
        {%- do expressions.append(traffic_value(relation, column, absent)) -%}
    {%- endfor -%}
    {{ surrogate_key(expressions) }}
{%- endmacro %}


{% macro traffic_columns() -%}
    {{ return(['utm_source', 'utm_medium', 'utm_campaign', 'click_id_type', 'referrer_domain']) }}
{%- endmacro %}


{#- Rules compare in lower case, as GA4 does; blank is missing. -#}
{% macro traffic_value(relation, column, absent) -%}
    {%- if column in absent -%}
        cast(null as string)
    {%- else -%}
        nullif(lower(trim({{ relation }}.{{ column }})), '')
    {%- endif -%}
{%- endmacro %}


{#- An empty pattern asks nothing; a pattern on a missing value fails. -#}
{% macro rule_holds(value, pattern) -%}
    ({{ pattern }} is null or coalesce({{ regex_match(value, pattern) }}, false))
{%- endmacro %}


{#- Whether a host is the domain or stands below it; a name without dots matches itself. -#}
{% macro is_within_domain(host, domain) -%}
    ({{ host }} = {{ domain }} or right({{ host }}, length({{ domain }}) + 1) = '.' || {{ domain }})
{%- endmacro %}
