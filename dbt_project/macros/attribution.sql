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
{% macro lookback_days(conversion_type, channel) -%}
    {%- for rule in var('lookback_rules') %}
    case
        when
            true
            {%- if rule.conversion_type %}
            and {{ conversion_type }} = '{{ rule.conversion_type }}'
            {%- endif %}
            {%- if rule.channel %}
            and {{ channel }} = '{{ rule.channel }}'
            {%- endif %}
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
