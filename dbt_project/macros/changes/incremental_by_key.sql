{#-
A table that a run brings up to date where its inputs changed, and that equals the query of all.

Config:
- row_key: the columns whose rows are replaced together.
- logged: the columns of changed rows, as they were and as they are, that readers are told; row_key if unset.
- replaced: which rows a run may replace, in terms of the table `touched`; by default those of its keys.
- sliced_with: the input by whose rows a query of everything is cut into slices (see `sliced`); none if unset.
- touched_per_slice: how many touched keys a slice of a narrowed query of such a model has; rows_per_slice if unset.

A model without touched_keys() is computed in full, and tells its readers what differs.
-#}
{% materialization incremental_by_key, default %}

    {%- set existing_relation = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}

    {%- set plan = plan_changes(existing_relation, compiled_code) -%}
    {%- if plan.mode == 'narrow' -%}
        {%- do store_temporary('touched', touched_sql(compiled_code)) -%}
        {%- do weigh_narrowing(plan) -%}
    {%- endif -%}
    {%- set rows_sql = narrowed_sql(compiled_code) if plan.mode == 'narrow' else compiled_code -%}

    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- do store_rows(plan, existing_relation, rows_sql) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(this, model) -%}
    {{ adapter.commit() }}

    {%- if plan.mode in ('new', 'forgetful') -%}
        {%- do drop_leftover_relations() -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [this.incorporate(type='table')]}) }}

{% endmaterialization %}


