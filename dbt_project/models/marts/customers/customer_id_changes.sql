with

assignments as (

    select * from {{ ref('int_customer_id_assignments') }}

),

changes as (

    select
        assigned_in_run as changed_in_run,
        previous_customer_id as old_customer_id,
        customer_id as new_customer_id,
        min(change) as change,
        cast(count(*) as integer) as records,
        min(assigned_at) as changed_at

    from assignments

    where change in ('merged', 'split')

    group by assigned_in_run, previous_customer_id, customer_id

)

select * from changes
