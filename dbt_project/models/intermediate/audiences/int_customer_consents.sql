with

-- The latest statement of the person in any system counts; of equally late ones the refusal.
consents as (

    select
        customer_ids.customer_id,
        consents.channel,
        max_by(
            consents.is_consented,
            {{ ordering_pair(
                "coalesce(consents.stated_at, timestamp '0001-01-01')",
                'not consents.is_consented',
            ) }}
        ) as is_consented

    from {{ ref('int_consents') }} as consents

    inner join {{ ref('int_customer_ids') }} as customer_ids
        on consents.record_key = customer_ids.record_key

    where customer_ids.customer_id is not null

    group by customer_ids.customer_id, consents.channel

)

select * from consents
