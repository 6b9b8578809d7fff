with

records as (

    select * from {{ ref('int_customer_records') }}

),

customer_ids as (

    select * from {{ ref('int_customer_ids') }}

),

joined as (

    select
        records.source,
        records.record_ref,
        records.record_key,
        customer_ids.customer_id

    from records

    inner join customer_ids
        on records.record_key = customer_ids.record_key

)

select * from joined
