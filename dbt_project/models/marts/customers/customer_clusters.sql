{%- set features = ['recency', 'frequency', 'monetary', 'discount', 'channels'] -%}

with

buyers as (

    select
        segments.customer_id,
        (segments.recency_score - 1) / 4.0 as recency,
        (segments.frequency_score - 1) / 4.0 as frequency,
        (segments.monetary_score - 1) / 4.0 as monetary,
        round(
            least(greatest(coalesce(segments.discount_rate, 0), 0) / 0.5, 1), 1
        ) as discount,
        least(greatest(customers.channels - 1, 0), 4) / 4.0 as channels

    from {{ ref('customer_segments') }} as segments

    inner join {{ ref('dim_customers') }} as customers
        on segments.customer_id = customers.customer_id

    where segments.orders > 0

),

-- Customers alike are one point: a million of them are some thousand points.
points as (

    select
        {%- for feature in features %}
        cast({{ feature }} as double) as {{ feature }},
        {%- endfor %}
        count(*) as customers

    from buyers

    group by {{ features | join(', ') }}

),

point_lists as (

    select
        {%- for feature in features %}
        list({{ feature }} order by {{ features | join(', ') }}) as {{ feature }},
        {%- endfor %}
        list([{{ features | join(', ') }}] order by {{ features | join(', ') }}) as points,
        list(cast(customers as double) order by {{ features | join(', ') }}) as weights

    from points

),

archetypes as (

    select
        list(cluster order by cluster) as clusters,
        list([{{ features | join(', ') }}] order by cluster) as starts

    from {{ ref('persona_archetypes') }}

),

clustered as (

    select
        {%- for feature in features %}
        unnest(point_lists.{{ feature }}) as {{ feature }},
        {%- endfor %}
        unnest(
            cluster_points(point_lists.points, point_lists.weights, archetypes.starts)
        ) as place,
        archetypes.clusters

    from point_lists

    cross join archetypes

),

named as (

    select
        buyers.customer_id,
        clustered.clusters[clustered.place + 1] as cluster,
        clustered.recency,
        clustered.frequency,
        clustered.monetary,
        clustered.discount,
        clustered.channels

    from buyers

    inner join clustered
        on
            buyers.recency = clustered.recency
            and buyers.frequency = clustered.frequency
            and buyers.monetary = clustered.monetary
            and buyers.discount = clustered.discount
            and buyers.channels = clustered.channels

)

select * from named
