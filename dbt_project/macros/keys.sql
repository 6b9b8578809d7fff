{#- A stable key of several values: md5 of their texts. A null differs from an empty text. -#}
{% macro surrogate_key(expressions) -%}
    md5(
        {%- for expression in expressions %}
        coalesce(cast({{ expression }} as string), '~null~'){{ " || '|' ||" if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- A hash that only the holder of the identity key can recompute; null stays null. -#}
{% macro keyed_hash(expression) -%}
    {{ sha256_hex(identity_key() ~ ' || ' ~ expression) }}
{%- endmacro %}
