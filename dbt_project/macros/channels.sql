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
-#}
{% macro classify_channels(relation, absent=[]) -%}
with

traffic as (

    {{ traffic_sources(relation, absent) }}

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


{#- An empty pattern asks nothing; a pattern on a missing value fails. -#}
{% macro rule_holds(value, pattern) -%}
    ({{ pattern }} is null or coalesce({{ regex_match(value, pattern) }}, false))
{%- endmacro %}
