with

components as (

    select * from {{ ref('int_identity_components') }}

),

assignments as (

    select
        record_key,
        max_by(customer_id, assignment_number) as customer_id

    from {{ ref('int_customer_id_assignments') }}

    group by record_key

),

identified as (

    select
        components.record_key,
        components.component,
        -- A device that no longer belongs to anybody keeps its history, not its id.
        case when components.is_customer then assignments.customer_id end as customer_id,
        components.matched_by,
        components.match_probability

    from components

    left join assignments
        on components.record_key = assignments.record_key

)

select * from identified
