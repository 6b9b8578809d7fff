{#-
A model that yields ties becomes the table of the components they form.

The model's columns:
- record_key, identifier_key: the two nodes of the tie; no key stands in both columns.
- strength: how far the tie is trusted; the weakest are cut first.
- tied_at: when it was first seen; of equally strong ties the older stands.
- exclusive_group: null, or a name shared by the identifiers of which one component holds one only.

The table's columns: node_key (every node of a tie), component (the smallest record_key in it) and
uncut_component (the same before conflicts were cut; null where nothing was, which is nearly always:
texts that repeat are dear to store). The order of the rows changes nothing.

touched_keys() of the model yields the record_keys whose ties may have changed, and narrowed() confines
it to the ties of records in `touched`.

Components come from randomised contraction; those that hold two identifiers of an exclusive group
are then built anew, strongest tie first. Both loops stop with an error at `max_rounds`.
-#}
{% materialization connected_components, default %}

    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set work = {
        'prefix': this.identifier ~ '__work_',
        'max_rounds': config.get('max_rounds', 200),
        'tables': [],
        'views': [],
    } -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}

    {%- set plan = plan_changes(existing_relation, compiled_code) -%}
    {%- if plan.mode == 'narrow' -%}
        {%- do touch_components() -%}
        {%- do weigh_narrowing(plan) -%}
    {%- endif -%}
    {%- if plan.mode != 'unchanged' -%}
        {%- if plan.mode == 'narrow' -%}
            {%- do store_work_table(work, 'ties', narrowed_sql(compiled_code)) -%}
        {%- else -%}
            {%- do name_work_view(work, 'ties', compiled_code) -%}
        {%- endif -%}
        {%- do build_components(work) -%}
    {%- endif -%}

    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- do store_rows(plan, existing_relation, named_components_sql(work)) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(this, model) -%}
    {{ adapter.commit() }}

    {%- if plan.mode in ('new', 'forgetful') -%}
        {%- do drop_leftover_relations() -%}
    {%- endif -%}
    {%- do drop_work_tables(work) -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [this.incorporate(type='table')]}) }}

{% endmaterialization %}


