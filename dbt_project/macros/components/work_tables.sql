{#-
Tables that live no longer than a materialization: temporary where the engine keeps such tables,
else ordinary ones beside the model. `work` holds their prefix and the names still standing.
-#}
{% macro work_table(work, name) -%}
    {{ return(adapter.dispatch('work_table', 'omnimart')(work, name)) }}
{%- endmacro %}

{% macro duckdb__work_table(work, name) -%}
    {{ return(adapter.quote(work.prefix ~ name)) }}
{%- endmacro %}

{% macro spark__work_table(work, name) -%}
    {{ return(this.schema ~ '.' ~ work.prefix ~ name) }}
{%- endmacro %}


{#- Replace a work table by the rows of a query. -#}
{% macro store_work_table(work, name, sql) -%}
    {%- do replace_work_table(work_table(work, name), sql) -%}
    {%- if name not in work.tables -%}
        {%- do work.tables.append(name) -%}
    {%- endif -%}
{%- endmacro %}


{% macro replace_work_table(table, sql) -%}
    {{ return(adapter.dispatch('replace_work_table', 'omnimart')(table, sql)) }}
{%- endmacro %}

{% macro duckdb__replace_work_table(table, sql) -%}
    {%- do run_query('create or replace temp table ' ~ table ~ ' as ' ~ sql) -%}
{%- endmacro %}

{% macro spark__replace_work_table(table, sql) -%}
    {%- do run_query('drop table if exists ' ~ table) -%}
    {%- do run_query('create table ' ~ table ~ ' using parquet as ' ~ sql) -%}
{%- endmacro %}


{#- Give a query the name of a work table, without storing its rows. -#}
{% macro name_work_view(work, name, sql) -%}
    {%- do run_query('drop view if exists ' ~ work_table(work, name)) -%}
    {%- do run_query(create_work_view(work_table(work, name), sql)) -%}
    {%- do work.views.append(name) -%}
{%- endmacro %}


{% macro create_work_view(view, sql) -%}
    {{ adapter.dispatch('create_work_view', 'omnimart')(view, sql) }}
{%- endmacro %}

{% macro duckdb__create_work_view(view, sql) -%}
    create temp view {{ view }} as {{ sql }}
{%- endmacro %}

{% macro spark__create_work_view(view, sql) -%}
    create view {{ view }} as {{ sql }}
{%- endmacro %}


{#- Put a work table in the place of another. -#}
{% macro move_work_table(work, name, new_name) -%}
    {%- do store_work_table(work, new_name, 'select * from ' ~ work_table(work, name)) -%}
    {%- do drop_work_table(work, name) -%}
{%- endmacro %}


{% macro drop_work_table(work, name) -%}
    {%- do run_query('drop table if exists ' ~ work_table(work, name)) -%}
    {%- do work.tables.remove(name) -%}
{%- endmacro %}


{% macro drop_work_tables(work) -%}
    {%- for name in work.tables | list -%}
        {%- do drop_work_table(work, name) -%}
    {%- endfor -%}
    {%- for name in work.views -%}
        {%- do run_query('drop view if exists ' ~ work_table(work, name)) -%}
    {%- endfor -%}
{%- endmacro %}


{% macro work_table_has_rows(work, name) -%}
    {%- set rows = run_query('select 1 as found from ' ~ work_table(work, name) ~ ' limit 1') -%}
    {{ return(rows.rows | length > 0) }}
{%- endmacro %}


{#- A number for each row, unique and otherwise free. -#}
{% macro node_number(key) -%}
    {{ adapter.dispatch('node_number', 'omnimart')(key) }}
{%- endmacro %}

{% macro duckdb__node_number(key) -%}
    row_number() over ()
{%- endmacro %}

{% macro spark__node_number(key) -%}
    monotonically_increasing_id()
{%- endmacro %}


{#- A pseudo-random order of nodes, another in each round. -#}
{% macro node_hash(node, round) -%}
    {{ adapter.dispatch('node_hash', 'omnimart')(node, round) }}
{%- endmacro %}

{% macro duckdb__node_hash(node, round) -%}
    hash({{ node }}, {{ round }})
{%- endmacro %}

{% macro spark__node_hash(node, round) -%}
    xxhash64({{ node }}, {{ round }})
{%- endmacro %}
