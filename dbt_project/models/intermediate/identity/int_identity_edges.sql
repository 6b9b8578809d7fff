with

ties as (

    select * from {{ ref('int_identity_ties') }} where is_within_limit

),

records as (

    select * from {{ ref('int_customer_records') }}

),

clusters as (

    select * from {{ ref('int_person_clusters') }}

),

matches as (

    select * from {{ ref('int_match_scores') }} where is_tie

),

matched_people as (

    select * from {{ ref('int_matched_people') }}

),

persons as (

    select
        records.record_key,
        coalesce(matched_people.component, clusters.component, records.record_key) as person

    from records

    left join clusters
        on records.record_key = clusters.node_key

    left join matched_people
        on coalesce(clusters.component, records.record_key) = matched_people.node_key

    where clusters.component is not null or records.is_person

),

matched_records as (

    select left_record_key as record_key, * from matches

    union all

    select right_record_key as record_key, * from matches

),

-- A device, click or confirmation page of two people belongs to neither.
shared_by_people as (

    select ties.identifier_key

    from ties

    inner join persons
        on ties.record_key = persons.record_key

    where ties.is_indirect

    group by ties.identifier_key

    having count(distinct persons.person) > 1

),

unshared as (

    select
        ties.record_key,
        ties.identifier_key,
        ties.identifier_type,
        ties.identifier_value,
        ties.is_indirect,
        ties.priority,
        ties.confidence,
        ties.exclusive_group,
        ties.records,
        ties.tied_at

    from ties

    left join shared_by_people
        on ties.identifier_key = shared_by_people.identifier_key

    where shared_by_people.identifier_key is null

),

-- Any shared identifier is stronger than a likeness.
edges as (

    select * from unshared

    union all

    select
        record_key,
        match_key as identifier_key,
        'probabilistic' as identifier_type,
        match_key as identifier_value,
        false as is_indirect,
        1000 as priority,
        cast(least(match_probability, 0.9999) as decimal(5, 4)) as confidence,
        cast(null as string) as exclusive_group,
        2 as records,
        cast(null as timestamp) as tied_at

    from matched_records

)

select * from edges
