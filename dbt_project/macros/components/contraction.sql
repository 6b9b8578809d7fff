{#-
Components of an undirected graph by randomised contraction (Boegeholz, Brand, Todor,
arXiv:1802.09478). `edges_sql` yields left_node and right_node; the result is the work table `name`
(node, component), with one number of a node for each component.

In each round every node gives way to the neighbour, or stays itself, whose hash is the smallest;
the edges that are left join the nodes that stayed. A round removes a constant share of the nodes
whatever the shape of the graph, so chains and hubs end after as many rounds as small components.
-#}
{% macro contract(work, name, edges_sql) -%}

    {%- set edges = name ~ '_edges_0' -%}
    {%- set both_ways_sql -%}
        select left_node as node, right_node as neighbour from ({{ edges_sql }}) as edges
        union all
        select right_node as node, left_node as neighbour from ({{ edges_sql }}) as edges
    {%- endset -%}
    {%- do store_work_table(work, edges, both_ways_sql) -%}

    {%- set progress = namespace(rounds=0, edges=edges) -%}
    {%- for round in range(1, work.max_rounds + 1) -%}
        {%- if round == 1 or work_table_has_rows(work, progress.edges) -%}
            {%- do contract_once(work, name, progress.edges, round) -%}
            {%- do drop_work_table(work, progress.edges) -%}
            {%- set progress.edges = name ~ '_edges_' ~ round -%}
            {%- set progress.rounds = round -%}
        {%- else -%}
            {%- break -%}
        {%- endif -%}
    {%- endfor -%}

    {%- if work_table_has_rows(work, progress.edges) -%}
        {{ exceptions.raise_compiler_error(
            'Components have not converged after ' ~ work.max_rounds ~ ' rounds in ' ~ this
            ~ ': raise its config max_rounds.'
        ) }}
    {%- endif -%}
    {%- do drop_work_table(work, progress.edges) -%}

    {#- Compose the rounds, the last first, so that the joins stay as small as the rounds were. -#}
    {%- set composed = namespace(table=name ~ '_round_' ~ progress.rounds) -%}
    {%- for round in range(progress.rounds - 1, 0, -1) -%}
        {%- set composed_sql -%}
            select
                earlier.node,
                coalesce(later.component, earlier.component) as component

            from {{ work_table(work, name ~ '_round_' ~ round) }} as earlier

            left join {{ work_table(work, composed.table) }} as later
                on earlier.component = later.node
        {%- endset -%}
        {%- do store_work_table(work, name ~ '_through_' ~ round, composed_sql) -%}
        {%- do drop_work_table(work, composed.table) -%}
        {%- do drop_work_table(work, name ~ '_round_' ~ round) -%}
        {%- set composed.table = name ~ '_through_' ~ round -%}
    {%- endfor -%}
    {%- do move_work_table(work, composed.table, name) -%}

{%- endmacro %}


{#- Round tables: `<name>_round_<n>` (node, component so far) and `<name>_edges_<n>`. -#}
{% macro contract_once(work, name, edges, round) -%}

    {%- set round_sql -%}
        select
            node,
            case
                when {{ node_hash('node', round) }} <= min({{ node_hash('neighbour', round) }})
                    then node
                else min_by(neighbour, {{ node_hash('neighbour', round) }})
            end as component

        from {{ work_table(work, edges) }}

        group by node
    {%- endset -%}
    {%- do store_work_table(work, name ~ '_round_' ~ round, round_sql) -%}

    {%- set edges_sql -%}
        select distinct
            nodes.component as node,
            neighbours.component as neighbour

        from {{ work_table(work, edges) }} as edges

        inner join {{ work_table(work, name ~ '_round_' ~ round) }} as nodes
            on edges.node = nodes.node

        inner join {{ work_table(work, name ~ '_round_' ~ round) }} as neighbours
            on edges.neighbour = neighbours.node

        where nodes.component != neighbours.component
    {%- endset -%}
    {%- do store_work_table(work, name ~ '_edges_' ~ round, edges_sql) -%}

{%- endmacro %}
