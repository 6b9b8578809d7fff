with

records as (

    select * from {{ ref('int_customer_records') }}

),

customer_ids as (

    select * from {{ ref('int_customer_ids') }}

),

-- A record named by its phone number may write it in another way than its phone column does.
phone_digits as (

    select distinct
        record_key,
        {{ regex_replace_all('identifier_value', "'[^0-9]'") }} as digits

    from {{ ref('int_identifiers') }}

    where identifier_type = 'phone' and is_usable

),

joined as (

    select
        records.source,
        case
            when records.is_ref_personal or phone_digits.record_key is not null
                then {{ keyed_hash('records.record_ref') }}
            else records.record_ref
        end as record_ref,
        customer_ids.customer_id,
        case
            when customer_ids.customer_id is not null then customer_ids.matched_by
        end as matched_by,
        case when customer_ids.customer_id is not null then customer_ids.match_probability end
            as match_probability

    from records

    inner join customer_ids
        on records.record_key = customer_ids.record_key

    left join phone_digits
        on
            records.record_key = phone_digits.record_key
            and {{ regex_replace_all('records.record_ref', "'[^0-9]'") }} = phone_digits.digits

)

select * from joined
