{#-
dbt's own, less the copy of the statement that it writes for each seed. It writes it below the
target folder under the seed's path, and when OMNIMART_SEEDS is an absolute path, over the seed.
-#}
{% macro noop_statement(name=none, message=none, code=none, rows_affected=none, res=none) -%}
    {%- set sql = caller() -%}

    {%- if name is not none -%}
        {{ store_raw_result(
            name, message=message, code=code, rows_affected=rows_affected, agate_table=res
        ) }}
    {%- endif -%}
{%- endmacro %}