{#-
Write the rows of a query, what changed and how far the inputs were read, in one transaction: what is
killed before its end has changed nothing, and is done again.
-#}
{% macro store_rows(plan, existing_relation, rows_sql) -%}

    {%- do drop_leftover_relations() -%}
    {%- if plan.mode == 'unchanged' -%}
        {%- call statement('main') -%}
            {{ store_state_sql(plan) }}
        {%- endcall -%}
    {%- elif plan.mode in ('narrow', 'compared') -%}
        {%- set old_rows = 'old_rows' if plan.mode == 'narrow' else this -%}
        {%- if plan.mode == 'narrow' -%}
            {%- do store_temporary('old_rows', 'select * from ' ~ this ~ ' where ' ~ replaced_rows()) -%}
        {%- endif -%}
        {%- set queries = slices_of(rows_sql, plan.touched) -%}
        {%- do store_temporary('new_rows', queries[0]) -%}
        {%- for query in queries[1:] -%}
            {%- do run_query('insert into new_rows ' ~ query) -%}
        {%- endfor -%}
        {%- do store_changed_keys(plan, old_rows, 'new_rows') -%}
        {%- call statement('main') -%}
            {{ log_changes_sql(plan, old_rows, 'new_rows') }}
            {{ replace_changed_rows_sql() }}
            {{ store_state_sql(plan) }}
        {%- endcall -%}
        {%- do drop_temporary(['touched', 'touched_components', 'touched_nodes', 'old_rows', 'new_rows', 'changed_numbers', 'changed_keys']) -%}
    {%- else -%}
        {%- set new_relation = make_intermediate_relation(this.incorporate(type='table')) -%}
        {%- set queries = slices_of(rows_sql) if plan.mode == 'new' else [rows_sql] -%}
        {%- call statement('main') -%}
            {{ create_table_as(False, new_relation, queries[0]) }}
        {%- endcall -%}
        {%- for query in queries[1:] -%}
            {%- do run_query('insert into ' ~ new_relation ~ ' ' ~ query) -%}
        {%- endfor -%}
        {%- if plan.mode == 'new' -%}
            {%- do run_query(log_changes_sql(plan, none, new_relation) ~ store_state_sql(plan)) -%}
        {%- endif -%}
        {%- if existing_relation is not none -%}
            {%- set backup_relation = make_backup_relation(this, existing_relation.type) -%}
            {{ adapter.rename_relation(existing_relation, backup_relation) }}
        {%- endif -%}
        {{ adapter.rename_relation(new_relation, this.incorporate(type='table')) }}
    {%- endif -%}

{%- endmacro %}


{#-
Without news there is nothing to do; where news touches much, to compute everything and compare is
cheaper than to look for it.
-#}
{% macro weigh_narrowing(plan) -%}
    {%- set counts = ['(select count(*) from ' ~ this ~ ')'] -%}
    {%- for name in plan.inputs -%}
        {%- do counts.append('(select count(*) from ' ~ ref(name) ~ ')') -%}
    {%- endfor -%}
    {%- set touched, most = run_query(
        'select (select count(*) from touched), greatest(' ~ counts | join(', ') ~ ')'
    ).rows[0] -%}
    {%- if touched == 0 -%}
        {%- do plan.update({'mode': 'unchanged'}) -%}
    {%- elif touched * 4 > most -%}
        {%- do plan.update({'mode': 'compared'}) -%}
    {%- else -%}
        {%- do plan.update({'touched': touched}) -%}
    {%- endif -%}
{%- endmacro %}


{#- The columns whose rows are replaced together. -#}
{% macro row_key() -%}
    {{ return(config.get('row_key') or ['node_key']) }}
{%- endmacro %}


{#- The condition of the rows that a narrow run may replace. -#}
{% macro replaced_rows() -%}
    {%- set keys = row_key() | join(', ') -%}
    {%- if config.get('materialized') == 'connected_components' -%}
        {{ return(whole_component() ~ ' in (select whole_component from touched_components)') }}
    {%- endif -%}
    {{ return(config.get('replaced') or '(' ~ keys ~ ') in (select ' ~ keys ~ ' from touched)') }}
{%- endmacro %}


{#-
Temporary table `changed_keys`: the keys whose rows are not the same in both tables. Texts are dear to
group by, so rows are summed by numbers made of their keys; keys that share one change together.
-#}
{% macro store_changed_keys(plan, old_rows, new_rows) -%}
    {%- set keys = row_key() | join(', ') -%}
    {%- set numbers_sql -%}
        select key_number
        from (
            select hash({{ keys }}) as key_number, cast(hash(old_row) as hugeint) as fingerprint, 1 as side
            from {{ old_rows }} as old_row
            union all
            select hash({{ keys }}) as key_number, -cast(hash(new_row) as hugeint) as fingerprint, -1 as side
            from {{ new_rows }} as new_row
        ) as both_sides
        group by key_number
        having sum(fingerprint) != 0 or sum(side) != 0
    {%- endset -%}
    {%- do store_temporary('changed_numbers', numbers_sql) -%}
    {%- set changed_sql -%}
        {%- for rows in (old_rows, new_rows) %}
        select {{ keys }} from {{ rows }}
        where hash({{ keys }}) in (select key_number from changed_numbers)
        {{ 'union' if loop.first }}
        {%- endfor %}
    {%- endset -%}
    {%- do store_temporary('changed_keys', changed_sql) -%}
    {%- do plan.update({'has_changes': run_query('select 1 from changed_keys limit 1').rows | length > 0}) -%}
{%- endmacro %}


{% macro replace_changed_rows_sql() -%}
    {%- set keys = row_key() | join(', ') -%}
    delete from {{ this }} where ({{ keys }}) in (select {{ keys }} from changed_keys);
    insert into {{ this }}
    select * from new_rows where ({{ keys }}) in (select {{ keys }} from changed_keys);
{%- endmacro %}


{% macro store_temporary(name, sql) -%}
    {%- do run_query('create or replace temp table ' ~ name ~ ' as ' ~ sql) -%}
{%- endmacro %}


{% macro drop_temporary(names) -%}
    {%- do run_query('drop table if exists temp.' ~ names | join('; drop table if exists temp.')) -%}
{%- endmacro %}


{% macro drop_leftover_relations() -%}
    {%- set table = this.incorporate(type='table') -%}
    {{ drop_relation_if_exists(make_intermediate_relation(table)) }}
    {{ drop_relation_if_exists(make_backup_relation(table, 'table')) }}
{%- endmacro %}
