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

persons as (

    select
        records.record_key,
        coalesce(clusters.component, records.record_key) as person

    from records

    left join clusters
        on records.record_key = clusters.node_key

    where clusters.component is not null or records.is_person

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

edges as (

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

)

select * from edges
