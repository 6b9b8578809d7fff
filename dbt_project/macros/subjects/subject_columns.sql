{#-
The select list of a subject: every column in order, as `expressions` (column: SQL) has it, and a
typed null where a system does not say it.
-#}
{% macro subject_columns(types, expressions) -%}
    {%- for name in expressions if name not in types -%}
        {{ exceptions.raise_compiler_error("the subject has no column " ~ name) }}
    {%- endfor -%}
    select
        {%- for name, type in types.items() %}
        {% if name not in expressions -%}
            cast(null as {{ type }}) as {{ name }}
        {%- elif expressions[name] == name -%}
            {{ name }}
        {%- else -%}
            {{ expressions[name] }} as {{ name }}
        {%- endif -%}
        {{ ',' if not loop.last }}
        {%- endfor %}
{%- endmacro %}
