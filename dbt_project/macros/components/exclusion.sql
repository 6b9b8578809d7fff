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

        from {{ work_table(work, 'numbered_ties') }} as ties

        inner join {{ work_table(work, 'components') }} as components
            on ties.identifier_node = components.node

        where ties.exclusive_group is not null

        group by components.component, ties.exclusive_group

        having count(distinct ties.identifier_node) > 1
    {%- endset -%}
    {%- do store_work_table(work, 'conflicts', conflicts_sql) -%}

    {%- if work_table_has_rows(work, 'conflicts') -%}
        {%- do start_clusters(work) -%}
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
        {%- do replace_conflicting_components(work) -%}
    {%- endif -%}

{%- endmacro %}


{#- Work tables: `clusters` (node, cluster) and the ranked ties between them, `contested`. -#}
{% macro start_clusters(work) -%}

    {%- set contested_sql -%}
        select
            ties.record_node as cluster,
            ties.identifier_node as neighbour,
            row_number() over (
                order by
                    ties.strength desc,
                    ties.tied_at nulls last,
                    ties.record_key,
                    ties.identifier_key
            ) as tie_rank

        from {{ work_table(work, 'numbered_ties') }} as ties

        inner join {{ work_table(work, 'components') }} as components
            on ties.record_node = components.node

        inner join {{ work_table(work, 'conflicts') }} as conflicts
            on components.component = conflicts.component
    {%- endset -%}
    {%- do store_work_table(work, 'contested', contested_sql) -%}

    {%- set clusters_sql -%}
        select
            components.node,
            components.node as cluster

        from {{ work_table(work, 'components') }} as components

        inner join {{ work_table(work, 'conflicts') }} as conflicts
            on components.component = conflicts.component
    {%- endset -%}
    {%- do store_work_table(work, 'clusters', clusters_sql) -%}

    {%- set claims_sql -%}
        select distinct
            ties.identifier_node as cluster,
            ties.exclusive_group

        from {{ work_table(work, 'numbered_ties') }} as ties

        inner join {{ work_table(work, 'clusters') }} as clusters
            on ties.identifier_node = clusters.node

        where ties.exclusive_group is not null
    {%- endset -%}
    {%- do store_work_table(work, 'claims', claims_sql) -%}

{%- endmacro %}


{#- Put the clusters in the place of the conflicting components. -#}
{% macro replace_conflicting_components(work) -%}

    {%- set separated_sql -%}
        select
            components.node,
            coalesce(clusters.cluster, components.component) as component

        from {{ work_table(work, 'components') }} as components

        left join {{ work_table(work, 'clusters') }} as clusters
            on components.node = clusters.node
    {%- endset -%}
    {%- do store_work_table(work, 'separated', separated_sql) -%}
    {%- do move_work_table(work, 'separated', 'components') -%}

{%- endmacro %}
