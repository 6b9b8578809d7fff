{#-
Build anew the components that hold two identifiers of one exclusive group, so that none does.

The outcome is that of taking their ties one by one, the strongest first, and refusing each that
would bring two such identifiers together: what is refused is always the weakest tie between them.
It is reached in rounds. In each, a cluster joins along its best tie not yet refused if it holds no
exclusive identifier itself (then nothing can speak against it), or if that tie is the best of the
other cluster too (then nothing can come before it). A tie between two clusters that hold
identifiers of the same group is refused for good, since clusters only grow.
-#}
{% macro separate_exclusive(work) -%}

    {%- set conflicts_sql -%}
        select distinct components.component

        from (
            select distinct identifier_key, exclusive_group
            from {{ work_table(work, 'ties') }}
            where exclusive_group is not null
        ) as exclusive

        inner join {{ work_table(work, 'identifiers') }} as identifiers
            on exclusive.identifier_key = identifiers.identifier_key

        inner join {{ work_table(work, 'components') }} as components
            on identifiers.node = components.node

        group by components.component, exclusive.exclusive_group

        having count(*) > 1
    {%- endset -%}
    {%- do store_work_table(work, 'conflicts', conflicts_sql) -%}
    {%- do start_clusters(work) -%}

    {%- if work_table_has_rows(work, 'conflicts') -%}
        {%- for round in range(1, work.max_rounds + 1) -%}
            {%- do propose_merges(work) -%}
            {%- if not work_table_has_rows(work, 'proposals') -%}
                {%- break -%}
            {%- endif -%}
            {%- do contract(
                work,
                'merges',
                'select cluster as left_node, neighbour as right_node from '
                ~ work_table(work, 'proposals')
            ) -%}
            {%- do apply_merges(work) -%}
        {%- endfor -%}
        {%- if work_table_has_rows(work, 'proposals') -%}
            {{ exceptions.raise_compiler_error(
                'Conflicts are not resolved after ' ~ work.max_rounds ~ ' rounds in ' ~ this
                ~ ': raise its config max_rounds.'
            ) }}
        {%- endif -%}
    {%- endif -%}

{%- endmacro %}


{#-
Work tables of the conflicting components: `contested_identifiers` (identifier_key, node: numbers of
their own, below zero), `clusters` (node, cluster), `claims` (cluster, exclusive_group) and the ranked
ties between clusters, `contested`.
-#}
{% macro start_clusters(work) -%}

    {%- set identifiers_sql -%}
        select
            identifiers.identifier_key,
            -1 - {{ node_number('identifiers.identifier_key') }} as node

        from {{ work_table(work, 'identifiers') }} as identifiers

        inner join {{ work_table(work, 'components') }} as components
            on identifiers.node = components.node

        inner join {{ work_table(work, 'conflicts') }} as conflicts
            on components.component = conflicts.component
    {%- endset -%}
    {%- do store_work_table(work, 'contested_identifiers', identifiers_sql) -%}

    {%- set contested_sql -%}
        select
            records.node as cluster,
            identifiers.node as neighbour,
            row_number() over (
                order by
                    ties.strength desc,
                    ties.tied_at nulls last,
                    ties.record_key,
                    ties.identifier_key
            ) as tie_rank

        from {{ work_table(work, 'ties') }} as ties

        inner join {{ work_table(work, 'contested_identifiers') }} as identifiers
            on ties.identifier_key = identifiers.identifier_key

        inner join {{ work_table(work, 'records') }} as records
            on ties.record_key = records.record_key
    {%- endset -%}
    {%- do store_work_table(work, 'contested', contested_sql) -%}

    {%- set clusters_sql -%}
        select cluster as node, cluster from {{ work_table(work, 'contested') }}
        union
        select neighbour as node, neighbour as cluster from {{ work_table(work, 'contested') }}
    {%- endset -%}
    {%- do store_work_table(work, 'clusters', clusters_sql) -%}

    {%- set claims_sql -%}
        select distinct
            identifiers.node as cluster,
            ties.exclusive_group

        from {{ work_table(work, 'ties') }} as ties

        inner join {{ work_table(work, 'contested_identifiers') }} as identifiers
            on ties.identifier_key = identifiers.identifier_key

        where ties.exclusive_group is not null
    {%- endset -%}
    {%- do store_work_table(work, 'claims', claims_sql) -%}

{%- endmacro %}
