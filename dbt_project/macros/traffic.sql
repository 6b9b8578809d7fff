{#-
How the visits of a relation came to us, one row per distinct combination: traffic_key, source,
medium, campaign, click_id_type, source_category.

- source: the UTM source, else the click id's platform, else the referring domain, else (direct).
  Referrers listed in `internal_domains` (our own, payment pages) are no referrers.
- medium: the UTM medium, else, where no UTM source is given, the click id's medium (cpc for
  gclid), organic or referral by the referrer, and (none) for direct.
-#}
{% macro traffic_sources(relation, absent=[]) -%}
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

)

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
