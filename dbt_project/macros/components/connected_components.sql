{#-
A model that yields ties becomes the table of the components they form.

The model's columns:
- record_key, identifier_key: the two nodes of the tie; no key stands in both columns.
- strength: how far the tie is trusted; the weakest are cut first.
- tied_at: when it was first seen; of equally strong ties the older stands.
- exclusive_group: null, or a name shared by the identifiers of which one component holds one only.

The table's columns: node_key (every node of a tie) and component (the smallest node_key in it).
The order of the rows changes nothing.

Components come from randomised contraction; those that hold two identifiers of an exclusive group
are then built anew, strongest tie first. Both loops stop with an error at `max_rounds`.
-#}
{% materialization connected_components, default %}

    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set new_relation = make_intermediate_relation(target_relation) -%}
    {%- set backup_type = 'table' if existing_relation is none else existing_relation.type -%}
    {%- set backup_relation = make_backup_relation(target_relation, backup_type) -%}
    {%- set work = {
        'prefix': this.identifier ~ '__work_',
        'max_rounds': config.get('max_rounds', 200),
        'tables': [],
    } -%}

    {{ drop_relation_if_exists(load_cached_relation(new_relation)) }}
    {{ drop_relation_if_exists(load_cached_relation(backup_relation)) }}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}

    {%- do build_components(work, compiled_code) -%}

    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% call statement('main') -%}
        {{ create_table_as(False, new_relation, named_components_sql(work)) }}
    {%- endcall %}

    {%- if existing_relation is not none -%}
        {{ adapter.rename_relation(existing_relation, backup_relation) }}
    {%- endif -%}
    {{ adapter.rename_relation(new_relation, target_relation) }}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}

    {{ drop_relation_if_exists(backup_relation) }}
    {%- do drop_work_tables(work) -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}


{#- Work tables: `nodes` (node_key, node) and `components` (node, component, both numbers). -#}
{% macro build_components(work, ties_sql) -%}

    {%- do store_work_table(work, 'ties', ties_sql) -%}

    {%- set nodes_sql -%}
        select
            node_key,
            {{ node_number('node_key') }} as node

        from (
            select record_key as node_key from {{ work_table(work, 'ties') }}
            union
            select identifier_key as node_key from {{ work_table(work, 'ties') }}
        ) as node_keys
    {%- endset -%}
    {%- do store_work_table(work, 'nodes', nodes_sql) -%}

    {%- set numbered_ties_sql -%}
        select
            records.node as record_node,
            identifiers.node as identifier_node,
            ties.exclusive_group,
            ties.strength,
            ties.tied_at,
            ties.record_key,
            ties.identifier_key

        from {{ work_table(work, 'ties') }} as ties

        inner join {{ work_table(work, 'nodes') }} as records
            on ties.record_key = records.node_key

        inner join {{ work_table(work, 'nodes') }} as identifiers
            on ties.identifier_key = identifiers.node_key
    {%- endset -%}
    {%- do store_work_table(work, 'numbered_ties', numbered_ties_sql) -%}

    {%- do contract(
        work,
        'components',
        'select record_node as left_node, identifier_node as right_node from '
        ~ work_table(work, 'numbered_ties')
    ) -%}

    {%- do separate_exclusive(work) -%}

{%- endmacro %}


{#- Components under the smallest key they hold, which no numbering can change. -#}
{% macro named_components_sql(work) -%}
    select
        nodes.node_key,
        min(nodes.node_key) over (partition by components.component) as component

    from {{ work_table(work, 'nodes') }} as nodes

    inner join {{ work_table(work, 'components') }} as components
        on nodes.node = components.node
{%- endmacro %}
