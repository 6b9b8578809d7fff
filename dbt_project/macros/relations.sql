{#-
The same explicit columns of each model, one below the other. `columns` are names, or expressions
that every one of the models can evaluate.
-#}
{% macro union_all_columns(models, columns) -%}
    {%- for model in models %}
    select
        {{ columns | join(',\n        ') }}
    from {{ model }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- `<system>`, or `<system>:<account>` where the raw row names its account. -#}
{% macro source_name(system) -%}
    '{{ system }}' || coalesce(':' || _account, '')
{%- endmacro %}
