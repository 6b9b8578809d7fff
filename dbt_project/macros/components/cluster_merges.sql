{#- Work table `proposals`: the merges that no stronger tie can forestall. -#}
{% macro propose_merges(work) -%}

    {%- set allowed_sql -%}
        select
            contested.cluster,
            contested.neighbour,
            min(contested.tie_rank) as tie_rank

        from {{ work_table(work, 'contested') }} as contested

        where not exists (
            select 1

            from {{ work_table(work, 'claims') }} as claims

            inner join {{ work_table(work, 'claims') }} as rival_claims
                on claims.exclusive_group = rival_claims.exclusive_group

            where
                contested.cluster = claims.cluster
                and contested.neighbour = rival_claims.cluster
        )

        group by contested.cluster, contested.neighbour
    {%- endset -%}
    {%- do store_work_table(work, 'allowed', allowed_sql) -%}

    {%- set proposals_sql -%}
        with

        both_ways as (

            select cluster, neighbour, tie_rank from {{ work_table(work, 'allowed') }}

            union all

            select neighbour as cluster, cluster as neighbour, tie_rank
            from {{ work_table(work, 'allowed') }}

        ),

        best as (

            select
                cluster,
                min(tie_rank) as tie_rank,
                min_by(neighbour, tie_rank) as neighbour

            from both_ways

            group by cluster

        )

        select
            best.cluster,
            best.neighbour

        from best

        inner join best as neighbours_best
            on best.neighbour = neighbours_best.cluster

        left join (select distinct cluster from {{ work_table(work, 'claims') }}) as claims
            on best.cluster = claims.cluster

        where claims.cluster is null or best.tie_rank = neighbours_best.tie_rank
    {%- endset -%}
    {%- do store_work_table(work, 'proposals', proposals_sql) -%}

{%- endmacro %}


{#- Rewrite clusters, claims and the ties left to the clusters that the merges made. -#}
{% macro apply_merges(work) -%}

    {%- set clusters_sql -%}
        select
            clusters.node,
            coalesce(merges.component, clusters.cluster) as cluster

        from {{ work_table(work, 'clusters') }} as clusters

        left join {{ work_table(work, 'merges') }} as merges
            on clusters.cluster = merges.node
    {%- endset -%}
    {%- do store_work_table(work, 'merged_clusters', clusters_sql) -%}
    {%- do move_work_table(work, 'merged_clusters', 'clusters') -%}

    {%- set claims_sql -%}
        select distinct
            coalesce(merges.component, claims.cluster) as cluster,
            claims.exclusive_group

        from {{ work_table(work, 'claims') }} as claims

        left join {{ work_table(work, 'merges') }} as merges
            on claims.cluster = merges.node
    {%- endset -%}
    {%- do store_work_table(work, 'merged_claims', claims_sql) -%}
    {%- do move_work_table(work, 'merged_claims', 'claims') -%}

    {%- set contested_sql -%}
        select
            coalesce(merges.component, allowed.cluster) as cluster,
            coalesce(neighbour_merges.component, allowed.neighbour) as neighbour,
            min(allowed.tie_rank) as tie_rank

        from {{ work_table(work, 'allowed') }} as allowed

        left join {{ work_table(work, 'merges') }} as merges
            on allowed.cluster = merges.node

        left join {{ work_table(work, 'merges') }} as neighbour_merges
            on allowed.neighbour = neighbour_merges.node

        where
            coalesce(merges.component, allowed.cluster)
            != coalesce(neighbour_merges.component, allowed.neighbour)

        group by
            coalesce(merges.component, allowed.cluster),
            coalesce(neighbour_merges.component, allowed.neighbour)
    {%- endset -%}
    {%- do store_work_table(work, 'contested', contested_sql) -%}

{%- endmacro %}