{#-
The components that hold a node of a tie that came, changed or went: table `touched_components`; and
all their nodes, old and new, instead of the records in `touched`. Conflicts are cut within the whole
that ties make, so a component is meant as it was before.
-#}
{% macro touch_components() -%}

    {%- do store_temporary('touched', touched_sql(compiled_code)) -%}

    {%- set components_sql -%}
        select distinct {{ whole_component() }} as whole_component

        from {{ this }}

        where
            node_key in (select record_key from touched)
            or node_key in (
                select identifier_key from ({{ narrowed_sql(compiled_code) }}) as touched_ties
            )
    {%- endset -%}
    {%- do store_temporary('touched_components', components_sql) -%}

    {%- set nodes_sql -%}
        select record_key from touched

        union

        select node_key as record_key

        from {{ this }}

        where {{ whole_component() }} in (select whole_component from touched_components)
    {%- endset -%}
    {%- do store_temporary('touched_nodes', nodes_sql) -%}
    {%- do store_temporary('touched', 'select * from touched_nodes') -%}

{%- endmacro %}


{#- The component of a stored node as ties make it, before conflicts were cut. -#}
{% macro whole_component() -%}
    {{ return('coalesce(uncut_component, component)') }}
{%- endmacro %}


{#-
Work tables beside `ties`, the rows of the model: `records` (record_key, node), `identifiers` (identifier_key, node: that of one of its
records, and how many it has), `components` (node, component, both numbers).

Identifiers need no number of their own: an identifier is where its records are, so that the graph
to contract joins records alone, and only where an identifier has several.
-#}
{% macro build_components(work) -%}

    {%- set records_sql -%}
        select
            record_key,
            {{ node_number('record_key') }} as node

        from (select distinct record_key from {{ work_table(work, 'ties') }}) as record_keys
    {%- endset -%}
    {%- do store_work_table(work, 'records', records_sql) -%}

    {%- set numbered_ties_sql -%}
        select
            records.node,
            ties.identifier_key

        from {{ work_table(work, 'ties') }} as ties

        inner join {{ work_table(work, 'records') }} as records
            on ties.record_key = records.record_key
    {%- endset -%}
    {%- do store_work_table(work, 'numbered_ties', numbered_ties_sql) -%}

    {%- set identifiers_sql -%}
        select
            identifier_key,
            min(node) as node,
            count(*) as records

        from {{ work_table(work, 'numbered_ties') }}

        group by identifier_key
    {%- endset -%}
    {%- do store_work_table(work, 'identifiers', identifiers_sql) -%}

    {%- set edges_sql -%}
        select
            ties.node as left_node,
            identifiers.node as right_node

        from {{ work_table(work, 'numbered_ties') }} as ties

        inner join {{ work_table(work, 'identifiers') }} as identifiers
            on ties.identifier_key = identifiers.identifier_key

        where identifiers.records > 1 and ties.node != identifiers.node
    {%- endset -%}
    {%- do store_work_table(work, 'edges', edges_sql) -%}
    {%- do drop_work_table(work, 'numbered_ties') -%}

    {#- Each record gives way to the least record that it shares an identifier with: people of a few
    records are done with that, and what is left to contract is little. -#}
    {%- set hooks_sql -%}
        select
            left_node as node,
            min(right_node) as component

        from {{ work_table(work, 'edges') }}

        group by left_node
    {%- endset -%}
    {%- do store_work_table(work, 'hooks', hooks_sql) -%}

    {%- set left_over_sql -%}
        select distinct
            lefts.component as left_node,
            coalesce(rights.component, edges.right_node) as right_node

        from {{ work_table(work, 'edges') }} as edges

        inner join {{ work_table(work, 'hooks') }} as lefts
            on edges.left_node = lefts.node

        left join {{ work_table(work, 'hooks') }} as rights
            on edges.right_node = rights.node

        where lefts.component != coalesce(rights.component, edges.right_node)
    {%- endset -%}
    {%- do store_work_table(work, 'left_over', left_over_sql) -%}
    {%- do drop_work_table(work, 'edges') -%}

    {%- do contract(
        work, 'contracted', 'select left_node, right_node from ' ~ work_table(work, 'left_over')
    ) -%}

    {%- set components_sql -%}
        select
            records.node,
            coalesce(contracted.component, hooks.component, records.node) as component

        from {{ work_table(work, 'records') }} as records

        left join {{ work_table(work, 'hooks') }} as hooks
            on records.node = hooks.node

        left join {{ work_table(work, 'contracted') }} as contracted
            on coalesce(hooks.component, records.node) = contracted.node
    {%- endset -%}
    {%- do store_work_table(work, 'components', components_sql) -%}

    {%- do separate_exclusive(work) -%}

{%- endmacro %}


{#- Components under the smallest record they hold, which no numbering can change. -#}
{% macro named_components_sql(work) -%}
    with

    records as (

        select
            records.record_key,
            coalesce(clusters.cluster, components.component) as component,
            case when clusters.cluster is not null then components.component end as uncut_component

        from {{ work_table(work, 'records') }} as records

        inner join {{ work_table(work, 'components') }} as components
            on records.node = components.node

        left join {{ work_table(work, 'clusters') }} as clusters
            on records.node = clusters.node

    ),

    identifiers as (

        select
            identifiers.identifier_key,
            coalesce(clusters.cluster, components.component) as component,
            case when clusters.cluster is not null then components.component end as uncut_component

        from {{ work_table(work, 'identifiers') }} as identifiers

        inner join {{ work_table(work, 'components') }} as components
            on identifiers.node = components.node

        left join {{ work_table(work, 'contested_identifiers') }} as contested
            on identifiers.identifier_key = contested.identifier_key

        left join {{ work_table(work, 'clusters') }} as clusters
            on contested.node = clusters.node

    ),

    names as (

        select
            component,
            min(record_key) as name

        from records

        group by component

    ),

    uncut_names as (

        select
            uncut_component,
            min(record_key) as name

        from records

        where uncut_component is not null

        group by uncut_component

    )

    select
        records.record_key as node_key,
        names.name as component,
        nullif(uncut_names.name, names.name) as uncut_component

    from records

    inner join names
        on records.component = names.component

    left join uncut_names
        on records.uncut_component = uncut_names.uncut_component

    union all

    -- An identifier from which every tie was cut stands for itself.
    select
        identifiers.identifier_key as node_key,
        coalesce(names.name, identifiers.identifier_key) as component,
        nullif(
            uncut_names.name, coalesce(names.name, identifiers.identifier_key)
        ) as uncut_component

    from identifiers

    left join names
        on identifiers.component = names.component

    left join uncut_names
        on identifiers.uncut_component = uncut_names.uncut_component
{%- endmacro %}
