{#- Whether the text contains a match of the pattern: a boolean, null when either is null. -#}
{% macro regex_match(text, pattern) -%}
    {{ adapter.dispatch('regex_match', 'omnimart')(text, pattern) }}
{%- endmacro %}

{% macro duckdb__regex_match(text, pattern) -%}
    regexp_matches({{ text }}, {{ pattern }})
{%- endmacro %}

{% macro spark__regex_match(text, pattern) -%}
    regexp_like({{ text }}, {{ pattern }})
{%- endmacro %}


{#- The same for a pattern that stands in a column. -#}
{% macro regex_match_column(text, pattern) -%}
    {{ adapter.dispatch('regex_match_column', 'omnimart')(text, pattern) }}
{%- endmacro %}

{% macro duckdb__regex_match_column(text, pattern) -%}
    matches_pattern({{ text }}, {{ pattern }})
{%- endmacro %}

{% macro spark__regex_match_column(text, pattern) -%}
    regexp_like({{ text }}, {{ pattern }})
{%- endmacro %}


{#- Every match of the pattern replaced. -#}
{% macro regex_replace_all(text, pattern, replacement="''") -%}
    {{ adapter.dispatch('regex_replace_all', 'omnimart')(text, pattern, replacement) }}
{%- endmacro %}

{% macro duckdb__regex_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ pattern }}, {{ replacement }}, 'g')
{%- endmacro %}

{% macro spark__regex_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ pattern }}, {{ replacement }})
{%- endmacro %}


{#- The first match's first group, null when nothing matches. -#}
{% macro regex_extract(text, pattern) -%}
    nullif(regexp_extract({{ text }}, {{ pattern }}, 1), '')
{%- endmacro %}
