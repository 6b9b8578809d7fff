{#- The attribution models that are computed, as the var attribution_models lists them. -#}
{% macro attribution_models() -%}
    {%- set known = [
        'first_touch', 'last_touch', 'first_non_direct', 'last_non_direct', 'last_paid', 'linear',
        'time_decay', 'position_based', 'w_shaped', 'custom', 'markov', 'shapley', 'leave_one_out',
    ] -%}
    {%- for model in var('attribution_models') if model not in known -%}
        {{ exceptions.raise_compiler_error(
            'attribution_models: ' ~ model ~ ' is none of ' ~ known | join(', ') ~ '.'
        ) }}
    {%- endfor -%}
    {{ return(var('attribution_models')) }}
{%- endmacro %}

{#- Those of them that need to know what each channel effects over all journeys. -#}
{% macro data_driven_models() -%}
    {%- set known = ['markov', 'shapley', 'leave_one_out'] -%}
    {{ return(attribution_models() | select('in', known) | list) }}
{%- endmacro %}


{#- The days before a conversion in which a touch may earn credit. -#}
{% macro lookback_days(conversion_type, channel, interaction) -%}
    {%- set places = {
        'conversion_type': conversion_type, 'channel': channel, 'interaction': interaction
    } -%}
    {%- for rule in var('lookback_rules') %}
    case
        when {{ rule_parts_hold(rule, places, also=['days']) }}
            then {{ rule.days }}
        else
    {%- endfor %}
            {{ var('lookback_days') }}
    {%- for rule in var('lookback_rules') %}
    end
    {%- endfor %}
{%- endmacro %}

{% macro longest_lookback_days() -%}
    {%- set others = var('lookback_rules') | map(attribute='days') | list -%}
    {{ return(([var('lookback_days')] + others) | max) }}
{%- endmacro %}


{#- Whether the parts that a rule of a var names have its values: `places` maps parts to columns. -#}
{% macro rule_parts_hold(rule, places, also=[]) -%}
    {%- for part in rule if part not in places and part not in also -%}
        {{ exceptions.raise_compiler_error(
            part ~ ' is no part of a rule ' ~ rule ~ ': ' ~ places.keys() | join(', ') ~ '.'
        ) }}
    {%- endfor -%}
    true
    {%- for part, column in places.items() if rule[part] is not none and part in rule %}
    and {{ column }} = '{{ rule[part] | replace("'", "''") }}'
    {%- endfor %}
{%- endmacro %}

{#- Whether a channel, in whichever letters, is what the var direct_channels calls direct. -#}
{% macro is_direct(channel) -%}
    lower(trim({{ channel }})) in (
        {%- for name in var('direct_channels') %}'{{ name | lower | replace("'", "''") }}'
        {{- ', ' if not loop.last }}{% endfor -%}
    )
{%- endmacro %}

{#- Whether the var ignored_touches leaves a touch out, though it is one. -#}
{% macro is_ignored_touch(touches) -%}
    {%- set places = dict() -%}
    {%- for part in ['interaction', 'channel', 'campaign', 'source'] -%}
        {%- do places.update({part: touches ~ '.' ~ part}) -%}
    {%- endfor -%}
    {%- for rule in var('ignored_touches') %}
    {{ 'or ' if not loop.first }}coalesce({{ rule_parts_hold(rule, places) }}, false)
    {%- else %}
    false
    {%- endfor %}
{%- endmacro %}


{#- Whether paths are other than the touches of their look-back. -#}
{% macro paths_are_changed() -%}
    {{ return(var('lookback_touches') > 0 or var('path_transforms') | length > 0) }}
{%- endmacro %}

{#-
The CTEs that cut every path to its last touches and transform it, as the vars lookback_touches and
path_transforms say; the last of them is changed_paths. `paths` is a CTE with a row per touch, in each
`journey` in the order `order_by`; touches are of one channel where `channel` is the same, and the
channel's name is `channel_name`.
-#}
{% macro changed_paths(paths, journey, order_by, channel, channel_name) -%}
{%- set whole = 'over (partition by ' ~ journey ~ ')' -%}
{%- set in_order = 'over (partition by ' ~ journey ~ ' order by path_step)' -%}
numbered_paths as (

    select
        *,
        row_number() over (partition by {{ journey }} order by {{ order_by }}) as path_step,
        count(*) {{ whole }} as path_steps

    from {{ paths }}

),

path_change_0 as (

    select *

    from numbered_paths
    {%- if var('lookback_touches') > 0 %}

    where path_step > path_steps - {{ var('lookback_touches') }}
    {%- endif %}

),
{%- for transform in var('path_transforms') %}
{%- set kind = (transform.keys() | first) if transform is mapping else transform %}
{%- set dropped = "'" ~ (transform[kind] | replace("'", "''")) ~ "'" if transform is mapping %}

path_judgement_{{ loop.index }} as (

    select
        *,
        {%- if kind == 'collapse' and transform is not mapping %}
        {{ channel }} is distinct from lead({{ channel }}) {{ in_order }} as stays_{{ loop.index }}
        {%- elif kind == 'first_occurrence' and transform is not mapping %}
        row_number() over (partition by {{ journey }}, {{ channel }} order by path_step) = 1 as stays_{{ loop.index }}
        {%- elif kind == 'drop' and transform is mapping %}
        {{ channel_name }} != {{ dropped }}
        or count(case when {{ channel_name }} != {{ dropped }} then 1 end) {{ whole }} = 0 as stays_{{ loop.index }}
        {%- elif kind == 'drop_at_end' and transform is mapping %}
        path_step <= coalesce(
            max(case when {{ channel_name }} != {{ dropped }} then path_step end) {{ whole }}, path_step
        ) as stays_{{ loop.index }}
        {%- else %}
        {{ exceptions.raise_compiler_error(
            'path_transforms: ' ~ transform ~ ' is none of collapse, first_occurrence, '
            ~ '{drop: <channel>}, {drop_at_end: <channel>}.'
        ) }}
        {%- endif %}

    from path_change_{{ loop.index0 }}

),

path_change_{{ loop.index }} as (

    select *

    from path_judgement_{{ loop.index }}

    where stays_{{ loop.index }}

),
{%- endfor %}

changed_paths as (

    select *

    from path_change_{{ var('path_transforms') | length }}

),
{%- endmacro %}


{#-
Whether a journey counts for a kind of conversion: it reached just that, or it is an open one of
somebody who got less far down the funnel.
-#}
{% macro counts_for(conversion_type, journeys) -%}
    case
        when {{ journeys }}.conversion_type is not null
            then {{ journeys }}.conversion_type = {{ conversion_type }}
        else {{ journeys }}.reached < {{ funnel_depth(conversion_type) }}
    end
{%- endmacro %}

{% macro funnel_depth(conversion_type) -%}
    case {{ conversion_type }}
        {%- for name, depth in var('conversion_types').items() %}
        when '{{ name }}' then {{ depth }}
        {%- endfor %}
    end
{%- endmacro %}


{#- Where on its path a touch stands, as the seed attribution_weights calls it. -#}
{% macro place_on_path() -%}
    case
        when path_length = 1 then 'only'
        when position = 1 then 'first'
        when position = path_length then 'last'
        else 'middle'
    end
{%- endmacro %}


{#- Platforms and links spell one campaign differently: case, blanks, hyphens, underscores. -#}
{% macro campaign_spelling(campaign) -%}
    {{ regex_replace_all('lower(trim(' ~ campaign ~ '))', "'[ _+-]+'", "'-'") }}
{%- endmacro %}


{#-
One of 256 groups of journeys. Journeys of one customer stay together where journeys are drawn anew
to see how sure a share is; by what they did, not by their customer_id, which depends on the order
in which history arrived.
-#}
{% macro journey_group(deed) -%}
    cast(abs({{ hashed_number(deed) }} % 256) as smallint)
{%- endmacro %}
