with

customer_ids as (

    select * from {{ ref('int_customer_ids') }} where customer_id is not null

),

identifiers as (

    select
        identifier_key,
        min(identifier_type) as identifier_type,
        min(unusable_reason) as unusable_reason

    from {{ ref('int_identifiers') }}

    where unusable_reason is not null

    group by identifier_key

),

matches as (

    select * from {{ ref('int_match_scores') }} where has_more_than_names

),

customers as (

    select
        customer_id,
        count(*) as records

    from customer_ids

    group by customer_id

),

counted as (

    select
        'customers by records' as measure,
        case
            when records <= 2 then cast(records as string)
            when records <= 5 then '3 to 5'
            when records <= 10 then '6 to 10'
            when records <= 20 then '11 to 20'
            else 'more than 20'
        end as detail

    from customers

    union all

    select 'records by rule' as measure, matched_by as detail from customer_ids

    union all

    select 'unusable identifiers' as measure, identifier_type || ': ' || unusable_reason as detail
    from identifiers

    union all

    select 'over-shared identifiers' as measure, min(identifier_type) as detail
    from {{ ref('int_identity_ties') }}
    where not is_within_limit
    group by identifier_key

    union all

    select 'ties cut by a conflict' as measure, identifier_type as detail
    from {{ ref('int_identity_conflicts') }}

    union all

    -- What is likelier than not, and too doubtful to be tied.
    select
        'probable misses' as measure,
        'probability ' || cast(cast(floor(match_probability * 10) / 10 as decimal(2, 1)) as string)
            as detail
    from matches
    where not is_tie and match_probability >= 0.5

),

measured as (

    select
        measure,
        detail,
        count(*) as amount

    from counted

    group by measure, detail

)

select * from measured
